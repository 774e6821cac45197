import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { Incoming } from './node-message.ts'

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
    this.fault = faultOfHost(headers.host, authority) ?? faultOfValues(this.rawHeaders)
  }

  /** The fields by their names, as `node:http2` has them. */
  get headers(): IncomingHttpHeaders {
    return this.#headers
  }

  /** Whether all content has come, be it read or not. */
  get complete(): boolean {
    const { stream } = this
    return stream.endAfterHeaders || stream.readableEnded || stream.state?.remoteClose === 1
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

// Such a request is malformed (RFC 9113 §8.2.1). Left to itself node would drop the field, and a precondition with it.
function faultOfValues(lines: readonly string[]): string | undefined {
  const at = lines.findIndex((value, index) => index % 2 === 1 && EDGE.test(value))
  return at === -1 ? undefined : `The value of ${lines[at - 1]} begins or ends with whitespace`
}

const EDGE = /^[ \t]|[ \t]$/
