import { isToken } from './syntax/token.ts'

const NOT_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/

/**
 * Whether `name` may name a field.
 *
 * ```abnf
 * field-name = token
 * ```
 *
 * @example
 * ```ts
 * isFieldName('x-request-id') // true
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.1
 */
export function isFieldName(name: string): boolean {
  return isToken(name)
}

/**
 * Whether a field may have the value. Whatever could end the line, or the field, may not be in it.
 *
 * ```abnf
 * field-value   = *field-content
 * field-content = field-vchar [ 1*( SP / HTAB / field-vchar ) field-vchar ]
 * field-vchar   = VCHAR / obs-text
 * ```
 *
 * @example
 * ```ts
 * isFieldValue('a\r\nset-cookie: b') // false
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.5
 */
export function isFieldValue(value: string): boolean {
  return !NOT_IN_VALUE.test(value)
}

/**
 * Refuses a field that a response cannot carry.
 *
 * @throws {TypeError} When the name is no token, or the value has a control character or one above U+00FF.
 *   The value is not part of the message: it may be a secret.
 */
export function checkField(name: string, value: string): void {
  if (!isFieldName(name)) {
    throw new TypeError(`Cannot set header ${JSON.stringify(name)}: the name is no token (RFC 9110 §5.1)`)
  }
  if (isFieldValue(value)) return
  const at = value.search(NOT_IN_VALUE)
  const character = value.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0')
  throw new TypeError(
    `Cannot set header ${JSON.stringify(name)}: its value has U+${character} at index ${at} (RFC 9110 §5.5)\n` +
      '  allowed: tab, space, visible ASCII and U+0080 to U+00FF',
  )
}
