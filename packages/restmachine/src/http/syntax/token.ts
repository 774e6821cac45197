const TCHAR = /^[!#$%&'*+.^_`|~0-9A-Za-z-]$/

const isTchar: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) =>
  TCHAR.test(String.fromCharCode(code)) ? 1 : 0,
)

/**
 * Whether `value` is a token, the word of which field names, methods and most members are made.
 *
 * ```abnf
 * token = 1*tchar
 * tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." /
 *         "^" / "_" / "`" / "|" / "~" / DIGIT / ALPHA
 * ```
 *
 * @example
 * ```ts
 * isToken('x-request-id') // true
 * isToken('two words') // false
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
 */
export function isToken(value: string): boolean {
  return value !== '' && endOfToken(value, 0) === value.length
}

/** Where the token that starts at `from` ends; `from` itself when there is none. */
export function endOfToken(value: string, from: number): number {
  let end = from
  while (isTchar[value.charCodeAt(end)] === 1) end++
  return end
}
