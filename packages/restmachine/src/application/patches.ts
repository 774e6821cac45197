import { applyJsonPatch, type JsonPatchLimits } from '../representation/json-patch.ts'
import { checkMost } from '../representation/json-patch-operations.ts'
import { applyMergePatch } from '../representation/merge-patch.ts'
import { parserOver } from './parser.ts'

/** The parsers of {@link patches}, by media type: `application/json-patch+json` and `application/merge-patch+json`. */
export interface PatchParsers<Given> {
  // The compiler finds out what `Given` is by comparing this with `accepts`, which takes any type.
  readonly [type: string]: (given: Given) => unknown
}

/**
 * Lets a route take JSON Patch and JSON Merge Patch: its `parsedBody` is the patched copy of what `source` gives.
 *
 * A malformed patch is 400, one that does not fit the document 422, and a `test` that does not hold 409; `errors`
 * names the operation. Content of another type is 415 with `Accept-Patch`.
 *
 * @param source Gives the current document; it may ask for names. The document itself is never changed.
 * @param limits How many operations of a JSON Patch are taken: 1000 by default, 413 beyond.
 * @throws {RangeError} When a limit is none.
 *
 * @example
 * ```ts
 * import { RestApplication } from 'restmachine'
 * import { patches } from 'restmachine/patch'
 *
 * const users = new Map([['7', { name: 'Ada', phone: '1815' }]])
 * const app = new RestApplication()
 *   .resourceExists('user', ({ pathParams }) => users.get(pathParams.id ?? ''))
 *   .patch('/users/{id}', ({ parsedBody }) => parsedBody, { accepts: patches(({ user }) => user) })
 * const response = await app.fetch(
 *   new Request('http://localhost/users/7', {
 *     method: 'PATCH',
 *     headers: { 'content-type': 'application/merge-patch+json' },
 *     body: '{"phone":null}',
 *   }),
 * )
 * const body = await response.json()
 * // body === { name: 'Ada' }
 * ```
 *
 * @see RFC 5789, RFC 6902, RFC 7396
 */
export function patches<Given>(
  source: (given: Given) => unknown,
  limits: JsonPatchLimits = {},
): PatchParsers<Given> {
  if (limits.operations !== undefined) checkMost(limits.operations)
  return {
    'application/json-patch+json': parserOver(source, (document, patch) =>
      applyJsonPatch(document, patch, limits),
    ),
    'application/merge-patch+json': parserOver(source, applyMergePatch),
  }
}
