import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ForwardedClient } from '../http/forwarded-client.ts'
import type { Outcome } from '../http/outcome.ts'
import { titleOf } from '../http/status.ts'
import { bareProblem, PROBLEM_TYPE } from './bare-problem.ts'
import { asksToClose, connectionOptions } from './framing.ts'
import { answering, isMuch, type NodeListenerOptions, type Version } from './node-answering.ts'
import type { NodeContent } from './node-content.ts'
import { NodeExchange } from './node-exchange.ts'
import { breakOff, expectReader } from './node-stream.ts'

/** How long the rest of unread content is taken in after the answer, in milliseconds. */
export const LINGER_TIME = 500

/** Speaks `node:http`. It turns messages into each other, and decides nothing. */
export function toNodeListener(
  options: NodeListenerOptions,
): (incoming: IncomingMessage, outgoing: ServerResponse, client?: ForwardedClient) => void {
  const respond = answering(options, version1(options))

  return (incoming, outgoing, client) => {
    const exchange: Exchange1 = new NodeExchange(incoming, outgoing, client)
    respond(exchange, refusalOf(exchange))
  }
}

type Exchange1 = NodeExchange<IncomingMessage, ServerResponse>

const WITHOUT_HOST = refusal(400, 'HTTP/1.1 needs a Host field')
const CHUNKED_BEFORE_1_1 = refusal(400, 'HTTP/1.0 knows no Transfer-Encoding')
const OTHER_CODING = refusal(501, 'Of all transfer codings only "chunked" is taken')
const OTHER_VERSION = refusal(505, 'Only HTTP/1.1 and HTTP/1.0 are spoken here')

function refusal(status: number, detail: string): Outcome {
  const headers = ['content-type', PROBLEM_TYPE, 'connection', 'close']
  return { status, headers, body: bareProblem(status, detail), afterwards: undefined }
}

/** What `node:http` lets pass, or would refuse with nothing but a status (RFC 9112 §2.3, §3.2, §6.1). */
function refusalOf(exchange: Exchange1): Outcome | undefined {
  const { transferCoding } = exchange
  switch (exchange.incoming.httpVersion) {
    case '1.1':
      if (exchange.header('host') === undefined) return WITHOUT_HOST
      return transferCoding === undefined || transferCoding === 'chunked' ? undefined : OTHER_CODING
    case '1.0':
      return transferCoding === undefined ? undefined : CHUNKED_BEFORE_1_1
    default:
      return OTHER_VERSION
  }
}

/** How HTTP/1.1 and HTTP/1.0 frame what goes out (RFC 9112). */
function version1({ isClosing, sendTimeout }: NodeListenerOptions): Version<Exchange1> {
  return {
    head(exchange, { status, headers: given }, headers, unread) {
      const lingers = unread !== undefined && isMuch(exchange, unread)
      const closes = lingers || isClosing() || asksToClose(given) || exchange.losesTheNext
      const connection = connectionOptions(headers, closes, exchange.incoming.httpVersion)
      if (connection !== undefined) headers.push('connection', connection)
      writeHead(exchange.outgoing, status, headers)
    },

    end(exchange, rest, unread) {
      const { outgoing } = exchange
      if (unread !== undefined && isMuch(exchange, unread)) linger(exchange, rest, unread)
      else {
        if (rest === null) outgoing.end()
        else outgoing.end(rest)
        unread?.abandon()
      }
      expectReader(outgoing, sendTimeout)
    },

    breakOff: ({ outgoing }, length) => breakOff(outgoing, length, sendTimeout),

    fail({ outgoing }) {
      const body = bareProblem(500)
      const length = String(Buffer.byteLength(body))
      outgoing
        .writeHead(500, ['content-type', PROBLEM_TYPE, 'content-length', length, 'connection', 'close'])
        .end(body)
    },
  }
}

function writeHead(outgoing: ServerResponse, status: number, headers: string[]): void {
  // `node:http` has the phrases of RFC 4918 for these two (RFC 9110 §15.5.14, §15.5.21).
  if (status === 413 || status === 422) outgoing.writeHead(status, titleOf(status), headers)
  else outgoing.writeHead(status, headers)
}

/**
 * Closing while the client still sends would reset the connection, and the client might never read the
 * answer (RFC 9112 §9.6). So the rest is taken in for a moment, and thrown away.
 */
function linger(
  { incoming, outgoing }: Exchange1,
  rest: string | Uint8Array | null,
  unread: NodeContent,
): void {
  if (rest === null) outgoing.flushHeaders()
  else outgoing.write(rest)
  const timer = setTimeout(leave, LINGER_TIME)
  function leave(): void {
    clearTimeout(timer)
    outgoing.end()
  }
  incoming.once('end', leave)
  incoming.once('close', leave)
  // The head may have promised to keep the connection, when a stream was to read the content.
  outgoing.once('finish', () => incoming.socket.destroySoon())
  unread.abandon()
}
