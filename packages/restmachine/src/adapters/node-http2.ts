import { constants } from 'node:http2'
import type { ForwardedClient } from '../http/forwarded-client.ts'
import { isStream, type Outcome } from '../http/outcome.ts'
import { bareProblem, PROBLEM_TYPE } from './bare-problem.ts'
import { LINGER_TIME } from './node.ts'
import { answering, isMuch, type NodeListenerOptions, type Version } from './node-answering.ts'
import { Http2Exchange } from './node-http2-exchange.ts'
import type { Http2Incoming } from './node-http2-incoming.ts'
import type { Http2Outgoing } from './node-http2-outgoing.ts'

const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants

/** What answers a request of HTTP/2. */
export type Http2Listener = (
  incoming: Http2Incoming,
  outgoing: Http2Outgoing,
  client?: ForwardedClient,
) => void

/** Speaks HTTP/2. It turns messages into each other, and decides nothing. */
export function toHttp2Listener(options: NodeListenerOptions, maxHeaderSize: number): Http2Listener {
  const respond = answering(options, version2(options))

  return (incoming, outgoing, client) => {
    const exchange = new Http2Exchange(incoming, outgoing, client)
    respond(exchange, refusalOf(incoming, maxHeaderSize))
  }
}

const TUNNEL = refusal(501, 'CONNECT is for proxies')
const TOO_LARGE = refusal(431, 'The header fields have too many bytes')

function refusal(status: number, detail: string): Outcome {
  const headers = ['content-type', PROBLEM_TYPE]
  return { status, headers, body: bareProblem(status, detail), afterwards: undefined }
}

function refusalOf(incoming: Http2Incoming, maxHeaderSize: number): Outcome | undefined {
  if (incoming.method === 'CONNECT') return TUNNEL
  if (incoming.fault !== undefined) return refusal(400, incoming.fault)
  return sizeOf(incoming) > maxHeaderSize ? TOO_LARGE : undefined
}

/** The bytes that HTTP/1.1 would need for the same head, so that one limit means one thing. */
function sizeOf({ method, url, rawHeaders }: Http2Incoming): number {
  let size = method.length + url.length + ' HTTP/1.1\r\n\r\n'.length
  // A name and its colon, a space and a value, and the end of the line: 4 bytes for two texts.
  for (const text of rawHeaders) size += text.length + 2
  return size
}

// These belong to the connections of HTTP/1.1 (RFC 9113 §8.2.2).
const OF_THE_CONNECTION = /^(?:upgrade|te|http2-settings)$/i

/** How HTTP/2 frames what goes out (RFC 9113 §8.1). */
function version2({ sendTimeout, onceClosing }: NodeListenerOptions): Version<Http2Exchange> {
  return {
    head({ outgoing }, { status, body }, headers) {
      outgoing.isHeldOpen = isStream(body)
      outgoing.writeHead(
        status,
        headers.filter((_, at) => !OF_THE_CONNECTION.test(headers[at & ~1] as string)),
      )
    },

    end(exchange, rest, unread) {
      if (rest === null) exchange.outgoing.end()
      else exchange.outgoing.end(rest)
      expectReader(exchange.outgoing, sendTimeout)
      if (unread === undefined) return
      unread.abandon()
      const { outgoing } = exchange
      if (isMuch(exchange, unread)) return linger(outgoing)
      // A stop does not wait for what nobody reads.
      const forget = onceClosing(() => linger(outgoing))
      outgoing.stream.once('close', forget)
    },

    breakOff({ outgoing }) {
      const { stream } = outgoing
      outgoing.isBroken = true
      const cut = (): void => stream.close(NGHTTP2_INTERNAL_ERROR)
      if (!outgoing.isHeldOpen) return cut()
      // Behind what was written; closed at once, a stream would end well before it is reset.
      stream.once('wantTrailers', cut)
      outgoing.end()
      expectReader(outgoing, sendTimeout)
    },

    fail({ outgoing }) {
      const body = bareProblem(500)
      const length = String(Buffer.byteLength(body))
      outgoing.writeHead(500, ['content-type', PROBLEM_TYPE, 'content-length', length]).end(body)
    },
  }
}

/**
 * The response is complete, and the client still sends: it is asked to stop (RFC 9113 §8.1). Not at once: some clients
 * take that for a failure, unless they have read the answer. Until then the rest is taken in, and thrown away.
 */
function linger({ stream }: Http2Outgoing): void {
  const timer = setTimeout(() => stream.close(NGHTTP2_NO_ERROR), LINGER_TIME)
  stream.once('close', () => clearTimeout(timer))
}

/** Ends a stream of which the client takes nothing for `time` milliseconds, while something waits for it. */
function expectReader(outgoing: Http2Outgoing, time: number): void {
  const { stream } = outgoing
  if (time === 0 || stream.writableFinished) return
  outgoing.setTimeout(time)
  stream.once('finish', () => outgoing.setTimeout(0))
}
