import type { ServerResponse } from 'node:http'
import { setTimeout as after } from 'node:timers/promises'
import type { NodeExchange } from './node-exchange.ts'

/** Why a response was not sent to its end: nobody is to blame. */
export class ClientLeft extends Error {
  override readonly name = 'ClientLeft'

  constructor() {
    super('The client left before the response was complete')
  }
}

/** How long a source that was cancelled is waited for, in milliseconds. */
const CANCEL_TIME = 5_000

/**
 * Closes the connection when for `time` milliseconds the client takes nothing of what is written; 0 is
 * for ever. The timer is that of the socket, which starts anew with every byte that is taken.
 */
export function expectReader(outgoing: ServerResponse, time: number): void {
  const { socket } = outgoing
  // Nearly every response is with the system by now.
  if (time === 0 || socket === null || outgoing.writableLength === 0) return
  socket.setTimeout(time)
  // Before node:http sets the time of an idle connection.
  outgoing.prependOnceListener('finish', () => socket.setTimeout(0))
}

/**
 * Sends a stream, no faster than the client takes it. The head must be written; the end is left to the caller.
 *
 * @param length The bytes that the head has declared, if it did.
 * @param sendTimeout Milliseconds for which the client may take nothing while something waits for it.
 * @throws {ClientLeft} When the client left; the stream is cancelled then.
 * @throws What the stream failed with, or that it does not have `length` bytes.
 */
export async function sendStream(
  exchange: NodeExchange,
  body: ReadableStream<Uint8Array>,
  length: number | undefined,
  sendTimeout: number,
): Promise<void> {
  const { outgoing } = exchange
  const reader = body.getReader()
  let sent = 0
  let wake: (() => void) | undefined
  let cancelled: Promise<void> | undefined
  function cancel(reason: unknown): void {
    cancelled ??= reader.cancel(reason).catch(() => undefined)
  }
  // Cancelling answers a read that waits: a race with a promise of the end would keep each read's rest.
  function leave(): void {
    wake?.()
    cancel(new ClientLeft())
  }
  const drain = (): void => wake?.()

  // The head goes out with the first piece, or without it when that takes long: events may be far between.
  const flush = setImmediate(() => outgoing.flushHeaders())
  outgoing.on('drain', drain)
  const stay = exchange.onceOver(leave)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      clearImmediate(flush)
      if (exchange.isOver) throw new ClientLeft()
      if (done) break
      sent += value.length
      if (length !== undefined && sent > length) throw wrongLength(length)
      // Waiting for the client to take what is written is all the back-pressure there is.
      if (!outgoing.write(value) && !exchange.isOver) {
        outgoing.socket?.setTimeout(sendTimeout)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        // The next piece may take its time: events may be far between.
        outgoing.socket?.setTimeout(0)
      }
    }
    if (length !== undefined && sent < length) throw wrongLength(length)
  } catch (error) {
    cancel(error)
    // What the source uses must not be closed before the source has ended; but it may never end.
    await Promise.race([cancelled, after(CANCEL_TIME, undefined, { ref: false })])
    throw error
  } finally {
    clearImmediate(flush)
    outgoing.off('drain', drain)
    stay()
  }
}

function wrongLength(length: number): Error {
  return new Error(`The body does not have the ${length} bytes that its Content-Length declares`)
}
