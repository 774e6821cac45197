const EXTENDED_VALUE = /^utf-8'[^']*'((?:[a-z0-9!#$&+\-.^_`|~]|%[0-9a-f]{2})*)$/i

/**
 * The text of a parameter whose name ends in `*`, or `undefined` when it cannot be read or is not UTF-8.
 *
 * ```abnf
 * ext-value   = charset "'" [ language ] "'" value-chars   ; the language is not kept
 * value-chars = *( pct-encoded / attr-char )
 * attr-char   = ALPHA / DIGIT / "!" / "#" / "$" / "&" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~"
 * ```
 *
 * @example
 * ```ts
 * parseExtendedValue("UTF-8''%c2%a3%20and%20%e2%82%ac%20rates") // '£ and € rates'
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc8187#section-3.2
 */
export function parseExtendedValue(value: string): string | undefined {
  const [, encoded] = EXTENDED_VALUE.exec(value) ?? []
  if (encoded === undefined) return undefined
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}

/** Any text as the value of a parameter whose name ends in `*`. Half a surrogate pair becomes U+FFFD. */
export function formatExtendedValue(text: string): string {
  const encoded = encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'))
  // The four that may stand in a URI and not here.
  return `UTF-8''${encoded.replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)}`
}
