import type { ServerResponse } from 'node:http'

/** Why a response was not sent to its end: nobody is to blame. */
export class ClientLeft extends Error {
  override readonly name = 'ClientLeft'

  constructor() {
    super('The client left before the response was complete')
  }
}

/**
 * Sends a stream, no faster than the client takes it. The head must be written; the end is left to the caller.
 *
 * @param length The bytes that the head has declared, if it did.
 * @throws {ClientLeft} When the client left; the stream is cancelled then.
 * @throws What the stream failed with, or that it does not have `length` bytes.
 */
export async function sendStream(
  outgoing: ServerResponse,
  body: ReadableStream<Uint8Array>,
  length: number | undefined,
): Promise<void> {
  const reader = body.getReader()
  let sent = 0
  let wake: (() => void) | undefined
  // Cancelling answers a read that waits: a race with a promise of the end would keep each read's rest.
  function leave(): void {
    wake?.()
    reader.cancel(new ClientLeft()).catch(() => undefined)
  }
  const drain = (): void => wake?.()

  // The head goes out with the first piece, or without it when that takes long: events may be far between.
  const flush = setImmediate(() => outgoing.flushHeaders())
  outgoing.on('drain', drain)
  outgoing.once('close', leave)
  try {
    if (outgoing.destroyed) leave()
    for (;;) {
      const { done, value } = await reader.read()
      clearImmediate(flush)
      if (outgoing.destroyed) throw new ClientLeft()
      if (done) break
      sent += value.length
      if (length !== undefined && sent > length) throw wrongLength(length)
      // Waiting for the client to take what is written is all the back-pressure there is.
      if (!outgoing.write(value) && !outgoing.destroyed) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
    if (length !== undefined && sent < length) throw wrongLength(length)
  } catch (error) {
    reader.cancel(error).catch(() => undefined)
    throw error
  } finally {
    clearImmediate(flush)
    outgoing.off('drain', drain)
    outgoing.off('close', leave)
  }
}

function wrongLength(length: number): Error {
  return new Error(`The body does not have the ${length} bytes that its Content-Length declares`)
}
