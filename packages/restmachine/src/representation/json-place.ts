import { isArrayIndex, type JsonPointer } from './json-pointer.ts'
import { isJsonObject, type JsonObject } from './json-value.ts'

/** What holds a document, so that the whole has a place like any part of it. */
export interface Held {
  document: unknown
}

/** A pointer does not lead where it has to; the message is for whoever sent it. */
export class NoSuchPlace extends Error {
  override readonly name = 'NoSuchPlace'
  /** The very pointer that was given. */
  readonly pointer: JsonPointer

  constructor(message: string, pointer: JsonPointer) {
    super(message)
    this.pointer = pointer
  }
}

/** What stands at a place, or `undefined`: JSON has no such value, so it says that nothing is there. */
export function valueAt({ document }: Held, pointer: JsonPointer): unknown {
  let value = document
  for (const token of pointer) value = memberOf(value, token)
  return value
}

/**
 * What stands at a place.
 *
 * @throws {NoSuchPlace} When nothing is there.
 */
export function existingAt(held: Held, pointer: JsonPointer): unknown {
  const value = valueAt(held, pointer)
  if (value === undefined) throw new NoSuchPlace('There is nothing at this place', pointer)
  return value
}

/**
 * Puts a value where a pointer leads: between the values of an array, in the place of a member of an object.
 *
 * @throws {NoSuchPlace} When there is nothing that could hold it, or an array has no such index.
 */
export function insertAt(held: Held, pointer: JsonPointer, value: unknown): void {
  const spot = spotAt(held, pointer)
  if (!Array.isArray(spot.parent)) {
    spot.parent[spot.key] = value
    return
  }
  const { parent: list, key } = spot
  // RFC 6902 §4.1: the index may be one past the last, which "-" stands for (RFC 6901 §4).
  const index = key === '-' ? list.length : isArrayIndex(key) ? Number(key) : Number.NaN
  if (!(index <= list.length))
    throw new NoSuchPlace(`There is no such index in an array of ${list.length} values`, pointer)
  list.splice(index, 0, value)
}

/**
 * Puts a value in the place of another.
 *
 * @throws {NoSuchPlace} When nothing is there.
 */
export function replaceAt(held: Held, pointer: JsonPointer, value: unknown): void {
  existingAt(held, pointer)
  const { parent, key } = spotAt(held, pointer)
  if (Array.isArray(parent)) parent[Number(key)] = value
  else parent[key] = value
}

/**
 * Takes away what stands at a place, and gives it.
 *
 * @throws {NoSuchPlace} When nothing is there, or it is the whole document.
 */
export function takeAt(held: Held, pointer: JsonPointer): unknown {
  if (pointer.length === 0) throw new NoSuchPlace('The whole document cannot be removed', pointer)
  const value = existingAt(held, pointer)
  const { parent, key } = spotAt(held, pointer)
  if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else delete parent[key]
  return value
}

interface Spot {
  readonly parent: JsonObject | unknown[]
  readonly key: string
}

function spotAt(held: Held, pointer: JsonPointer): Spot {
  // Set, it would change the prototype of its object, which no reader of the document would see.
  if (pointer.includes('__proto__')) throw new NoSuchPlace('The name "__proto__" is refused', pointer)
  const key = pointer.at(-1)
  if (key === undefined) return { parent: held as Held & JsonObject, key: 'document' }
  const parent = valueAt(held, pointer.slice(0, -1))
  if (Array.isArray(parent) || isJsonObject(parent)) return { parent, key }
  throw new NoSuchPlace('There is no array or object that could hold this place', pointer)
}

// Only what is the document's own counts: every object has a `constructor`, and every array a `length`.
function memberOf(value: unknown, token: string): unknown {
  if (Array.isArray(value)) return isArrayIndex(token) ? value[Number(token)] : undefined
  return isJsonObject(value) && Object.hasOwn(value, token) ? value[token] : undefined
}
