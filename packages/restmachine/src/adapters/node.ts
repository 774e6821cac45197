import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Exchange, fieldIn } from '../http/exchange.ts'
import type { ForwardedClient } from '../http/forwarded-client.ts'
import { isStream, type Outcome } from '../http/outcome.ts'
import { titleOf } from '../http/status.ts'
import { bareProblem, PROBLEM_TYPE } from './bare-problem.ts'
import { asksToClose, connectionOptions, endsWithHead, lengthToDeclare, withoutFraming } from './framing.ts'
import type { NodeContent } from './node-content.ts'
import { NodeExchange } from './node-exchange.ts'
import { breakOff, ClientLeft, expectReader, ServerStops, sendStream } from './node-stream.ts'

/** What the listener needs of who runs it. */
export interface NodeListenerOptions {
  /** The one thing an adapter knows of an application. */
  readonly answer: (exchange: Exchange) => Outcome | Promise<Outcome>
  /** Hears of what went wrong after there was a status to say it with. */
  readonly report: (message: string, error: unknown) => void
  /** Whether the server stops: then connections are not kept. */
  readonly isClosing: () => boolean
  /** Calls back once, when it begins to stop, at once if it has; what it gives makes it not call back. */
  readonly onceClosing: (callback: () => void) => () => void
  /** Something has begun that the application must outlive. */
  readonly began: () => void
  /** As many times as `began`, when it is over. */
  readonly ended: () => void
  /** Milliseconds for which a client may take nothing of a response; 0 is for ever. */
  readonly sendTimeout: number
}

/** How long the rest of unread content is taken in after the answer, in milliseconds. */
export const LINGER_TIME = 500

const EVENT_STREAM = /^text\/event-stream(?![^\s;])/i

/** Content up to this many bytes is read to its end rather than giving the connection up. */
const LINGER_BYTES = 65_536

/** Speaks `node:http`. It turns messages into each other, and decides nothing. */
export function toNodeListener(
  options: NodeListenerOptions,
): (incoming: IncomingMessage, outgoing: ServerResponse, client?: ForwardedClient) => void {
  const { answer, began, ended } = options

  function respond(exchange: NodeExchange, refusal: Outcome | undefined): void {
    try {
      const outcome = refusal ?? answer(exchange)
      if (!(outcome instanceof Promise)) {
        send(exchange, outcome, options)
        return
      }
      began()
      outcome.then(
        (later) => {
          send(exchange, later, options)
          ended()
        },
        (error) => {
          giveUp(exchange, error, options)
          ended()
        },
      )
    } catch (error) {
      giveUp(exchange, error, options)
    }
  }

  return (incoming, outgoing, client) => {
    const exchange = new NodeExchange(incoming, outgoing, client)
    const refusal = refusalOf(exchange)
    if (refusal === undefined && exchange.hasSmallContent) {
      exchange.content.takeIn(() => respond(exchange, undefined))
    } else respond(exchange, refusal)
  }
}

const WITHOUT_HOST = refusal(400, 'HTTP/1.1 needs a Host field')
const CHUNKED_BEFORE_1_1 = refusal(400, 'HTTP/1.0 knows no Transfer-Encoding')
const OTHER_CODING = refusal(501, 'Of all transfer codings only "chunked" is taken')
const OTHER_VERSION = refusal(505, 'Only HTTP/1.1 and HTTP/1.0 are spoken here')

function refusal(status: number, detail: string): Outcome {
  const headers = ['content-type', PROBLEM_TYPE, 'connection', 'close']
  return { status, headers, body: bareProblem(status, detail), afterwards: undefined }
}

/** What `node:http` lets pass, or would refuse with nothing but a status (RFC 9112 §2.3, §3.2, §6.1). */
function refusalOf(exchange: NodeExchange): Outcome | undefined {
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

function send(exchange: NodeExchange, outcome: Outcome, options: NodeListenerOptions): void {
  try {
    if (exchange.isOver) discard(outcome, new ClientLeft(), options)
    else write(exchange, outcome, options)
  } catch (error) {
    // A header field that cannot stand on the wire, at the latest.
    discard(outcome, error, options)
    giveUp(exchange, error, options)
  }
}

function giveUp(
  { method, target, outgoing }: NodeExchange,
  error: unknown,
  options: NodeListenerOptions,
): void {
  options.report(`Cannot answer ${method} ${target}`, error)
  if (outgoing.headersSent) return void breakOff(outgoing, undefined, options.sendTimeout)
  const body = bareProblem(500)
  const length = String(Buffer.byteLength(body))
  outgoing
    .writeHead(500, ['content-type', PROBLEM_TYPE, 'content-length', length, 'connection', 'close'])
    .end(body)
}

/** Ends what belongs to an outcome that is not sent. */
function discard({ body, afterwards }: Outcome, failure: unknown, options: NodeListenerOptions): void {
  if (isStream(body)) body.cancel(failure).catch(() => undefined)
  if (afterwards !== undefined) conclude(afterwards, failure, options)
}

function write(exchange: NodeExchange, outcome: Outcome, options: NodeListenerOptions): void {
  const { outgoing, method } = exchange
  const { status, body, afterwards } = outcome
  const streams = isStream(body)
  if (streams && body.locked) throw new TypeError('The body is a stream that something else reads')

  const headers = withoutFraming(outcome.headers)
  const length = lengthToDeclare(outcome, method, sizeOf(body))
  if (length !== undefined) headers.push('content-length', String(length))
  // A body that is streamed may be made of the content, and read it to its end.
  const unread = streams && exchange.content.isTaken ? undefined : exchange.unread
  const lingers = unread !== undefined && isMuch(exchange, unread)
  const closes = lingers || options.isClosing() || asksToClose(outcome.headers) || exchange.losesTheNext
  const connection = connectionOptions(headers, closes, exchange.incoming.httpVersion)
  if (connection !== undefined) headers.push('connection', connection)

  writeHead(outgoing, status, headers)
  if (endsWithHead(method, status)) {
    if (streams) body.cancel().catch(() => undefined)
    end(exchange, null, unread, options)
  } else if (streams) return void writeStream(exchange, body, length, outcome, options)
  else end(exchange, body, unread, options)
  if (afterwards !== undefined) whenOver(exchange, afterwards, options)
}

function writeHead(outgoing: ServerResponse, status: number, headers: string[]): void {
  // `node:http` has the phrases of RFC 4918 for these two (RFC 9110 §15.5.14, §15.5.21).
  if (status === 413 || status === 422) outgoing.writeHead(status, titleOf(status), headers)
  else outgoing.writeHead(status, headers)
}

function sizeOf(body: Outcome['body']): number | undefined {
  if (typeof body === 'string') return Buffer.byteLength(body)
  return body instanceof Uint8Array ? body.length : undefined
}

async function writeStream(
  exchange: NodeExchange,
  body: ReadableStream<Uint8Array>,
  length: number | undefined,
  { headers, afterwards }: Outcome,
  options: NodeListenerOptions,
): Promise<void> {
  const { outgoing, method, target } = exchange
  // Only these are taken up again by their clients when the server ends them.
  const onceClosing = EVENT_STREAM.test(fieldIn(headers, 'content-type') ?? '')
    ? options.onceClosing
    : undefined
  options.began()
  try {
    await sendStream(exchange, body, { length, sendTimeout: options.sendTimeout, onceClosing })
    end(exchange, null, exchange.unread, options)
    if (afterwards !== undefined) whenOver(exchange, afterwards, options)
  } catch (error) {
    if (error instanceof ClientLeft) outgoing.destroy()
    else if (!(error instanceof ServerStops)) {
      options.report(`The body of ${method} ${target} broke off`, error)
      breakOff(outgoing, length, options.sendTimeout)
    }
    if (afterwards !== undefined) conclude(afterwards, error, options)
  }
  options.ended()
}

/** Whether so much may still come that the connection is given up rather than read on. */
function isMuch({ incoming }: NodeExchange, unread: NodeContent): boolean {
  return (
    unread.isHeldBack || (!incoming.complete && (unread.length ?? Number.POSITIVE_INFINITY) > LINGER_BYTES)
  )
}

function end(
  exchange: NodeExchange,
  rest: string | Uint8Array | null,
  unread: NodeContent | undefined,
  { sendTimeout }: NodeListenerOptions,
): void {
  const { outgoing } = exchange
  if (unread !== undefined && isMuch(exchange, unread)) linger(exchange, rest, unread)
  else {
    if (rest === null) outgoing.end()
    else outgoing.end(rest)
    unread?.abandon()
  }
  expectReader(outgoing, sendTimeout)
}

/**
 * Closing while the client still sends would reset the connection, and the client might never read the
 * answer (RFC 9112 §9.6). So the rest is taken in for a moment, and thrown away.
 */
function linger(
  { incoming, outgoing }: NodeExchange,
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

/** Calls back when the last byte is out, or the client has left. */
function whenOver(
  exchange: NodeExchange,
  afterwards: NonNullable<Outcome['afterwards']>,
  options: NodeListenerOptions,
): void {
  options.began()
  exchange.onceOver(() => {
    conclude(afterwards, exchange.outgoing.writableFinished ? undefined : new ClientLeft(), options)
    options.ended()
  })
}

function conclude(
  afterwards: NonNullable<Outcome['afterwards']>,
  failure: unknown,
  { report, began, ended }: NodeListenerOptions,
): void {
  began()
  new Promise((resolve) => resolve(afterwards(failure)))
    .catch((error) => report('What follows a response failed', error))
    .finally(ended)
}
