const ZERO = 0x30

/**
 * Reads the value of `Content-Length`. A list of equal lengths is `'malformed'` as well: the standard
 * lets a recipient refuse it, and two readers of a list are how requests get smuggled.
 *
 * ```abnf
 * Content-Length = 1*DIGIT
 * ```
 *
 * @param value The field value, or `undefined` when the request has no such field.
 * @returns The length in bytes; `undefined` when none is declared.
 *
 * @example
 * ```ts
 * parseContentLength('348') // 348
 * parseContentLength('348, 348') // 'malformed'
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-8.6
 */
export function parseContentLength(value: string | undefined): number | undefined | 'malformed' {
  if (value === undefined) return undefined
  let length = 0
  for (let index = 0; index < value.length; index++) {
    const digit = value.charCodeAt(index) - ZERO
    if (digit < 0 || digit > 9) return 'malformed'
    length = length * 10 + digit
  }
  return value !== '' && Number.isSafeInteger(length) ? length : 'malformed'
}

/** A copy of `fields` with a length, to which more may be added. To push to a copy costs twice that. */
export function withLength(fields: readonly string[], length: number | undefined): string[] {
  if (length === undefined) return fields.slice()
  const size = fields.length
  const all = new Array<string>(size + 2)
  for (let index = 0; index < size; index++) all[index] = fields[index] as string
  all[size] = 'content-length'
  all[size + 1] = String(length)
  return all
}
