import { parseHost } from './host.ts'

/** A request target, read once. */
export interface Target {
  /** The path with every segment decoded once; `*` for the server as a whole. */
  readonly path: string
  /** What follows `?`, as it was sent; empty when there is nothing. */
  readonly query: string
}

const SPACE = 0x20
const HASH = 0x23
const PERCENT = 0x25
const DOT = 0x2e
const SLASH = 0x2f
const QUESTION_MARK = 0x3f
const BACKSLASH = 0x5c
const DELETE = 0x7f

const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i
const QUERY = /^[\x21\x22\x24-\x7e]*$/
const NOT_IN_SEGMENT = /[/\\\p{Cc}]/u

/**
 * Reads a request target, the one time it is read; `undefined` when two readers could see two paths in
 * it. Refused are broken escapes, whatever is not UTF-8, dot segments, and slashes, backslashes and
 * control characters within a segment, escaped or not.
 *
 * ```abnf
 * request-target = origin-form / absolute-form / authority-form / asterisk-form
 * origin-form    = absolute-path [ "?" query ]
 * absolute-form  = absolute-URI                 ; http and https; the authority is checked
 * asterisk-form  = "*"                          ; authority-form is for CONNECT, and refused
 * ```
 *
 * @example
 * ```ts
 * parseTarget('/caf%C3%A9?size=2') // { path: '/café', query: 'size=2' }
 * parseTarget('/public/%2e%2e/admin') // undefined
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2
 */
export function parseTarget(target: string): Target | undefined {
  if (target.charCodeAt(0) === SLASH) return parseOrigin(target)
  if (target === '*') return { path: '*', query: '' }
  const [, authority, rest] = ABSOLUTE.exec(target) ?? []
  if (authority === undefined || rest === undefined || parseHost(authority) === undefined) return undefined
  // An absent path is the root (RFC 9110 §4.2.3).
  return parseOrigin(rest.startsWith('/') ? rest : `/${rest}`)
}

/** The authority that a target in absolute form names; `undefined` when it names none. */
export function authorityOf(target: string): string | undefined {
  return ABSOLUTE.exec(target)?.[1]
}

// One loop takes 42 ns for a usual target, a regular expression 57, a search for each character 55.
function parseOrigin(target: string): Target | undefined {
  let isPlain = true
  let end = 1
  for (; end < target.length; end++) {
    const code = target.charCodeAt(end)
    if (code === QUESTION_MARK) break
    if (code <= SPACE || code >= DELETE || code === HASH || code === BACKSLASH) return undefined
    if (code === PERCENT || (code === DOT && target.charCodeAt(end - 1) === SLASH)) isPlain = false
  }
  const query = target.slice(end + 1)
  if (query !== '' && !QUERY.test(query)) return undefined
  const raw = target.slice(0, end)
  const path = isPlain ? raw : decodePath(raw)
  return path === undefined ? undefined : { path, query }
}

function decodePath(path: string): string | undefined {
  const segments = path.split('/')
  for (const [index, segment] of segments.entries()) {
    const decoded = decodeSegment(segment)
    if (decoded === undefined) return undefined
    segments[index] = decoded
  }
  return segments.join('/')
}

function decodeSegment(segment: string): string | undefined {
  try {
    const decoded = decodeURIComponent(segment)
    const isRefused = decoded === '.' || decoded === '..' || NOT_IN_SEGMENT.test(decoded)
    return isRefused ? undefined : decoded
  } catch {
    return undefined
  }
}
