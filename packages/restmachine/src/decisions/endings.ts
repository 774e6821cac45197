import { formatAllow } from '../http/allow.ts'
import type { RouteFacts, Run } from './run.ts'

/** Seconds that 429 and 503 ask a client to wait when the application says nothing else. */
const DEFAULT_RETRY_AFTER = 10

/** The scheme that 401 names when the application says nothing else (RFC 6750 §3). */
const DEFAULT_CHALLENGE = 'Bearer'

/** The field in which a method's types are told (W3C LDP §7.1, RFC 5789 §3.1, RFC 10008 §3). */
const ACCEPTING: Readonly<Record<string, string>> = {
  POST: 'accept-post',
  PATCH: 'accept-patch',
  QUERY: 'accept-query',
}

/** What stands in a structured list as it is; every other media type is quoted (RFC 9651 §3.3.4). */
const STRUCTURED_TOKEN = /^[a-z*][\w!#$%&'*+\-.^`|~/]*$/i

type Requirement = (run: Run) => readonly string[]

/** The fields a response of a status must or should carry, flat, when nothing else set them. */
const requirements: Readonly<Record<number, Requirement>> = {
  // RFC 9110 §15.5.2: MUST send WWW-Authenticate.
  401: () => ['www-authenticate', DEFAULT_CHALLENGE],
  // RFC 9110 §15.5.6: MUST generate Allow.
  405: (run) => ['allow', formatAllow(othersAllowed(run))],
  // RFC 9110 §15.5.16 and RFC 5789 §3.1: say what would be understood.
  415: ({ facts }) => {
    const types = understoodTypes(facts)
    return types.length === 0 ? [] : acceptingField(facts.method, types)
  },
  // RFC 6585 §4 and RFC 9110 §15.6.4.
  429: () => ['retry-after', String(DEFAULT_RETRY_AFTER)],
  503: () => ['retry-after', String(DEFAULT_RETRY_AFTER)],
}

/** The media types that a route reads; none when it reads content of any type, or no content. */
export function understoodTypes({ accepts }: Pick<RouteFacts, 'accepts'>): readonly string[] {
  // Who reads the bytes as they are does not make `parsedBody` read more.
  return accepts.types === 'any' ? [...accepts.parsers.keys()] : accepts.types
}

/** The fields of OPTIONS that tell what the methods at a path read, and whether it can be had in parts (RFC 5789 §3.1). */
export function acceptingFields({ facts, exchange, allowed }: Run): readonly string[] {
  const taken = Object.keys(ACCEPTING).flatMap((method) => {
    const types = facts.typesAt(exchange.path ?? '', method)
    return types.length === 0 ? [] : acceptingField(method, types)
  })
  // Whatever has a known length can be had in parts (RFC 9110 §14.3).
  return allowed.includes('GET') ? [...taken, 'accept-ranges', 'bytes'] : taken
}

function acceptingField(method: string, types: readonly string[]): readonly string[] {
  const name = ACCEPTING[method] ?? 'accept'
  // `Accept-Query` is a structured list of tokens and strings; the others are lists of media types.
  const listed = name === 'accept-query' ? types.map(toStructuredItem) : types
  return [name, listed.join(', ')]
}

function toStructuredItem(type: string): string {
  return STRUCTURED_TOKEN.test(type) ? type : `"${type}"`
}

/** The fields that `status` needs and `fields` does not have yet. */
export function missingFields(status: number, run: Run, fields: readonly string[]): readonly string[] {
  // A refused coding is told by its own field (RFC 9110 §12.5.3).
  if (status === 415 && hasField(fields, 'accept-encoding')) return []
  const needed = requirements[status]?.(run) ?? []
  const [name] = needed
  return name === undefined || hasField(fields, name) ? [] : needed
}

/** Whether a flat list of fields has one called `name`. */
function hasField(fields: readonly string[], name: string): boolean {
  for (let index = 0; index < fields.length; index += 2) if (fields[index] === name) return true
  return false
}

// What the application refuses of a route that there is, is not supported now (RFC 9110 §15.5.6). Who refuses
// GET refuses HEAD, which is GET without its content (§9.3.2).
function othersAllowed({ allowed, exchange: { method } }: Run): readonly string[] {
  if (!allowed.includes(method)) return allowed
  return allowed.filter((other) => other !== method && (method !== 'GET' || other !== 'HEAD'))
}

/** Whether what a status says depends on the request: all others say the same to every request of a route. */
export function isOfRequest(status: number): boolean {
  return status === 405 || status === 414
}

/**
 * What a status says beyond its title, for the `detail` of a problem.
 *
 * @param allow What the missing fields have said for `Allow`, where that is known: to list it costs half of a refusal.
 */
export function detailOf(status: number, run: Run, allow?: string): string | undefined {
  const { facts, exchange } = run
  if (status === 405) return `${exchange.method} is not among ${allow ?? formatAllow(othersAllowed(run))}`
  if (status === 406)
    return `What is there: ${facts.offers.map(({ mediaType }) => mediaType.essence).join(', ')}`
  if (status === 413) return `At most ${facts.limits.content} bytes are taken`
  if (status === 414 && exchange.target.length > facts.limits.uri)
    return `At most ${facts.limits.uri} characters are taken`
  if (status === 415) {
    const types = understoodTypes(facts)
    return types.length === 0 ? undefined : `What is read: ${types.join(', ')}`
  }
  if (status === 428) return 'Send If-Match with the entity tag you know'
  if (status === 431) return `At most ${facts.limits.fields} header field lines are taken`
  return undefined
}
