import { HttpError } from '../http/http-error.ts'
import { type JsonPointer, parseJsonPointer } from './json-pointer.ts'
import { isJsonObject } from './json-value.ts'

/** The most operations of one patch, when nobody says otherwise. */
export const MAX_PATCH_OPERATIONS = 1000

/** One change of a JSON Patch, read and found well-formed (RFC 6902 §4). */
export type PatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: JsonPointer; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: JsonPointer }
  | { readonly op: 'move'; readonly path: JsonPointer; readonly from: JsonPointer }
  | CopyOperation

/** Puts the value of one place at another, too (RFC 6902 §4.5). */
export interface CopyOperation {
  readonly op: 'copy'
  readonly path: JsonPointer
  readonly from: JsonPointer
}

/** The members of an operation that can be at fault. */
type PatchMember = 'op' | 'path' | 'from' | 'value'

/** @throws {RangeError} When `most` is no number of operations. */
export function checkMost(most: number): void {
  if (Number.isSafeInteger(most) && most >= 0) return
  throw new RangeError(`Cannot limit the operations of a patch: a whole number is needed, got ${most}`)
}

/**
 * Reads a JSON Patch document; members that the standard does not know are passed over (RFC 6902 §4).
 *
 * @throws {HttpError} 400 when it is malformed, 413 when it has more than `most` operations.
 */
export function readJsonPatch(patch: unknown, most: number): readonly PatchOperation[] {
  if (!Array.isArray(patch))
    throw new HttpError(400, 'The patch is malformed: an array of operations is needed (RFC 6902 §3)')
  if (patch.length > most) throw new HttpError(413, `At most ${most} operations of a patch are taken`)
  return structuredClone(patch).map(readOperation)
}

function readOperation(given: unknown, index: number): PatchOperation {
  if (!isJsonObject(given)) throw malformed(index, undefined, 'an object is needed')
  const { op, value } = given
  const path = pointerAt(given, 'path', index)
  switch (op) {
    case 'add':
    case 'replace':
    case 'test':
      if (value === undefined) throw malformed(index, 'value', `"${op}" needs a value`)
      return { op, path, value }
    case 'remove':
      return { op, path }
    case 'move':
    case 'copy':
      return { op, path, from: pointerAt(given, 'from', index) }
    default:
      throw malformed(index, 'op', 'add, remove, replace, move, copy or test is needed')
  }
}

function pointerAt(
  operation: Readonly<Record<string, unknown>>,
  member: 'path' | 'from',
  index: number,
): JsonPointer {
  const text = operation[member]
  const pointer = typeof text === 'string' ? parseJsonPointer(text) : undefined
  if (pointer !== undefined) return pointer
  throw malformed(index, member, 'a JSON Pointer is needed, such as "/name" or "" for the whole document')
}

function malformed(index: number, member: PatchMember | undefined, message: string): HttpError {
  const errors = [{ pointer: pointerOf(index, member), message, in: 'body' as const }]
  return new HttpError(400, `Operation ${index} of the patch is malformed: ${message}`, { errors })
}

/** Where an operation, or a member of it, stands in the patch. */
export function pointerOf(index: number, member?: PatchMember): string {
  return member === undefined ? `/${index}` : `/${index}/${member}`
}
