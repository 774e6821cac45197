import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { Incoming, Outgoing } from './node-message.ts'

/** A request of HTTP/2, in the words of `node:http`: what reads one can read the other. */
export class Http2Incoming implements Incoming {
  readonly stream: ServerHttp2Stream
  readonly socket: Socket
  readonly httpVersion = '2.0'
  readonly method: string
  readonly url: string
  /** The field lines in the order they came; `:authority` is the first of them, as `host`. */
  readonly rawHeaders: string[]
  /** What is wrong with the request, so that it is answered with 400 and with this sentence. */
  readonly fault: string | undefined
  readonly #headers: IncomingHttpHeaders

  /** @param socket The connection itself. */
  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, lines: string[], socket: Socket) {
    this.stream = stream
    this.socket = socket
    this.#headers = headers
    const authority = headers[':authority'] as string | undefined
    this.method = headers[':method'] as string
    this.url = (headers[':path'] as string | undefined) ?? authority ?? ''
    this.rawHeaders = withoutPseudoFields(lines, authority)
    this.fault = faultOfHost(headers.host, authority)
  }

  /** The fields by their names, as `node:http2` has them. */
  get headers(): IncomingHttpHeaders {
    return this.#headers
  }

  /** Whether all content has come. */
  get complete(): boolean {
    return this.stream.endAfterHeaders || this.stream.readableEnded
  }
}

function withoutPseudoFields(lines: string[], authority: string | undefined): string[] {
  const kept = authority === undefined ? [] : ['host', authority]
  for (let index = 0; index < lines.length; index += 2) {
    const name = lines[index] as string
    // A Host beside it says the same, or is refused.
    if (name.startsWith(':') || (authority !== undefined && name === 'host')) continue
    kept.push(name, lines[index + 1] as string)
  }
  return kept
}

/** Whether two say whom the request is for, and do not agree (RFC 9113 §8.3.1). */
function faultOfHost(host: string | undefined, authority: string | undefined): string | undefined {
  if (host === undefined && authority === undefined) return 'HTTP/2 needs :authority or a Host field'
  if (host === undefined || authority === undefined) return undefined
  return host.toLowerCase() === authority.toLowerCase()
    ? undefined
    : ':authority and Host name different hosts'
}

/** A response of HTTP/2, in the words of `node:http`. */
export class Http2Outgoing implements Outgoing {
  readonly stream: ServerHttp2Stream
  statusCode = 200

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
    return this.stream.writableEnded
  }

  get writableFinished(): boolean {
    return this.stream.writableFinished && this.stream.rstCode === 0
  }

  /** The stream is what has time-outs. */
  get socket(): ServerHttp2Stream {
    return this.stream
  }

  on(event: 'close' | 'drain', listener: () => void): this {
    this.stream.on(event, listener)
    return this
  }

  off(event: 'close' | 'drain', listener: () => void): this {
    this.stream.off(event, listener)
    return this
  }

  /** Whether the response is not to end with its last byte: it may have to be broken off. */
  isHeldOpen = false

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
    if (chunk === undefined || chunk.length === 0) this.stream.end()
    else this.stream.end(chunk)
    return this
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
