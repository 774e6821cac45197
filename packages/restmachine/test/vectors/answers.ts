import { HttpError, type RestRequest } from '../../src/index.ts'
import { isRecord, NotApplicable } from './format.ts'

/** What a callback of a case can look at. */
export interface Asked {
  readonly request: RestRequest
  readonly text?: string
}

/** Answers a decision as a fact says. */
export type Ask = (asked: Asked) => unknown

/** Sentences that make a callback depend on the request, by the name of the fact. */
const sentences: Readonly<Record<string, Ask>> = {
  'forbidden: unless cookie id=foo': ({ request }) =>
    !/(^|;\s*)id=foo(;|$)/.test(request.headers.get('cookie') ?? ''),
  'malformedRequest: unless query value is an integer': ({ request }) =>
    !/^\d+$/.test(request.queryParams.get('value') ?? ''),
}

/** Sentences that say no more than how true a value is. */
const values: Readonly<Record<string, unknown>> = { 'truthy-non-true': { truthy: true } }

/** Whether a fact is one of the sentences that are known to need the content of the request. */
export function needsText(fact: unknown): boolean {
  return fact === 'when the body is not JSON'
}

/** Makes the callback that answers as the fact `name` says. */
export function askOf(name: string, fact: unknown): Ask {
  if (typeof fact === 'boolean' || typeof fact === 'number' || fact === null) return () => fact
  if (needsText(fact)) return ({ text }) => !isJson(text ?? '')
  if (typeof fact === 'string') {
    if (Object.hasOwn(values, fact)) return () => values[fact]
    const ask = sentences[`${name}: ${fact}`]
    if (ask === undefined) throw new NotApplicable(`fact "${name}" says "${fact}"`)
    return ask
  }
  if (isRecord(fact)) {
    if (fact.throws !== undefined) return throwing(fact.throws)
    if (typeof fact.halt === 'number') return halting(name, fact.halt)
    const { result, ...more } = fact
    const others = Object.keys(more).filter((key) => key !== 'responseBody' && key !== 'location')
    if (result !== undefined && others.length === 0) return askOf(name, result)
  }
  throw new NotApplicable(`fact "${name}" is ${JSON.stringify(fact)}`)
}

/** Throws what a fact says is thrown: an exception nobody expects. */
export function throwing(message: unknown): () => never {
  return () => {
    throw new Error(`thrown by the case: ${String(message)}`)
  }
}

/** A decision ends a request by throwing a status; only a refusal can be thrown. */
function halting(name: string, status: number): () => never {
  if (status < 400 || status > 599)
    throw new NotApplicable(
      `a decision does not end the walk with a status that is no error ({halt}, ${name})`,
    )
  return () => {
    throw new HttpError(status)
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
