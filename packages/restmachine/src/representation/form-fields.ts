import { HttpError } from '../http/http-error.ts'

/**
 * The fields of a form, by name: one value, or all of them in the order sent when a name is repeated.
 *
 * The object has no prototype, so a name that the client did not send is `undefined`, whatever it is.
 */
export type FormFields = Readonly<Record<string, string | readonly string[]>>

/** {@link FormFields} while they are being read. */
export type FormFieldsInProgress = Record<string, string | string[]>

// Names that turn into an attack when a handler copies fields into an ordinary object.
const REFUSED_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Makes an empty set of fields. */
export function createFormFields(): FormFieldsInProgress {
  return Object.create(null)
}

/**
 * Refuses a field name that could reach a prototype.
 *
 * @throws {HttpError} 400 for `__proto__`, `constructor` and `prototype`.
 */
export function checkFieldName(name: string): void {
  if (REFUSED_NAMES.has(name))
    throw new HttpError(400, `Cannot read the form: the field name "${name}" is refused`)
}

/**
 * Adds one value under a name, behind those that are there already.
 *
 * @throws {HttpError} 400 for a name that {@link checkFieldName} refuses.
 */
export function addField(fields: FormFieldsInProgress, name: string, value: string): void {
  checkFieldName(name)
  const present = fields[name]
  if (present === undefined) fields[name] = value
  else if (typeof present === 'string') fields[name] = [present, value]
  else present.push(value)
}
