import { HttpError } from '../http/http-error.ts'

/** The error for content beyond the limit. */
export function tooLarge(limit: number): HttpError {
  return new HttpError(413, `At most ${limit} bytes are taken`)
}

/** The error for content that ended before it was complete. */
export function cutShort(cause: unknown): HttpError {
  return new HttpError(400, 'The content ended before it was complete', { cause })
}

/** One array of all chunks. */
export function joinChunks(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = chunks
  if (chunks.length === 1 && first !== undefined) return first
  const joined = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    joined.set(chunk, at)
    at += chunk.length
  }
  return joined
}
