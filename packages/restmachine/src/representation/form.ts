import { HttpError } from '../http/http-error.ts'
import { addField, createFormFields, type FormFields } from './form-fields.ts'

/** The most fields that {@link parseForm} reads; each value of a repeated name counts. */
export const MAX_FORM_FIELDS = 1000

/**
 * Reads `application/x-www-form-urlencoded` (WHATWG URL §5.1).
 *
 * Names are taken as they are: `a[b]` and `a.b` are names like any other, and nothing is nested.
 *
 * @param text The whole content.
 * @throws {HttpError} 413 for more than {@link MAX_FORM_FIELDS} fields, 400 for a field called
 *   `__proto__`, `constructor` or `prototype`.
 *
 * @example
 * ```ts
 * parseForm('name=Ada+L.&tag=a&tag=b')
 * // { name: 'Ada L.', tag: ['a', 'b'] }
 * ```
 */
export function parseForm(text: string): FormFields {
  // Counted first: the parser would decode every field before we could stop it.
  if (countFields(text) > MAX_FORM_FIELDS) {
    throw new HttpError(413, `Cannot read the form: it has more than ${MAX_FORM_FIELDS} fields`)
  }
  const fields = createFormFields()
  // `URLSearchParams` drops a leading "?", which is a part of the first name here.
  const parameters = new URLSearchParams(text.startsWith('?') ? `%3F${text.slice(1)}` : text)
  for (const [name, value] of parameters) addField(fields, name, value)
  return fields
}

// Stops at the first field too many. Nothing between two ampersands is no field.
function countFields(text: string): number {
  let count = 0
  for (let start = 0; start < text.length && count <= MAX_FORM_FIELDS; ) {
    const ampersand = text.indexOf('&', start)
    const end = ampersand === -1 ? text.length : ampersand
    if (end > start) count++
    start = end + 1
  }
  return count
}
