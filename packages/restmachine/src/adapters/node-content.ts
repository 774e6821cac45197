import type { Readable } from 'node:stream'
import type { Content } from '../http/exchange.ts'
import { alreadyStreamed, cutShort, joinChunks, lazyStream, passWhole, tooLarge } from './limited.ts'
import type { Outgoing } from './node-message.ts'

/** What the fields of a request say about its content. */
export interface ContentFields {
  readonly length: number | undefined
  /** Whether it comes in chunks, of which nobody knows how many. */
  readonly isChunked: boolean
  /** Whether the client waits for 100 (Continue) before it sends content (RFC 9110 §10.1.1). */
  readonly isAwaited: boolean
}

/** Where the bytes go. */
interface Sink {
  readonly take: (chunk: Uint8Array) => void
  readonly end: (length: number) => void
  readonly fail: (error: unknown) => void
}

/**
 * Content up to this many bytes is taken in before a request is answered, when it came with the head.
 * Nothing on its way has to wait then: a small POST makes no promise, and costs 15 % less.
 */
const SMALL_BYTES = 16_384

const NOBODY: Sink = { take: () => undefined, end: () => undefined, fail: () => undefined }

/** The content of a request on Node. Nothing is read, and no listener added, before it is asked for. */
export class NodeContent implements Content {
  readonly announced: boolean
  readonly length: number | undefined
  readonly #incoming: Readable
  readonly #outgoing: Outgoing
  readonly #fields: ContentFields
  #whole: Uint8Array | undefined = undefined
  #bytes: Promise<Uint8Array> | undefined = undefined
  #sink: Sink | undefined = undefined
  #isOffered = false

  constructor(incoming: Readable, outgoing: Outgoing, fields: ContentFields) {
    this.#incoming = incoming
    this.#outgoing = outgoing
    this.#fields = fields
    this.length = fields.length
    this.announced = (fields.length ?? 0) > 0 || fields.isChunked
  }

  /** Whether somebody reads, or holds a stream that may be read. */
  get isTaken(): boolean {
    return this.#isOffered || this.#sink !== undefined
  }

  /** Whether bytes may still come that nobody has read. */
  get isUnread(): boolean {
    return (
      this.announced &&
      this.#whole === undefined &&
      !this.#incoming.readableEnded &&
      !this.#incoming.destroyed
    )
  }

  /** Whether the client still waits to be told to send its content. */
  get isHeldBack(): boolean {
    return this.#fields.isAwaited && this.#sink === undefined
  }

  /** Whether it is so little that it may well have come with the head. */
  get isSmall(): boolean {
    const { length } = this
    return length !== undefined && length > 0 && length <= SMALL_BYTES
  }

  /**
   * Calls `ready` when this turn of the event loop ends, with everything that came with the head. A client that takes
   * its time is not waited for. Without listeners: they cost a small POST 10 %.
   */
  takeIn(ready: () => void): void {
    setImmediate(() => {
      if (this.#incoming.readableLength === this.length) {
        this.#sink = NOBODY
        this.#whole = this.#incoming.read()
      }
      ready()
    })
  }

  bytes(limit: number): Uint8Array | Promise<Uint8Array> {
    if ((this.length ?? 0) > limit) return Promise.reject(tooLarge(limit))
    if (this.#whole !== undefined) return this.#whole
    this.#bytes ??= this.#readAll(limit)
    return this.#bytes
  }

  // `data` and `end`: `for await` over the message costs 16 to 19 % of a small POST.
  #readAll(limit: number): Promise<Uint8Array> {
    if (!this.announced) return Promise.resolve(new Uint8Array())
    return new Promise((resolve, reject) => {
      const chunks: Uint8Array[] = []
      this.#begin(limit, {
        take: (chunk) => void chunks.push(chunk),
        end: (length) => resolve(joinChunks(chunks, length)),
        fail: reject,
      })
    })
  }

  stream(limit: number): ReadableStream<Uint8Array> {
    const incoming = this.#incoming
    let isMine = false
    this.#isOffered = true
    return lazyStream({
      pull: (controller) => {
        if (isMine) return void incoming.resume()
        const isWhole = this.#whole !== undefined || this.#bytes !== undefined
        if (isWhole || !this.announced) return passWhole(this.bytes(limit), controller)
        isMine = true
        this.#begin(limit, {
          take(chunk) {
            incoming.pause()
            controller.enqueue(chunk)
          },
          end: () => controller.close(),
          fail: (error) => controller.error(error),
        })
      },
      // The rest is left where it is: who answers decides what becomes of it.
      cancel: () => {
        if (!isMine) return
        this.#sink = NOBODY
        incoming.pause()
      },
    })
  }

  /** Throws away what is unread, so that the connection can go on; whoever still reads hears of it. */
  abandon(): void {
    const reader = this.#sink
    this.#sink = NOBODY
    if (reader !== undefined && reader !== NOBODY) {
      reader.fail(cutShort(new Error('The request was answered before')))
      this.#incoming.removeAllListeners('data')
    }
    this.#incoming.resume()
  }

  #begin(limit: number, sink: Sink): void {
    if (this.#sink !== undefined) {
      sink.fail(alreadyStreamed())
      return
    }
    this.#sink = sink
    const { destroyed, readableEnded } = this.#incoming
    // None of the events that are listened for would come any more.
    if (destroyed || readableEnded || this.#outgoing.writableEnded) this.#fail(cutShort(undefined))
    else this.#listen(limit)
  }

  #listen(limit: number): void {
    const incoming = this.#incoming
    let length = 0
    incoming.on('data', (chunk: Uint8Array) => {
      length += chunk.length
      if (length <= limit) this.#sink?.take(chunk)
      else {
        incoming.pause()
        this.#fail(tooLarge(limit))
      }
    })
    // `on`, not `once`, which wraps; and no listener for errors, without which none is emitted: `close`
    // comes in any case. Each listener costs a small POST 1 %.
    incoming.on('end', () => {
      this.#sink?.end(length)
      this.#sink = NOBODY
    })
    incoming.on('close', () => {
      if (this.#sink !== NOBODY) this.#fail(cutShort(incoming.errored ?? undefined))
    })
    // After every decision that could refuse the content (RFC 9110 §10.1.1).
    if (this.#fields.isAwaited && !this.#outgoing.headersSent) this.#outgoing.writeContinue()
  }

  #fail(error: unknown): void {
    const sink = this.#sink
    this.#sink = NOBODY
    sink?.fail(error)
  }
}
