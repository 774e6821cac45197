import { formatHttpDate } from './http-date.ts'
import { isToken } from './syntax/token.ts'

/** What a browser is to do with a cookie. */
export interface CookieAttributes {
  /** The host that gets it back, with all hosts below it. Default: this host alone. */
  readonly domain?: string
  /** The path that gets it back, with all paths below it. Default: the folder of the request. */
  readonly path?: string
  /** When it ends; without `expires` and `maxAge` it ends with the browser's session. */
  readonly expires?: Date
  /** The seconds until it ends, at most 400 days; 0 deletes it. Wins over `expires`. */
  readonly maxAge?: number
  /** Never sent over plain HTTP. */
  readonly secure?: boolean
  /** Not seen by scripts. */
  readonly httpOnly?: boolean
  /** Whether it goes along with requests that other sites cause; `none` needs `secure`. */
  readonly sameSite?: 'strict' | 'lax' | 'none'
  /** Kept apart for each site that embeds this one; needs `secure`. */
  readonly partitioned?: boolean
  /** What goes first when the browser has too many. */
  readonly priority?: 'low' | 'medium' | 'high'
}

/** The most bytes that a browser keeps of name and value together (§5.6). */
export const MAX_COOKIE_LENGTH = 4096

/** The most bytes that a browser reads of an attribute (§5.6). */
export const MAX_ATTRIBUTE_LENGTH = 1024

/** The most seconds that a browser keeps a cookie: 400 days (§5.5). */
export const MAX_COOKIE_AGE: number = 400 * 24 * 60 * 60

const NOT_COOKIE_OCTETS = /[^\x21\x23\x24\x26-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+/gu
const LONE_SURROGATE = /\p{Cs}/u
const DOMAIN = /^\.?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i
const PATH = /^\/[\x20-\x3a\x3c-\x7e]*$/

const SAME_SITE: ReadonlyMap<string, string> = new Map([
  ['strict', 'Strict'],
  ['lax', 'Lax'],
  ['none', 'None'],
])
const PRIORITY: ReadonlyMap<string, string> = new Map([
  ['low', 'Low'],
  ['medium', 'Medium'],
  ['high', 'High'],
])

/**
 * The value of `Set-Cookie`. Each cookie is a line of its own: lines must never be joined by a comma.
 *
 * ```abnf
 * Set-Cookie   = cookie-pair *( ";" SP cookie-av )
 * cookie-pair  = cookie-name "=" *cookie-octet
 * cookie-octet = %x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E   ; all others, and "%", are escaped
 * ```
 *
 * @param value Any text; `parseCookies` gives it back.
 * @throws {TypeError} When a browser would refuse the cookie or read it as another one: a name that is no
 *   token, a domain or path that is none, `sameSite: 'none'` or `partitioned` without `secure`, a name
 *   with `__Host-` or `__Secure-` whose conditions do not hold. The value is not part of the message.
 * @throws {RangeError} When it is too long, or an age or date is none.
 *
 * @example
 * ```ts
 * formatSetCookie('__Host-sid', '31d4', { path: '/', secure: true, httpOnly: true, sameSite: 'lax' })
 * // '__Host-sid=31d4; Path=/; Secure; HttpOnly; SameSite=Lax'
 * ```
 *
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.1
 */
export function formatSetCookie(name: string, value: string, attributes: CookieAttributes = {}): string {
  const refuse = (reason: string): string => `Cannot format cookie ${JSON.stringify(name)}: ${reason}`
  const fault = faultOf(name, value, attributes)
  if (fault !== undefined) throw new TypeError(refuse(fault))

  const pair = `${name}=${value.replace(NOT_COOKIE_OCTETS, encodeURIComponent)}`
  // The `=` does not count.
  if (pair.length - 1 > MAX_COOKIE_LENGTH) {
    const facts = `name and value take ${pair.length - 1} bytes, browsers keep ${MAX_COOKIE_LENGTH} (RFC 6265bis §5.6)`
    throw new RangeError(refuse(facts))
  }
  const { domain, path, expires, maxAge, secure, httpOnly, sameSite, partitioned, priority } = attributes
  if (maxAge !== undefined && !(Number.isInteger(maxAge) && maxAge >= 0 && maxAge <= MAX_COOKIE_AGE)) {
    const needed = `maxAge must be whole seconds from 0 to ${MAX_COOKIE_AGE}, 400 days (RFC 6265bis §5.5)`
    throw new RangeError(refuse(`${needed}, got ${maxAge}`))
  }
  let formatted = pair
  if (domain !== undefined) formatted += `; Domain=${domain}`
  if (path !== undefined) formatted += `; Path=${path}`
  if (expires !== undefined) formatted += `; Expires=${formatHttpDate(expires.getTime())}`
  if (maxAge !== undefined) formatted += `; Max-Age=${maxAge}`
  if (secure) formatted += '; Secure'
  if (httpOnly) formatted += '; HttpOnly'
  if (sameSite !== undefined) formatted += `; SameSite=${SAME_SITE.get(sameSite)}`
  if (partitioned) formatted += '; Partitioned'
  if (priority !== undefined) formatted += `; Priority=${PRIORITY.get(priority)}`
  return formatted
}

/** What no browser would take, or not as it was meant. */
function faultOf(name: string, value: string, attributes: CookieAttributes): string | undefined {
  const { domain, path, secure, sameSite, partitioned, priority } = attributes
  if (!isToken(name)) return 'the name is no token'
  if (LONE_SURROGATE.test(value)) return 'half a surrogate pair in the value cannot be encoded'
  if (domain !== undefined && (domain.length > MAX_ATTRIBUTE_LENGTH || !DOMAIN.test(domain)))
    return `domain ${JSON.stringify(domain)} is no host name`
  if (path !== undefined && !PATH.test(path))
    return `path ${JSON.stringify(path)} must start with / and be ASCII without ; and control characters`
  if (path !== undefined && path.length > MAX_ATTRIBUTE_LENGTH)
    return `a path above ${MAX_ATTRIBUTE_LENGTH} bytes is ignored (RFC 6265bis §5.6)`
  if (sameSite !== undefined && !SAME_SITE.has(sameSite))
    return `sameSite must be strict, lax or none, got ${JSON.stringify(sameSite)}`
  if (priority !== undefined && !PRIORITY.has(priority))
    return `priority must be low, medium or high, got ${JSON.stringify(priority)}`
  if (sameSite === 'none' && !secure) return 'sameSite none needs secure (RFC 6265bis §4.1.2.7)'
  if (partitioned && !secure) return 'partitioned needs secure'

  // Browsers compare the prefix without regard to case (RFC 6265bis §5.4).
  const prefix = /^__(?:Host|Secure)-/i.exec(name)?.[0].toLowerCase()
  if (prefix !== undefined && !secure) return 'the prefix of its name needs secure (RFC 6265bis §4.1.3)'
  if (prefix === '__host-' && (path !== '/' || domain !== undefined))
    return 'the prefix __Host- needs the path / and no domain (RFC 6265bis §4.1.3.2)'
  return undefined
}
