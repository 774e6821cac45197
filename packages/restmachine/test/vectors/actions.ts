import { HttpError, type RestRequest, respond } from '../../src/index.ts'
import { throwing } from './answers.ts'
import { type Facts, isRecord, NotApplicable } from './format.ts'

/** What the handler of a case can look at. */
export interface Acted {
  readonly request: RestRequest
  readonly text?: unknown
}

/** Does what the facts say the handler of a method does. */
export type Act = (acted: Acted) => unknown

/** Header fields that the answer of a handler carries whatever it does. */
type Fields = Readonly<Record<string, string>>

/** The representation of a resource of which a case says nothing. */
export const DEFAULT_TEXT = 'the representation'

/** Says that the type is to write it as it sees fit. */
export class ByType {
  readonly texts: Readonly<Record<string, unknown>>

  constructor(texts: Readonly<Record<string, unknown>>) {
    this.texts = texts
  }
}

/** GET: what the facts say the representation is. */
export function readAct(facts: Facts, fields: Fields): Act {
  const { representation = { body: DEFAULT_TEXT } } = facts
  if (isRecord(representation) && typeof representation.halt === 'number') return ending(representation.halt)
  const bodyOf = facts.noContent === true ? () => undefined : rangedBy(facts, bodyMaker(representation))
  const more = isRecord(representation) && isRecord(representation.headers) ? representation.headers : {}
  const all = { ...fields, ...(more as Fields) }
  return (acted) => {
    // The graph asks GET and HEAD for choices; other methods that read answer so themselves.
    const isRead = acted.request.method === 'GET' || acted.request.method === 'HEAD'
    return respond(bodyOf(acted), facts.multipleChoices === true && !isRead ? 300 : undefined, all)
  }
}

// What can be had in parts, or has a length before it is read, is a blob.
function rangedBy({ ranges, contentTypesProvided, representation }: Facts, make: Act): Act {
  const sized = isRecord(representation) && representation.sizeKnown === true
  if (!sized && !(Array.isArray(ranges) && ranges.length > 0)) return make
  const [type = ''] = Array.isArray(contentTypesProvided) ? contentTypesProvided.map(String) : []
  return (acted) => new Blob([String(make(acted))], { type })
}

function bodyMaker(representation: unknown): Act {
  if (!isRecord(representation))
    throw new NotApplicable(`representation is ${JSON.stringify(representation)}`)
  const { body, value, byType, stream, push, throws } = representation
  if (throws !== undefined) return throwing(throws)
  if (representation.throwsWhileStreaming === true)
    throw new NotApplicable('a stream that fails before its first byte: the head leaves with the stream')
  if (representation.sizeKnown === true) return () => DEFAULT_TEXT
  if (representation.throwsMidStream === true) return () => failing()
  if (typeof body === 'string' && stream === true) return () => spelledOut(body)
  if (push !== undefined || stream !== undefined) return () => streaming(push ?? stream, body)
  if (isRecord(byType)) return () => new ByType(byType)
  if (value !== undefined) return () => value
  if (body === '<path>') return ({ request }) => request.path
  if (typeof body === 'string') return () => spelledOut(body)
  throw new NotApplicable(`representation is ${JSON.stringify(representation)}`)
}

/** PUT, POST, PATCH and DELETE: what `fact` says comes of it. */
export function actionOf(name: string, fact: unknown, facts: Facts, fields: Fields): Act {
  if (fact === undefined || fact === null || fact === true || fact === 'truthy-non-true')
    return finishing(facts, {}, fields)
  if (fact === 'updates, version and etag become v2')
    return finishing(
      { ...facts, representation: { value: { id: 'doc1', version: 2 } } },
      {},
      { ...fields, etag: '"doc1-v2"' },
    )
  if (fact === 'stores the body as the entity') return ({ text }) => respond(String(text), undefined, fields)
  if (fact === false) return throwing(`${name} failed`)
  if (!isRecord(fact)) throw new NotApplicable(`fact "${name}" is ${JSON.stringify(fact)}`)
  if (fact.throws !== undefined) return throwing(fact.throws)
  if (typeof fact.halt === 'number') return ending(fact.halt, locationOf(fact.location))
  // A handler that failed throws; no result means failure here.
  if (fact.result === false || fact.result === null) return throwing(`${name} failed`)
  return finishing(facts, fact, fields)
}

function finishing(facts: Facts, fact: Facts, fields: Fields): Act {
  const bodyOf = fact.responseBody === undefined ? entityOf(facts, fact) : () => fact.responseBody
  const location = locationOf(fact.location)
  const headers = { ...fields, ...location }
  return (acted) => {
    const { method } = acted.request
    // The entity is what a write leaves behind; a DELETE leaves none unless its answer says so.
    const leaves = method !== 'DELETE' || fact.responseBody !== undefined || facts.responseBodyExists === true
    const body = leaves && facts.noContent !== true ? bodyOf(acted) : undefined
    if (pendingAt(facts, method)) return respond(body, 202, headers)
    if (fact.redirect === true || fact.seeOther === true) return redirecting(headers)
    if (facts.isNew === true || fact.created === true) return respond(body, 201, headers)
    // What stands elsewhere now was created there; what a PUT made, the graph knows (RFC 9110 §9.3.4).
    if (method !== 'PUT' && location.location !== undefined) return respond(body, 201, headers)
    if (facts.multipleChoices === true) return respond(body, 300, headers)
    return respond(body, undefined, headers)
  }
}

function entityOf(facts: Facts, fact: Facts): Act {
  if (fact.echoesBody === true) return ({ text }) => text
  const answers = facts.respondWithEntity === true || facts.responseBodyExists === true
  return answers ? bodyMaker(facts.representation ?? { body: DEFAULT_TEXT }) : () => undefined
}

function pendingAt(facts: Facts, method: string): boolean {
  const { deleteCompleted, postEnacted, putEnacted, patchEnacted } = facts
  const enacted = { DELETE: deleteCompleted, POST: postEnacted, PUT: putEnacted, PATCH: patchEnacted }
  return enacted[method as keyof typeof enacted] === false
}

// 303 says where to look; a handler that redirects to nowhere has failed (RFC 9110 §15.4.4).
function redirecting(headers: Fields): unknown {
  if (headers.location === undefined) throw new Error('the case redirects without a Location')
  return respond(undefined, 303, headers)
}

function ending(status: number, headers: Fields = {}): Act {
  if (status < 200) throw new NotApplicable(`a handler does not answer with ${status}`)
  return () => {
    if (status >= 400) throw new HttpError(status, undefined, { headers })
    return respond(undefined, status, headers)
  }
}

function locationOf(location: unknown): Fields {
  return typeof location === 'string' ? { location } : {}
}

// "0123456789 repeated 100 times"
function spelledOut(text: string): string {
  const [, unit, count] = /^(.+) repeated (\d+) times$/.exec(text) ?? []
  return unit === undefined ? text : unit.repeat(Number(count))
}

function streaming(chunks: unknown, body: unknown): ReadableStream<Uint8Array> {
  const list = Array.isArray(chunks) ? chunks : [typeof body === 'string' ? body : DEFAULT_TEXT]
  const encoder = new TextEncoder()
  return new ReadableStream({
    start(controller) {
      for (const chunk of list) controller.enqueue(encoder.encode(String(chunk)))
      controller.close()
    },
  })
}

function failing(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      controller.error(new Error('thrown by the case: while streaming'))
    },
  })
}
