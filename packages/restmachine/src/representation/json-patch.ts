import { HttpError } from '../http/http-error.ts'
import { MAX_JSON_DEPTH } from './json.ts'
import {
  type CopyOperation,
  checkMost,
  MAX_PATCH_OPERATIONS,
  type PatchOperation,
  pointerOf,
  readJsonPatch,
} from './json-patch-operations.ts'
import { existingAt, type Held, insertAt, NoSuchPlace, replaceAt, takeAt, valueAt } from './json-place.ts'
import type { JsonPointer } from './json-pointer.ts'
import { copyAsJson, isDeeperThan, isSameJson } from './json-value.ts'

/** The most characters of JSON that the `copy` operations of one patch make: each can double the document. */
const MAX_PATCH_COPIES = 1_048_576

/** How much one JSON Patch may ask for. */
export interface JsonPatchLimits {
  /** The most operations: 1000 by default, 413 beyond. */
  readonly operations?: number
}

/**
 * Applies a JSON Patch, all of it or nothing.
 *
 * @param document What is to change, as its JSON text tells it: a `Date` is a string. It stays as it is.
 * @param patch The operations.
 * @param limits How many operations are taken.
 * @returns The patched copy.
 * @throws {HttpError} 400 when the patch is malformed, 413 when it has too many operations, 409 when a `test` does
 *   not hold, 422 when another operation cannot be applied to this document. `errors` names the operation.
 * @throws {RangeError} When a limit is none.
 *
 * @example
 * ```ts
 * import { applyJsonPatch } from 'restmachine/patch'
 *
 * const user = { name: 'Ada', tags: ['a'] }
 * const changed = applyJsonPatch(user, [
 *   { op: 'test', path: '/name', value: 'Ada' },
 *   { op: 'add', path: '/tags/-', value: 'b' },
 * ])
 * // changed === { name: 'Ada', tags: ['a', 'b'] }
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc6902
 */
export function applyJsonPatch(
  document: unknown,
  patch: unknown,
  { operations = MAX_PATCH_OPERATIONS }: JsonPatchLimits = {},
): unknown {
  checkMost(operations)
  const steps = readJsonPatch(patch, operations)
  const held: Held = { document: copyAsJson(document) }
  let copied = 0
  for (const [index, step] of steps.entries()) {
    try {
      if (step.op === 'copy') copied = copy(held, step, copied)
      else perform(held, step)
    } catch (error) {
      throw error instanceof NoSuchPlace ? refusal(error, step, index) : error
    }
  }
  if (isDeeperThan(MAX_JSON_DEPTH, held.document))
    throw new HttpError(422, `The patched document is nested deeper than ${MAX_JSON_DEPTH} levels`)
  return held.document
}

function perform(held: Held, step: Exclude<PatchOperation, CopyOperation>): void {
  switch (step.op) {
    case 'add':
      insertAt(held, step.path, step.value)
      break
    case 'remove':
      takeAt(held, step.path)
      break
    case 'replace':
      replaceAt(held, step.path, step.value)
      break
    case 'move':
      move(held, step.from, step.path)
      break
    case 'test':
      if (!isSameJson(valueAt(held, step.path), step.value))
        throw new NoSuchPlace('What stands at this place is not equal to the value', step.path)
  }
}

// RFC 6902 §4.4: a removal, and then an addition; so the path leads through what is left.
function move(held: Held, from: JsonPointer, path: JsonPointer): void {
  existingAt(held, from)
  const leadsInto = from.every((token, index) => token === path[index])
  if (leadsInto && from.length === path.length) return
  if (leadsInto) throw new NoSuchPlace('A value cannot be moved into itself', path)
  insertAt(held, path, takeAt(held, from))
}

/** Gives how many characters are copied now. */
function copy(held: Held, { from, path }: CopyOperation, before: number): number {
  const value = existingAt(held, from)
  if (isDeeperThan(MAX_JSON_DEPTH, value))
    throw new NoSuchPlace(`What is copied is nested deeper than ${MAX_JSON_DEPTH} levels`, from)
  const text = JSON.stringify(value)
  const copied = before + text.length
  if (copied > MAX_PATCH_COPIES)
    throw new NoSuchPlace(`The patch copies more than ${MAX_PATCH_COPIES} characters of JSON`, from)
  insertAt(held, path, JSON.parse(text))
  return copied
}

// RFC 5789 §2.2: 409 when the resource is in another state than the patch expects, 422 when it cannot be patched so.
function refusal({ pointer, message }: NoSuchPlace, step: PatchOperation, index: number): HttpError {
  const isFrom = 'from' in step && step.from === pointer
  const errors = [{ pointer: pointerOf(index, isFrom ? 'from' : 'path'), message, in: 'body' as const }]
  const [status, what] = step.op === 'test' ? [409, 'does not hold'] : [422, 'cannot be applied']
  return new HttpError(status, `Operation ${index} of the patch (${step.op}) ${what}: ${message}`, { errors })
}
