const SPACE = 0x20
const TAB = 0x09

/**
 * `value` without the whitespace around it. `String.prototype.trim` would also take U+00A0, which is
 * obs-text and belongs to the value.
 *
 * ```abnf
 * OWS = *( SP / HTAB )
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.3
 */
export function trimWhitespace(value: string): string {
  const start = skipWhitespace(value, 0)
  let end = value.length
  while (end > start && isWhitespace(value.charCodeAt(end - 1))) end--
  return value.slice(start, end)
}

/** Where the whitespace that starts at `from` ends; `from` itself when there is none. */
export function skipWhitespace(value: string, from: number): number {
  let end = from
  while (isWhitespace(value.charCodeAt(end))) end++
  return end
}

function isWhitespace(code: number): boolean {
  return code === SPACE || code === TAB
}
