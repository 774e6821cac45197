import type { MadeAnswer, RouteFacts, Run } from '../decisions/run.ts'
import { type CacheDirectives, parseCacheControl, parseDeltaSeconds } from '../http/cache-control.ts'
import { fieldIn } from '../http/exchange.ts'
import type { CacheResponse } from '../policies/cache-response.ts'
import { hasCredentials } from '../policies/stored-request.ts'
import type { HeaderFields } from '../representation/answer.ts'
import { override } from './finish.ts'

/** An answer as it is kept: before it is coded, cut into parts, or given the fields of policies. */
export interface StoredAnswer {
  /** Flat: name, value … */
  readonly headers: readonly string[]
  readonly body: string | Uint8Array
  /** When it was made, in milliseconds since 1970. */
  readonly made: number
  /** How long it is fresh, in milliseconds. */
  readonly fresh: number
  /** How much longer it may be used while a new one is made, in milliseconds. */
  readonly stale: number
  /** What of its path it belongs to: each change begins another generation. */
  readonly generation: string
}

/** What belongs to one connection or to a proxy (RFC 9111 §3.1), and what is said anew each time. */
const NOT_KEPT = [
  'age',
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'vary',
]

/** The answer as it is kept; `undefined` when it may not be (RFC 9111 §3). */
export function storedAnswerOf(
  run: Run,
  made: MadeAnswer,
  policy: CacheResponse,
  generation: string,
): StoredAnswer | undefined {
  const { draft, own, outcome } = made
  const { body } = draft
  if (outcome.status !== 200 || draft.status !== 200) return undefined
  // A stream, a file or a Response of the handler's own is read once.
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return undefined
  if (fieldIn(outcome.headers, 'set-cookie') !== undefined || !isKeyed(run, made, policy)) return undefined
  const directives = parseCacheControl(fieldIn(outcome.headers, 'cache-control') ?? '')
  if (directives === undefined || !allows(directives, run)) return undefined

  const given = override(draft.headers, own)
  // What another server made was as old as it says when it came (§4.2.3).
  const age = parseDeltaSeconds(fieldIn(given, 'age')) ?? 0
  const { fresh, stale } = lifetimesOf(directives)
  if (fresh <= age * 1000) return undefined
  const headers = given.filter((_, at) => !NOT_KEPT.includes(given[at & ~1] as string))
  const expires = fieldIn(outcome.headers, 'expires')
  // A date is not to move on with each use (§5.3).
  if (expires !== undefined && fieldIn(headers, 'expires') === undefined) headers.push('expires', expires)
  return { headers, body, made: Date.now() - age * 1000, fresh, stale, generation }
}

function allows(directives: CacheDirectives, run: Run): boolean {
  if (['no-store', 'private', 'no-cache'].some((name) => directives[name] !== undefined)) return false
  // §3.5: what somebody had credentials for is everybody's only where it says so.
  return directives.public !== undefined || !hasCredentials(run.exchange)
}

// In milliseconds. Three directives forbid any use of what is stale in a shared cache (§4.2.4).
function lifetimesOf(directives: CacheDirectives): { readonly fresh: number; readonly stale: number } {
  const seconds = parseDeltaSeconds(directives['s-maxage'] ?? directives['max-age']) ?? 0
  const isStrict = ['s-maxage', 'must-revalidate', 'proxy-revalidate'].some(
    (name) => directives[name] !== undefined,
  )
  const stale = isStrict ? undefined : parseDeltaSeconds(directives['stale-while-revalidate'])
  return { fresh: seconds * 1000, stale: (stale ?? 0) * 1000 }
}

/**
 * Whether the key knows all that the answer depends on (§4.1). What the handler says in `Vary` itself is finer than
 * what was negotiated: it read the field by itself.
 */
function isKeyed({ facts }: Run, { draft, own, outcome }: MadeAnswer, { vary }: CacheResponse): boolean {
  const byType = variesByType(facts) ? ['accept'] : []
  const negotiated = [
    ...(facts.languages.length > 0 ? ['accept-language'] : []),
    ...(facts.charsets.list.length > 0 ? ['accept-charset'] : []),
    // These are done anew each time the answer goes out.
    ...(facts.compression === undefined ? [] : ['accept-encoding']),
    ...(facts.cors === undefined ? [] : ['origin']),
  ]
  const given = namesIn([...draft.headers, ...own])
  const all = namesIn(outcome.headers)
  return (
    given.every((name) => vary.includes(name) || byType.includes(name)) &&
    all.every((name) => vary.includes(name) || byType.includes(name) || negotiated.includes(name))
  )
}

/** Whether the media type of an answer depends on what the client accepts. */
export function variesByType({ offers, settings }: RouteFacts): boolean {
  return offers.length > 1 && !settings.skipContentNegotiation
}

function namesIn(headers: readonly string[]): readonly string[] {
  const value = fieldIn(headers, 'vary') ?? ''
  return value
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((name) => name !== '')
}

/** What was found in the store, when it is an answer: another program may have written there. */
export function readStoredAnswer(found: unknown): StoredAnswer | undefined {
  if (typeof found !== 'object' || found === null) return undefined
  const { headers, body, made, fresh, stale, generation } = found as Partial<StoredAnswer>
  if (!Array.isArray(headers) || headers.length % 2 !== 0) return undefined
  if (!headers.every((part) => typeof part === 'string')) return undefined
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return undefined
  if (![made, fresh, stale].every(Number.isFinite) || typeof generation !== 'string') return undefined
  return found as StoredAnswer
}

/** How old an answer is, in milliseconds: the clocks of two machines may differ (§4.2.3). */
export function ageOf({ made }: StoredAnswer): number {
  return Math.max(0, Date.now() - made)
}

/** Its header fields, as a handler would have given them. */
export function fieldsOf({ headers }: StoredAnswer): HeaderFields {
  const fields = new Map<string, string[]>()
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string
    fields.set(name, [...(fields.get(name) ?? []), headers[index + 1] as string])
  }
  return Object.fromEntries(fields)
}
