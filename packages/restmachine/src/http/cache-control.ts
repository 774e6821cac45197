import { splitList } from './syntax/list.ts'
import { formatQuotedString, parseQuotedString } from './syntax/quoted-string.ts'
import { endOfToken, isToken } from './syntax/token.ts'

/** Directives as they are sent: names in lower case, `true` for those without an argument. */
export type CacheDirectives = Readonly<Record<string, string | true>>

/** What caches may do with a response. Times are whole seconds. */
export interface CacheControl {
  /** Any cache may store it, also where it otherwise may not, such as for a request with credentials. */
  readonly public?: boolean
  /** Only the cache of this one user may store it; or only these fields of it. */
  readonly private?: boolean | readonly string[]
  /** No cache may store it. */
  readonly noStore?: boolean
  /** Each use must be validated; or these fields of it. */
  readonly noCache?: boolean | readonly string[]
  /** How long it stays fresh. */
  readonly maxAge?: number
  /** How long it stays fresh in a shared cache, and is not used there later without validation. */
  readonly sMaxAge?: number
  /** Never used stale without validation. */
  readonly mustRevalidate?: boolean
  /** The same for shared caches alone. */
  readonly proxyRevalidate?: boolean
  /** Only caches that know the rules of its status may store it. */
  readonly mustUnderstand?: boolean
  /** No intermediary may change its content, such as recompress an image. */
  readonly noTransform?: boolean
  /** It does not change while it is fresh (RFC 8246). */
  readonly immutable?: boolean
  /** How long it may be used stale while it is validated in the background (RFC 5861). */
  readonly staleWhileRevalidate?: number
  /** How long it may be used stale instead of an error (RFC 5861). */
  readonly staleIfError?: number
}

/** The most seconds that mean anything: 2³¹, some 68 years (RFC 9111 §1.2.2). */
export const MAX_DELTA_SECONDS: number = 2 ** 31

const DIGITS = /^\d+$/

const NAMES: Readonly<Record<keyof CacheControl, string>> = {
  public: 'public',
  private: 'private',
  noStore: 'no-store',
  noCache: 'no-cache',
  maxAge: 'max-age',
  sMaxAge: 's-maxage',
  mustRevalidate: 'must-revalidate',
  proxyRevalidate: 'proxy-revalidate',
  mustUnderstand: 'must-understand',
  noTransform: 'no-transform',
  immutable: 'immutable',
  staleWhileRevalidate: 'stale-while-revalidate',
  staleIfError: 'stale-if-error',
}

/**
 * Reads the value of `Cache-Control`; `undefined` when any of it cannot be read. What cannot be read may
 * have been `no-store`: a cache should then store nothing. Of a directive given twice the first counts.
 *
 * ```abnf
 * Cache-Control   = #cache-directive
 * cache-directive = token [ "=" ( token / quoted-string ) ]
 * ```
 *
 * @returns An object without a prototype: a client may name a directive `__proto__`.
 *
 * @example
 * ```ts
 * parseCacheControl('Max-Age=60, no-cache="set-cookie", immutable')
 * // { 'max-age': '60', 'no-cache': 'set-cookie', immutable: true }
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-5.2
 */
export function parseCacheControl(value: string): CacheDirectives | undefined {
  const directives = Object.create(null) as Record<string, string | true>
  const members = splitList(value)
  if (members === undefined) return undefined
  for (const member of members) {
    const end = endOfToken(member, 0)
    const name = member.slice(0, end).toLowerCase()
    const argument = parseArgument(member.slice(end))
    if (name === '' || argument === undefined) return undefined
    directives[name] ??= argument
  }
  return directives
}

/**
 * Reads the argument of a directive such as `max-age`; `undefined` when it is no time. A time beyond 2³¹
 * seconds counts as that.
 *
 * ```abnf
 * delta-seconds = 1*DIGIT
 * ```
 *
 * @example
 * ```ts
 * parseDeltaSeconds('3600') // 3600
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-1.2.2
 */
export function parseDeltaSeconds(argument: string | true | undefined): number | undefined {
  if (typeof argument !== 'string' || !DIGITS.test(argument)) return undefined
  return Math.min(Number(argument), MAX_DELTA_SECONDS)
}

/**
 * The value of `Cache-Control` for a response; empty when nothing is said.
 *
 * @throws {RangeError} When a time is no whole number of seconds from 0 to 2³¹.
 * @throws {TypeError} When it is both public and private, or a list of fields is empty or has no names.
 *
 * @example
 * ```ts
 * formatCacheControl({ public: true, maxAge: 60, staleWhileRevalidate: 30 })
 * // 'public, max-age=60, stale-while-revalidate=30'
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2
 */
export function formatCacheControl(cacheControl: CacheControl): string {
  if (cacheControl.public && cacheControl.private === true)
    throw new TypeError('Cannot format Cache-Control: it is either public or private')
  const formatted: string[] = []
  for (const [key, name] of Object.entries(NAMES)) {
    const wanted = cacheControl[key as keyof CacheControl]
    if (wanted === undefined || wanted === false) continue
    if (wanted === true) formatted.push(name)
    else if (typeof wanted === 'number') formatted.push(`${name}=${formatDeltaSeconds(name, wanted)}`)
    else formatted.push(`${name}=${formatFieldNames(name, wanted)}`)
  }
  return formatted.join(', ')
}

function parseArgument(rest: string): string | true | undefined {
  if (rest === '') return true
  if (!rest.startsWith('=')) return undefined
  const raw = rest.slice(1)
  return isToken(raw) ? raw : parseQuotedString(raw)
}

function formatDeltaSeconds(name: string, seconds: number): string {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_DELTA_SECONDS) return seconds.toFixed()
  const needed = `whole seconds from 0 to ${MAX_DELTA_SECONDS} are needed`
  throw new RangeError(`Cannot format Cache-Control: ${name}: ${needed}, got ${seconds}`)
}

function formatFieldNames(name: string, fields: readonly string[]): string {
  // Quoted, one name too: caches that know no token here exist (RFC 9111 §5.2.2.4).
  if (fields.length > 0 && fields.every(isToken)) return formatQuotedString(fields.join(', '))
  throw new TypeError(
    `Cannot format Cache-Control: ${name}: names of fields are needed, got ${JSON.stringify(fields)}`,
  )
}
