import { type ByteRange, formatContentRange, MAX_RANGES, parseRange, type RangeSpec } from '../http/range.ts'
import { SeekableBody } from './seekable.ts'

/** Bytes of which there are so many, and of which any part can be had. */
export interface Whole {
  readonly length: number
  part(range: ByteRange): Uint8Array | ReadableStream<Uint8Array>
}

/** Several parts of a whole in one body. */
export interface Parts {
  readonly contentType: string
  readonly length: number
  readonly body: Uint8Array | ReadableStream<Uint8Array>
}

const encoder = new TextEncoder()

/**
 * What `Range` asks for in bytes; `undefined` when the field is to be ignored: it cannot be read, has
 * another unit, or asks for more parts than are worth an answer (RFC 9110 §14.2).
 */
export function parseByteRanges(field: string): readonly RangeSpec[] | undefined {
  const wanted = parseRange(field)
  if (wanted === undefined || wanted.unit !== 'bytes' || wanted.ranges.length > MAX_RANGES) return undefined
  return wanted.ranges
}

/** A body as bytes of known length; `undefined` for a stream, whose length only its end tells. */
export function wholeOf(
  body: string | Uint8Array | ReadableStream<Uint8Array> | SeekableBody,
): Whole | undefined {
  if (body instanceof SeekableBody) return { length: body.size, part: (range) => body.content(range) }
  const bytes = typeof body === 'string' ? encoder.encode(body) : body
  if (!(bytes instanceof Uint8Array)) return undefined
  return { length: bytes.length, part: ({ first, last }) => bytes.subarray(first, last + 1) }
}

/**
 * Several parts as `multipart/byteranges`, in the order of `ranges`. What is in memory stays bytes; of what
 * is not, each part is read when its turn comes.
 *
 * @param contentType Of the whole; it stands in each part.
 * @param boundary Stands between the parts, and must not be found in them. Default: one that nobody can guess.
 *
 * @see RFC 9110 §14.6
 */
export function joinParts(
  whole: Whole,
  ranges: readonly ByteRange[],
  contentType: string | undefined,
  boundary: string = crypto.randomUUID(),
): Parts {
  const type = contentType === undefined ? '' : `Content-Type: ${contentType}\r\n`
  const pieces: (Uint8Array | ReadableStream<Uint8Array>)[] = []
  let length = 0
  for (const [index, range] of ranges.entries()) {
    const contentRange = formatContentRange(range.first, range.last, whole.length)
    const head = encoder.encode(
      `${index === 0 ? '' : '\r\n'}--${boundary}\r\n${type}Content-Range: ${contentRange}\r\n\r\n`,
    )
    pieces.push(head, whole.part(range))
    length += head.length + range.last - range.first + 1
  }
  const end = encoder.encode(`\r\n--${boundary}--\r\n`)
  pieces.push(end)
  length += end.length
  return {
    contentType: `multipart/byteranges; boundary=${boundary}`,
    length,
    body: pieces.every((piece) => piece instanceof Uint8Array) ? join(pieces, length) : inTurn(pieces),
  }
}

function join(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const joined = new Uint8Array(length)
  let position = 0
  for (const piece of pieces) {
    joined.set(piece, position)
    position += piece.length
  }
  return joined
}

/** One stream after the other. None is read before its turn, and cancelling ends all that is left. */
function inTurn(pieces: (Uint8Array | ReadableStream<Uint8Array>)[]): ReadableStream<Uint8Array> {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined

  async function next(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (reader !== undefined) {
        const { done, value } = await reader.read()
        if (!done) return value
        reader = undefined
      }
      const piece = pieces.shift()
      if (piece === undefined || piece instanceof Uint8Array) return piece
      reader = piece.getReader()
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const bytes = await next()
        if (bytes === undefined) controller.close()
        else controller.enqueue(bytes)
      },
      async cancel(reason) {
        const left = pieces.splice(0)
        await reader?.cancel(reason)
        for (const piece of left) if (!(piece instanceof Uint8Array)) await piece.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}
