import { isToken } from './syntax/token.ts'
import { trimWhitespace } from './syntax/whitespace.ts'

/** The most cookies that are read from one request. */
export const MAX_COOKIES = 50

/**
 * Reads the value of `Cookie`: each value by its name, without quotes around it, escapes decoded once. A
 * value whose escapes are broken stays as it was sent, a pair that is none is passed over, and the first
 * 50 cookies count. Of several with one name the first counts: browsers send the one with the longest path
 * first (§5.8.3).
 *
 * ```abnf
 * Cookie       = cookie-pair *( ";" SP cookie-pair )
 * cookie-pair  = cookie-name "=" cookie-value
 * cookie-name  = token
 * cookie-value = *cookie-octet / ( DQUOTE *cookie-octet DQUOTE )   ; other octets are taken as well
 * ```
 *
 * @returns An object without a prototype: a client may name a cookie `__proto__`.
 *
 * @example
 * ```ts
 * parseCookies('sid=31d4; theme="dark"; name=Jos%C3%A9')
 * // { sid: '31d4', theme: 'dark', name: 'José' }
 * ```
 *
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.2
 */
export function parseCookies(value: string): Readonly<Record<string, string>> {
  const cookies = Object.create(null) as Record<string, string>
  let left = MAX_COOKIES
  let start = 0
  while (start < value.length && left > 0) {
    const semicolon = value.indexOf(';', start)
    const end = semicolon === -1 ? value.length : semicolon
    const pair = value.slice(start, end)
    start = end + 1

    const equals = pair.indexOf('=')
    if (equals === -1) continue
    // A name is never decoded: `__%48ost-sid` would become a name that the browser did not protect.
    const name = trimWhitespace(pair.slice(0, equals))
    if (!isToken(name) || cookies[name] !== undefined) continue
    cookies[name] = decode(trimWhitespace(pair.slice(equals + 1)))
    left--
  }
  return cookies
}

function decode(raw: string): string {
  const isQuoted = raw.length > 1 && raw.startsWith('"') && raw.endsWith('"')
  const text = isQuoted ? raw.slice(1, -1) : raw
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
