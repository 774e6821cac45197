import { type EntityTag, readEntityTag } from '../http/entity-tag.ts'
import { checkField } from '../http/field.ts'
import { toLastModified } from '../http/http-date.ts'
import type { ByteRange } from '../http/range.ts'
import { streamPieces } from './streaming.ts'

/** A body of known length that can be read from anywhere: a file, a blob, an object of a store. */
export abstract class SeekableBody {
  /** In bytes. */
  abstract readonly size: number
  /** The value of `Content-Type`. */
  abstract readonly contentType: string
  /** The value of `Content-Disposition`; `undefined` for none. */
  abstract readonly disposition: string | undefined
  abstract readonly etag: EntityTag | undefined
  /** Milliseconds since 1970, whole seconds. */
  abstract readonly lastModified: number | undefined
  /** The bytes of a part, those of the whole by default; nothing is read before they are asked for. */
  abstract content(part?: ByteRange): Uint8Array | ReadableStream<Uint8Array>
}

/** What {@link seekable} needs to know of bytes that are elsewhere. */
export interface SeekableOptions {
  /** In bytes. */
  readonly size: number
  /** The value of `Content-Type`; `application/octet-stream` when nobody says. */
  readonly contentType?: string
  /** What names this state of the bytes, as the decision `etag` gives it. */
  readonly etag?: string
  readonly lastModified?: Date
  /** Gives the bytes from `first` to `last`, both counted from 0 and both included. */
  readonly read: (first: number, last: number) => ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>
}

class ReadSeekable extends SeekableBody {
  readonly size: number
  readonly contentType: string
  readonly disposition = undefined
  readonly etag: EntityTag | undefined
  readonly lastModified: number | undefined
  readonly #read: SeekableOptions['read']

  constructor(options: SeekableOptions) {
    super()
    const { size, contentType = 'application/octet-stream', etag, lastModified, read } = options
    this.size = size
    this.contentType = contentType
    this.etag = etag === undefined ? undefined : tagOf(etag)
    this.lastModified = lastModified === undefined ? undefined : toLastModified(lastModified.getTime())
    this.#read = read
  }

  content({ first, last }: ByteRange = { first: 0, last: this.size - 1 }): ReadableStream<Uint8Array> {
    return streamPieces(last < first ? [].values() : this.#read(first, last))
  }
}

/**
 * Bytes of known length that are elsewhere, such as an object of a store, as a handler's result. They are sent as
 * they are, in parts to those who ask for parts: only what is sent is read.
 *
 * A web `Blob` or `File` is such a result by itself.
 *
 * @throws {TypeError} When the size is no whole number of bytes, or a value cannot stand in its field.
 *
 * @example
 * ```ts
 * import { RestApplication, seekable } from 'restmachine'
 *
 * const stored = new TextEncoder().encode('0123456789')
 * const app = new RestApplication().get('/object', () =>
 *   seekable({
 *     size: stored.length,
 *     etag: 'v1',
 *     read: (first, last) => new Blob([stored.subarray(first, last + 1)]).stream(),
 *   }),
 * )
 * const headers = { range: 'bytes=2-4' }
 * const response = await app.fetch(new Request('http://localhost/object', { headers }))
 * // response.status === 206
 * // response.headers.get('content-range') === 'bytes 2-4/10'
 * ```
 *
 * @see RFC 9110 §14
 */
export function seekable(options: SeekableOptions): SeekableBody {
  const { size, contentType, read } = options
  if (!Number.isSafeInteger(size) || size < 0)
    throw new TypeError(`Cannot make it seekable: size is a number of bytes, got ${String(size)}`)
  if (typeof read !== 'function') throw new TypeError('Cannot make it seekable: read is a function')
  if (contentType !== undefined) checkField('content-type', contentType)
  return new ReadSeekable(options)
}

/** A blob as a body; what else it is, such as the time of a `File`, is sent with it. */
export function seekableBlob(blob: Blob): SeekableBody {
  const { lastModified } = blob as { readonly lastModified?: number }
  return new ReadSeekable({
    size: blob.size,
    ...(blob.type === '' ? {} : { contentType: blob.type }),
    ...(lastModified === undefined ? {} : { lastModified: new Date(lastModified) }),
    read: (first, last) => blob.slice(first, last + 1).stream(),
  })
}

/** Whether a value is a web blob. It is known by its tag: to name the class would load it. */
export function isBlob(value: unknown): value is Blob {
  if (typeof value !== 'object' || value === null) return false
  const tag = (value as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
  return tag === 'Blob' || tag === 'File'
}

function tagOf(etag: string): EntityTag {
  const tag = readEntityTag(etag)
  if (tag !== undefined) return tag
  throw new TypeError(
    `Cannot make it seekable: etag: visible characters without quotes are needed, got ${etag}`,
  )
}
