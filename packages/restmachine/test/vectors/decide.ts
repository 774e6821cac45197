import { challenge, type RestApplication, retryAfter } from '../../src/index.ts'
import { type Ask, askOf } from './answers.ts'
import { type Facts, isRecord, NotApplicable, texts } from './format.ts'

type App = RestApplication

/** Facts that answer a decision of the same meaning as they stand. */
const plain = {
  serviceAvailable: 'serviceAvailable',
  knownMethod: 'knownMethod',
  methodAllowed: 'methodAllowed',
  forbidden: 'forbidden',
  legallyUnavailable: 'unavailableForLegalReasons',
  previouslyExisted: 'previouslyExisted',
  isConflict: 'conflict',
  multipleChoices: 'multipleChoices',
} as const

/** Declares the decisions of the facts. */
export function decide(app: App, facts: Facts): void {
  for (const [name, callback] of Object.entries(plain)) {
    const fact = facts[name]
    if (fact === undefined) continue
    const ask = askOf(name, fact)
    app[callback](({ request }) => ask({ request }))
  }
  system(app, facts)
  authority(app, facts)
  existence(app, facts)
  validators(app, facts)
}

function system(app: App, facts: Facts): void {
  const { knownMethods, uriTooLong, wellFormed } = facts
  if (knownMethods !== undefined && knownMethods !== null) {
    const known = texts('knownMethods', knownMethods)
    app.knownMethod(({ request }) => known.includes(request.method))
  }
  if (isRecord(uriTooLong) && typeof uriTooLong.maxLength === 'number') {
    const { maxLength } = uriTooLong
    app.uriTooLong(({ request }) => request.target.length > maxLength)
  } else if (uriTooLong !== undefined) {
    const ask = askOf('uriTooLong', uriTooLong)
    app.uriTooLong(({ request }) => ask({ request }))
  }
  if (wellFormed === false) app.malformedRequest(() => true)
}

function authority(app: App, { isAuthorized, rateLimited }: Facts): void {
  if (isAuthorized !== undefined) {
    const ask = authorizing(isAuthorized)
    app.authorized(({ request }) => ask({ request }))
  }
  if (rateLimited === undefined) return
  const limit: Ask =
    isRecord(rateLimited) && typeof rateLimited.retryAfter === 'number'
      ? () => retryAfter(rateLimited.retryAfter as number)
      : askOf('rateLimited', rateLimited)
  app.rateLimited(({ request }) => limit({ request }))
}

function authorizing(fact: unknown): Ask {
  if (!isRecord(fact) || typeof fact.challenge !== 'string') return askOf('isAuthorized', fact)
  const { forMethods, basic, acceptsAuthorization } = fact
  const accepted = isRecord(basic)
    ? `Basic ${btoa(`${basic.username}:${basic.password}`)}`
    : acceptsAuthorization
  const refusal = challengeOf(fact.challenge)
  return ({ request }) => {
    if (Array.isArray(forMethods) && !forMethods.includes(request.method)) return true
    return accepted !== undefined && request.headers.get('authorization') === accepted ? true : refusal
  }
}

function challengeOf(text: string): unknown {
  const [, scheme, rest = ''] = /^(\S+)\s*(.*)$/.exec(text) ?? []
  if (scheme === undefined) throw new NotApplicable(`challenge "${text}"`)
  const parameters = [...rest.matchAll(/([\w-]+)="?([^",]*)"?/g)].map(([, name, value]) => [name, value])
  return challenge(scheme, Object.fromEntries(parameters))
}

function existence(app: App, facts: Facts): void {
  const { resourceExists } = facts
  if (resourceExists !== undefined) {
    const ask = askOf('resourceExists', resourceExists)
    app.resourceExists(({ request }) => ask({ request }))
  }
  const permanently = moving('movedPermanently', facts, 301)
  if (permanently !== undefined) app.movedPermanently(({ request }) => permanently({ request }) as string)
  const temporarily = moving('movedTemporarily', facts, 307)
  if (temporarily !== undefined) app.movedTemporarily(({ request }) => temporarily({ request }) as string)
}

// webmachine asks where something went only of what was there once (K5, L5), and of every PUT (I4).
function moving(
  name: 'movedPermanently' | 'movedTemporarily',
  facts: Facts,
  status: number,
): Ask | undefined {
  const fact = facts[name]
  if (fact === undefined || fact === null || fact === false) return undefined
  const ask = typeof fact === 'string' ? () => ({ location: fact, status }) : askOf(name, fact)
  const ofPut = name === 'movedPermanently'
  return (asked) => {
    if (facts.previouslyExisted !== true && !(ofPut && asked.request.method === 'PUT')) return false
    const answer = ask(asked)
    // Who says no more than that it moved is given an address, but not a status: it is that of the graph.
    return answer === true ? '/moved' : answer
  }
}

function validators(app: App, { etag, lastModified }: Facts): void {
  if (etag !== undefined && etag !== null) {
    const tag = tagOf(etag)
    app.etag(() => tag)
  }
  if (lastModified === undefined || lastModified === null) return
  const date = dateOf(lastModified)
  app.lastModified(() => date)
}

function tagOf(fact: unknown): string {
  if (typeof fact === 'string') return fact
  if (isRecord(fact) && typeof fact.raw === 'string') return fact.raw
  if (isRecord(fact) && typeof fact.value === 'string')
    return fact.weak === true ? `W/"${fact.value}"` : fact.value
  throw new NotApplicable(`etag is ${JSON.stringify(fact)}`)
}

function dateOf(fact: unknown): Date {
  const time =
    isRecord(fact) && typeof fact.$now === 'number' ? Date.now() + fact.$now * 1000 : Date.parse(String(fact))
  if (Number.isFinite(time)) return new Date(time)
  throw new NotApplicable(`lastModified is ${JSON.stringify(fact)}`)
}
