import { HttpError } from '../http/http-error.ts'

/** The error for content beyond the limit. */
export function tooLarge(limit: number): HttpError {
  return new HttpError(413, `At most ${limit} bytes are taken`)
}

/** The error for content that ended before it was complete. */
export function cutShort(cause: unknown): HttpError {
  return new HttpError(400, 'The content ended before it was complete', { cause })
}

/** The error for content that two read; only whole content can be had more than once. */
export function alreadyStreamed(): Error {
  return new Error('Cannot read the content: it is read as a stream already')
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

/** What a stream of content does once somebody reads it: it begins no sooner. */
export interface LazySource {
  /** Called for each piece that is wanted. */
  readonly pull: (controller: ReadableStreamDefaultController<Uint8Array>) => void | Promise<void>
  readonly cancel: (reason: unknown) => void | Promise<void>
}

/** A stream that asks its source for nothing before somebody reads. */
export function lazyStream(source: LazySource): ReadableStream<Uint8Array> {
  return new ReadableStream(source, { highWaterMark: 0 })
}

/** Hands whole content to whoever reads a stream. */
export async function passWhole(
  bytes: Uint8Array | Promise<Uint8Array>,
  controller: ReadableStreamDefaultController<Uint8Array>,
): Promise<void> {
  const whole = await bytes
  if (whole.length > 0) controller.enqueue(whole)
  controller.close()
}
