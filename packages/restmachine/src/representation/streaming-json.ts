import { stringifyJson } from './json.ts'
import { type Items, sourceOf, streamItems } from './streaming.ts'

/** What the renderers of streams destructure. */
export interface ItemsGiven {
  readonly result: Items
}

/**
 * Writes each item of the result as a line of JSON, as soon as it is there: for `application/x-ndjson`.
 *
 * The next item is asked for when the client has taken the last one; a client that leaves ends the
 * iteration, so that `finally` in a generator runs.
 *
 * @example
 * ```ts
 * import { ndjson, RestApplication } from 'restmachine'
 *
 * async function* count() {
 *   yield { n: 1 }
 *   yield { n: 2 }
 * }
 * const app = new RestApplication().get('/', count, { provides: { 'application/x-ndjson': ndjson } })
 * const headers = { accept: 'application/x-ndjson' }
 * const response = await app.fetch(new Request('http://localhost/', { headers }))
 * const text = await response.text()
 * // text === '{"n":1}\n{"n":2}\n'
 * ```
 *
 * @see https://github.com/ndjson/ndjson-spec
 */
export function ndjson({ result }: ItemsGiven): ReadableStream<Uint8Array> {
  return streamItems(sourceOf(result), { write: (item) => `${stringifyItem(item)}\n` })
}

/**
 * Writes the result as one JSON array, item by item. That is what `application/json` is without any
 * renderer; this is for the types that are built on it.
 *
 * @example
 * ```ts
 * import { jsonArray, RestApplication } from 'restmachine'
 *
 * function* count() {
 *   yield 1
 *   yield 2
 * }
 * const app = new RestApplication().get('/', count, { provides: { 'application/vnd.count+json': jsonArray } })
 * const headers = { accept: 'application/vnd.count+json' }
 * const response = await app.fetch(new Request('http://localhost/', { headers }))
 * const text = await response.text()
 * // text === '[1,2]'
 * ```
 *
 * @see RFC 8259 §5
 */
export function jsonArray({ result }: ItemsGiven): ReadableStream<Uint8Array> {
  return streamItems(sourceOf(result), {
    write: (item, index) => `${index === 0 ? '[' : ','}${stringifyItem(item)}`,
    end: (count) => (count === 0 ? '[]' : ']'),
  })
}

/**
 * One item as JSON, on one line.
 *
 * @throws {TypeError} When it has no JSON form, or is bytes: those would become an object of numbers.
 */
export function stringifyItem(item: unknown): string {
  if (!(item instanceof Uint8Array)) return stringifyJson(item)
  throw new TypeError(
    'Cannot write bytes as JSON: give the result a content type of its own, with respond(…) or provides',
  )
}
