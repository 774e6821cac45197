import { HttpError } from '../../src/index.ts'
import type { Asked } from './answers.ts'
import { type Facts, isRecord, NotApplicable, texts } from './format.ts'

/** The types a method of the facts reads; `undefined` when it reads whatever comes. */
export function acceptedBy(method: string, facts: Facts): readonly string[] | undefined {
  const { processPost, postIsCreate, patchContentTypes } = facts
  const isPatch = method === 'PATCH' && patchContentTypes !== undefined
  const contentTypesAccepted = isPatch ? patchContentTypes : facts.contentTypesAccepted
  if (contentTypesAccepted === undefined || contentTypesAccepted === null) return undefined
  // webmachine hands a POST that creates nothing to processPost, which takes any type.
  if (method === 'DELETE' || (method === 'POST' && postIsCreate !== true && processPost !== undefined))
    return undefined
  const list = texts('contentTypesAccepted', contentTypesAccepted)
  return list.includes('*/*') ? undefined : list.map((type) => (type.split(';')[0] as string).trim())
}

/** The most bytes of content, when the facts say. */
export function limitOf({ validEntityLength: fact }: Facts): number | undefined {
  if (fact === undefined || fact === null || fact === true) return undefined
  if (fact === false) return 0
  if (isRecord(fact) && typeof fact.maxBytes === 'number') return fact.maxBytes
  if (isRecord(fact) && typeof fact.maxExclusive === 'number') return fact.maxExclusive - 1
  throw new NotApplicable(`validEntityLength is ${JSON.stringify(fact)}`)
}

/** Answers `validContentHeaders` by the facts that speak of the content of the request. */
export function contentAsk(facts: Facts): ((asked: Asked) => unknown) | undefined {
  const rules = [headersRule(facts.validContentHeaders), typeRule(facts.knownContentType)].filter(
    (rule) => rule !== undefined,
  )
  if (rules.length === 0) return undefined
  return (asked) => rules.every((rule) => rule(asked) !== false)
}

type Rule = (asked: Asked) => unknown

function headersRule(fact: unknown): Rule | undefined {
  if (fact === undefined || fact === null || fact === true) return undefined
  if (fact === false) return () => false
  if (isRecord(fact) && (Array.isArray(fact.rejects) || Array.isArray(fact.oneOf))) {
    const rejected = lowered(fact.rejects)
    const known = Array.isArray(fact.oneOf) ? lowered(fact.oneOf) : undefined
    return ({ request }) =>
      [...request.headers].every(
        ([name]) =>
          !rejected.includes(name) && (!name.startsWith('content-') || known?.includes(name) !== false),
      )
  }
  throw new NotApplicable(`validContentHeaders is ${JSON.stringify(fact)}`)
}

function typeRule(fact: unknown): Rule | undefined {
  if (fact === undefined || fact === null || fact === true) return undefined
  const isKnown = typeTest(fact)
  return ({ request }) => {
    if (!isKnown(typeOf(request.headers.get('content-type')))) throw new HttpError(415)
    return true
  }
}

function typeTest(fact: unknown): (type: string) => boolean {
  if (fact === false) return () => false
  if (isRecord(fact) && typeof fact.rejectsMatching === 'string') {
    const { rejectsMatching } = fact
    return (type) => !type.includes(rejectsMatching)
  }
  if (isRecord(fact) && Array.isArray(fact.oneOf)) {
    const { oneOf } = fact
    return (type) => oneOf.includes(type)
  }
  throw new NotApplicable(`knownContentType is ${JSON.stringify(fact)}`)
}

function lowered(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map((one) => String(one).toLowerCase()) : []
}

function typeOf(field: string | null): string {
  return ((field ?? '').split(';')[0] as string).trim().toLowerCase()
}
