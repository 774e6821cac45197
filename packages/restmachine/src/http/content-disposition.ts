import { formatExtendedValue } from './syntax/extended-value.ts'

// What no file name should have: a recipient takes a name apart at a slash, and must drop the path
// (RFC 6266 §4.3). Controls could end the field; half a surrogate pair is no text.
const UNFIT = /[/\\\p{Cc}\p{Cs}]/gu

// Quotes would need backslashes, which some recipients take for themselves, and some decode `%41`; both are
// left to `filename*` (RFC 6266, appendix D). No flag i: with u, it would take U+017F for an s.
const UNSAFE = /[^\x20-\x7e]|"|%(?=[0-9A-Fa-f]{2})/gu

/**
 * The value of `Content-Disposition`: whether to show a representation or to save it, and under which name.
 * Slashes, backslashes and control characters in the name become `_`. A name that is not plain ASCII is
 * given twice, for recipients that know `filename*` and for those that do not.
 *
 * ```abnf
 * content-disposition = disposition-type *( ";" disposition-parm )
 * disposition-parm    = "filename" "=" value / "filename*" "=" ext-value   ; RFC 8187
 * ```
 *
 * @param filename The name to save it under. Default: what the URI suggests.
 *
 * @example
 * ```ts
 * formatContentDisposition('attachment', '€ rates.txt')
 * // `attachment; filename="_ rates.txt"; filename*=UTF-8''%E2%82%AC%20rates.txt`
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc6266#section-4.1
 */
export function formatContentDisposition(type: 'attachment' | 'inline', filename?: string): string {
  if (filename === undefined) return type
  const name = filename.replace(UNFIT, '_')
  const fallback = name.replace(UNSAFE, '_')
  const plain = `${type}; filename="${fallback}"`
  return fallback === name ? plain : `${plain}; filename*=${formatExtendedValue(name)}`
}
