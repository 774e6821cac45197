import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** What is read of a request, of `node:http` or of HTTP/2. */
export interface Incoming
  extends Pick<IncomingMessage, 'method' | 'url' | 'httpVersion' | 'rawHeaders' | 'complete'> {
  readonly socket: Socket
}

/** What a response is written with, of `node:http` or of HTTP/2. */
export interface Outgoing {
  readonly headersSent: boolean
  readonly destroyed: boolean
  readonly writableEnded: boolean
  readonly writableFinished: boolean
  /** What has a time-out of its own; `null` while the response waits behind another, or when it is closed. */
  readonly socket: { setTimeout(time: number): unknown } | null
  /** The most bytes that are to be written at once, where that matters. */
  readonly mostAtOnce?: number
  on(event: 'close' | 'drain', listener: () => void): unknown
  off(event: 'close' | 'drain', listener: () => void): unknown
  flushHeaders(): void
  writeContinue(): void
  write(chunk: string | Uint8Array): boolean
  end(chunk?: string | Uint8Array): unknown
  destroy(): unknown
}
