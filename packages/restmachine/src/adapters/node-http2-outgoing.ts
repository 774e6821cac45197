import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { Outgoing } from './node-message.ts'

/**
 * How many bytes are written at once. Node tells of a write only when all of it is out, so this much has to be taken
 * within each `sendTimeout`.
 */
const PIECE = 65_536

/** How often within a time-out is looked whether the client took something. */
const LOOKS = 4

/** A response of HTTP/2, in the words of `node:http`. */
export class Http2Outgoing implements Outgoing {
  readonly stream: ServerHttp2Stream
  readonly mostAtOnce = PIECE
  statusCode = 200
  /** Whether the response is not to end with its last byte: it may have to be broken off. */
  isHeldOpen = false
  /** Whether it was broken off: what is out is not whole, though the stream has ended. */
  isBroken = false
  #hasEnded = false
  /** How many looks in a row have seen nothing taken. */
  #quiet = 0
  #looking: ReturnType<typeof setInterval> | undefined = undefined

  constructor(stream: ServerHttp2Stream) {
    this.stream = stream
  }

  get headersSent(): boolean {
    return this.stream.headersSent
  }

  get destroyed(): boolean {
    // A stream that was reset takes a moment until it is destroyed.
    return this.stream.destroyed || this.stream.closed
  }

  get writableEnded(): boolean {
    return this.#hasEnded || this.stream.writableEnded
  }

  get writableFinished(): boolean {
    return this.stream.writableFinished && !this.isBroken && this.stream.rstCode === 0
  }

  /** The stream is what has time-outs. */
  get socket(): this {
    return this
  }

  /**
   * Has the stream emit `timeout` when for so many milliseconds the client takes nothing of it. The time-outs of
   * `node:http2` take any sign of life for that, a ping included.
   */
  setTimeout(time: number): void {
    const { stream } = this
    clearInterval(this.#looking)
    if (time === 0) return
    let before = stream.bufferSize
    this.#quiet = 0
    const look = (): void => {
      const now = stream.bufferSize
      this.#quiet = now === before ? this.#quiet + 1 : 0
      before = now
      if (this.#quiet < LOOKS && !stream.destroyed) return
      clearInterval(this.#looking)
      if (!stream.destroyed) stream.emit('timeout')
    }
    this.#looking = setInterval(look, Math.ceil(time / LOOKS)).unref()
  }

  // As with `node:http`, a response is over when its last byte is out; the stream lives on while content comes.
  on(event: 'close' | 'drain', listener: () => void): this {
    if (event === 'close') this.stream.on('finish', listener)
    this.stream.on(event, listener)
    return this
  }

  off(event: 'close' | 'drain', listener: () => void): this {
    if (event === 'close') this.stream.off('finish', listener)
    this.stream.off(event, listener)
    return this
  }

  /** @param fields A flat list of names and values. */
  writeHead(status: number, fields: readonly string[]): this {
    this.statusCode = status
    // Without trailers of ours node sends an end of the stream instead (RFC 9113 §8.1).
    this.stream.respond(toHeaders(status, fields), { waitForTrailers: this.isHeldOpen })
    return this
  }

  /** Heads are never held back. */
  flushHeaders(): void {}

  writeContinue(): void {
    this.stream.additionalHeaders({ ':status': 100 })
  }

  write(chunk: string | Uint8Array): boolean {
    return this.stream.write(chunk)
  }

  end(chunk?: string | Uint8Array): this {
    this.#hasEnded = true
    if (chunk === undefined || chunk.length === 0) this.stream.end()
    else if (chunk.length <= PIECE) this.stream.end(chunk)
    else this.#endWith(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
    return this
  }

  /** Writes piece by piece: of all that waits in node at once, a session may have no more than 10 MB. */
  #endWith(whole: Uint8Array): void {
    const { stream } = this
    let at = 0
    const next = (): void => {
      if (stream.destroyed || stream.writableEnded) return
      const piece = whole.subarray(at, at + PIECE)
      at += PIECE
      // The next piece is as large as the one that was taken.
      this.#quiet = -1
      if (at < whole.length) stream.write(piece, next)
      else stream.end(piece)
    }
    next()
  }

  destroy(): void {
    this.stream.destroy()
  }
}

function toHeaders(status: number, fields: readonly string[]): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = Object.create(null)
  headers[':status'] = status
  for (let index = 0; index < fields.length; index += 2) {
    const name = (fields[index] as string).toLowerCase()
    const value = fields[index + 1] as string
    const before = headers[name] as string | string[] | undefined
    if (before === undefined) headers[name] = value
    else if (Array.isArray(before)) before.push(value)
    else headers[name] = [before, value]
  }
  return headers
}
