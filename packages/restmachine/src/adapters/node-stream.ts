import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import type { NodeExchange } from './node-exchange.ts'

/** Why a response was not sent to its end: nobody is to blame. */
export class ClientLeft extends Error {
  override readonly name = 'ClientLeft'

  constructor() {
    super('The client left before the response was complete')
  }
}

/** Why a response was ended that might have gone on for ever. */
export class ServerStops extends Error {
  override readonly name = 'ServerStops'

  constructor() {
    super('The server stops')
  }
}

/** How long a source that was cancelled is waited for, in milliseconds. */
const CANCEL_TIME = 5_000

/** The same where the server stops. */
const STOP_TIME = 500

/** How a stream is sent. */
interface StreamOptions {
  /** The bytes that the head has declared, if it did. */
  readonly length: number | undefined
  /** Milliseconds for which the client may take nothing while something waits for it. */
  readonly sendTimeout: number
  /** Calls back when the stream is to end because the server stops; left out where it runs to its end. */
  readonly onceClosing: ((callback: () => void) => () => void) | undefined
}

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
 * Closes the connection in the middle of a response. What was written goes out first; that the rest is missing
 * is told by the length, or by the last chunk that does not come (RFC 9112 §8).
 *
 * @param length The bytes that the head has declared, if it did.
 * @param sendTimeout Milliseconds for which the client may take nothing of what was written.
 */
export function breakOff(outgoing: ServerResponse, length: number | undefined, sendTimeout: number): void {
  const { socket } = outgoing
  // It waits behind another response, and nothing of it is out.
  if (socket === null) return void outgoing.destroy()
  expectReader(outgoing, sendTimeout)
  if (length !== undefined || outgoing.chunkedEncoding) socket.destroySoon()
  // To HTTP/1.0 the end of the connection is the end of the body: only a reset is no such end, though it may
  // overtake what the client has not taken yet.
  else socket.write('', () => reset(socket))
}

function reset(socket: Socket): void {
  // What is encrypted is carried by another socket, which no type tells.
  const carrier = (socket as { readonly _parent?: Socket | null })._parent ?? socket
  try {
    carrier.resetAndDestroy()
  } catch {
    // Only TCP knows it: over a Unix socket HTTP/1.0 cannot tell a cut from an end.
    socket.destroy()
  }
}

/**
 * Sends a stream, no faster than the client takes it. The head must be written; the end is left to the caller.
 *
 * @throws {ClientLeft} When the client left; the stream is cancelled then.
 * @throws {ServerStops} When the server stops; the stream is cancelled then, and the response ended.
 * @throws What the stream failed with, or that it does not have `length` bytes.
 */
export async function sendStream(
  exchange: NodeExchange,
  body: ReadableStream<Uint8Array>,
  { length, sendTimeout, onceClosing }: StreamOptions,
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
  let stopped: ServerStops | undefined
  // The signal comes last: what the source fails with because of it is no failure.
  function stop(): void {
    if (exchange.isOver) return
    stopped = new ServerStops()
    wake?.()
    cancel(stopped)
    outgoing.end()
    exchange.abort(new DOMException(stopped.message, 'AbortError'))
  }
  const drain = (): void => wake?.()

  // The head goes out with the first piece, or without it when that takes long: events may be far between.
  const flush = setImmediate(() => outgoing.flushHeaders())
  outgoing.on('drain', drain)
  const stay = exchange.onceOver(leave)
  const runOn = onceClosing?.(stop)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      clearImmediate(flush)
      if (stopped !== undefined) throw stopped
      if (exchange.isOver) throw new ClientLeft()
      if (done) break
      sent += value.length
      if (length !== undefined && sent > length) throw wrongLength(length)
      for (const piece of piecesOf(value, outgoing.mostAtOnce)) {
        // Waiting for the client to take what is written is all the back-pressure there is.
        if (outgoing.write(piece) || exchange.isOver) continue
        outgoing.socket?.setTimeout(sendTimeout)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        // The next piece may take its time: events may be far between.
        outgoing.socket?.setTimeout(0)
        if (stopped !== undefined || exchange.isOver) break
      }
    }
    if (length !== undefined && sent < length) throw wrongLength(length)
  } catch (error) {
    cancel(error)
    // What the source uses must not be closed before the source has ended; but it may never end.
    const time = stopped === undefined ? CANCEL_TIME : STOP_TIME
    await Promise.race([cancelled, after(time, undefined, { ref: false })])
    throw error
  } finally {
    clearImmediate(flush)
    outgoing.off('drain', drain)
    stay()
    runOn?.()
  }
}

function piecesOf(value: Uint8Array, most: number | undefined): Iterable<Uint8Array> {
  return most === undefined || value.length <= most ? [value] : slices(value, most)
}

function* slices(value: Uint8Array, most: number): Iterable<Uint8Array> {
  for (let at = 0; at < value.length; at += most) yield value.subarray(at, at + most)
}

function wrongLength(length: number): Error {
  return new Error(`The body does not have the ${length} bytes that its Content-Length declares`)
}
