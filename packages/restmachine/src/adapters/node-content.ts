import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Content } from '../http/exchange.ts'
import { HttpError } from '../http/http-error.ts'
import { alreadyStreamed, cutShort, joinChunks, lazyStream, passWhole, tooLarge } from './limited.ts'

/** What the fields of a request say about its content. */
export interface ContentFields {
  readonly length: number | undefined
  readonly transferEncoding: string | undefined
  /** Whether the client waits for 100 (Continue) before it sends content (RFC 9110 §10.1.1). */
  readonly isAwaited: boolean
}

/** Where the bytes go. */
interface Sink {
  readonly take: (chunk: Uint8Array) => void
  readonly end: (length: number) => void
  readonly fail: (error: unknown) => void
}

const NOBODY: Sink = { take: () => undefined, end: () => undefined, fail: () => undefined }

/** The content of a `node:http` request. Nothing is read, and no listener added, before it is asked for. */
export class NodeContent implements Content {
  readonly announced: boolean
  readonly length: number | undefined
  readonly #incoming: IncomingMessage
  readonly #outgoing: ServerResponse
  readonly #fields: ContentFields
  #bytes: Promise<Uint8Array> | undefined = undefined
  #sink: Sink | undefined = undefined
  #isOffered = false

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, fields: ContentFields) {
    this.#incoming = incoming
    this.#outgoing = outgoing
    this.#fields = fields
    this.length = fields.length
    this.announced = (fields.length ?? 0) > 0 || fields.transferEncoding !== undefined
  }

  /** Whether somebody reads, or holds a stream that may be read. */
  get isTaken(): boolean {
    return this.#isOffered || this.#sink !== undefined
  }

  /** Whether bytes may still come that nobody has read. */
  get isUnread(): boolean {
    return this.announced && !this.#incoming.readableEnded && !this.#incoming.destroyed
  }

  /** Whether the client still waits to be told to send its content. */
  get isHeldBack(): boolean {
    return this.#fields.isAwaited && this.#sink === undefined
  }

  bytes(limit: number): Promise<Uint8Array> {
    this.#bytes ??= this.#readAll(limit)
    return this.#bytes
  }

  // `data` and `end`: `for await` over the message costs 16 to 19 % of a small POST.
  #readAll(limit: number): Promise<Uint8Array> {
    if ((this.length ?? 0) > limit) return Promise.reject(tooLarge(limit))
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
        if (this.#bytes !== undefined || !this.announced) return passWhole(this.bytes(limit), controller)
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
    this.#fail(cutShort(new Error('The request was answered before')))
    this.#sink = NOBODY
    this.#incoming.removeAllListeners('data')
    this.#incoming.resume()
  }

  #begin(limit: number, sink: Sink): void {
    if (this.#sink !== undefined) {
      sink.fail(alreadyStreamed())
      return
    }
    this.#sink = sink
    const refusal = this.#refusal()
    if (refusal === undefined) this.#listen(limit)
    else this.#fail(refusal)
  }

  #refusal(): Error | undefined {
    const { transferEncoding } = this.#fields
    if (transferEncoding !== undefined && transferEncoding.toLowerCase() !== 'chunked')
      return new HttpError(501, 'Of all transfer codings only "chunked" is taken')
    const { destroyed, readableEnded } = this.#incoming
    // None of the events that are listened for would come any more.
    return destroyed || readableEnded || this.#outgoing.writableEnded ? cutShort(undefined) : undefined
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
    incoming.once('end', () => {
      this.#sink?.end(length)
      this.#sink = NOBODY
    })
    incoming.once('error', (error) => this.#fail(cutShort(error)))
    incoming.once('close', () => this.#fail(cutShort(undefined)))
    // After every decision that could refuse the content (RFC 9110 §10.1.1).
    if (this.#fields.isAwaited && !this.#outgoing.headersSent) this.#outgoing.writeContinue()
  }

  #fail(error: unknown): void {
    const sink = this.#sink
    this.#sink = NOBODY
    sink?.fail(error)
  }
}
