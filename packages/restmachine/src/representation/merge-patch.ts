import { HttpError } from '../http/http-error.ts'
import { MAX_JSON_DEPTH } from './json.ts'
import { copyAsJson, isJsonObject, type JsonObject } from './json-value.ts'

/**
 * Applies a JSON Merge Patch: members of the patch take the place of the document's, `null` removes them, arrays
 * are replaced whole.
 *
 * @param document What is to change, as its JSON text tells it: a `Date` is a string. It stays as it is.
 * @param patch The patch; anything but an object takes the place of the whole document.
 * @returns The patched copy.
 * @throws {HttpError} 400 when there is no patch, when it is nested deeper than {@link MAX_JSON_DEPTH} levels, or
 *   when it names `__proto__`.
 *
 * @example
 * ```ts
 * import { applyMergePatch } from 'restmachine/patch'
 *
 * const user = { name: 'Ada', phone: '1815', tags: ['a'] }
 * const changed = applyMergePatch(user, { name: 'Ada L.', phone: null })
 * // changed === { name: 'Ada L.', tags: ['a'] }
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc7396#section-2
 */
export function applyMergePatch(document: unknown, patch: unknown): unknown {
  if (patch === undefined) throw new HttpError(400, 'The merge patch is empty: a JSON value is needed')
  return merge(copyAsJson(document), structuredClone(patch), 1)
}

// RFC 7396 §2, MergePatch(Target, Patch).
function merge(target: unknown, patch: unknown, depth: number): unknown {
  if (!isJsonObject(patch)) return patch
  if (depth > MAX_JSON_DEPTH)
    throw new HttpError(400, `The merge patch is nested deeper than ${MAX_JSON_DEPTH} levels`)
  const merged: JsonObject = isJsonObject(target) ? target : {}
  for (const [name, value] of Object.entries(patch)) {
    if (name === '__proto__') throw new HttpError(400, 'The name "__proto__" is refused')
    if (value === null) delete merged[name]
    else if (value !== undefined) merged[name] = merge(own(merged, name), value, depth + 1)
  }
  return merged
}

function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}
