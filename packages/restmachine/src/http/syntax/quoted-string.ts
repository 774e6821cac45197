const TAB = 0x09
const SPACE = 0x20
const QUOTE = 0x22
const BACKSLASH = 0x5c
const DELETE = 0x7f
const LAST_BYTE = 0xff

/**
 * The text inside a quoted string, or `undefined` when `value` is no quoted string.
 *
 * ```abnf
 * quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE
 * qdtext        = HTAB / SP / %x21 / %x23-5B / %x5D-7E / obs-text
 * quoted-pair   = "\" ( HTAB / SP / VCHAR / obs-text )
 * ```
 *
 * @example
 * ```ts
 * parseQuotedString('"say \\"hi\\""') // 'say "hi"'
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.4
 */
export function parseQuotedString(value: string): string | undefined {
  if (value.charCodeAt(0) !== QUOTE || endOfQuotedString(value, 0) !== value.length) return undefined
  return value.slice(1, -1).replace(/\\(.)/g, '$1')
}

/**
 * `text` as a quoted string.
 *
 * @throws {TypeError} When `text` has a character that no field may carry, such as a line break.
 */
export function formatQuotedString(text: string): string {
  const quoted = `"${text.replace(/["\\]/g, '\\$&')}"`
  if (endOfQuotedString(quoted, 0) === quoted.length) return quoted
  throw new TypeError(`Cannot quote a text: a field cannot carry all of ${JSON.stringify(text)}`)
}

/** Where the quoted string that opens at `from` ends, behind its last quote; `-1` when it never does. */
export function endOfQuotedString(value: string, from: number): number {
  for (let at = from + 1; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if (code === QUOTE) return at + 1
    if (code === BACKSLASH) at++
    if (!isText(value.charCodeAt(at))) return -1
  }
  return -1
}

// False also for NaN: a backslash may be the last character.
function isText(code: number): boolean {
  return code === TAB || (code >= SPACE && code <= LAST_BYTE && code !== DELETE)
}
