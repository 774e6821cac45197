import { withLength } from '../http/content-length.ts'
import { type Exchange, fieldIn } from '../http/exchange.ts'
import { isStream, type Outcome } from '../http/outcome.ts'
import { endsWithHead, lengthToDeclare, withoutFraming } from './framing.ts'
import type { NodeContent } from './node-content.ts'
import type { NodeExchange } from './node-exchange.ts'
import { ClientLeft, ServerStops, sendStream } from './node-stream.ts'

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

/** A version of HTTP: how what goes out is framed there. */
export interface Version<Its extends NodeExchange> {
  /** Writes the head. `headers` have no field that frames the message, but for the length where it is known. */
  head(exchange: Its, outcome: Outcome, headers: string[], unread: NodeContent | undefined): void
  /** Writes what is left of the body, and ends the response; what is unread of the content must not be in the way. */
  end(exchange: Its, rest: string | Uint8Array | null, unread: NodeContent | undefined): void
  /** Breaks off in the middle of a body, of which the head has declared `length` bytes if it did. */
  breakOff(exchange: Its, length: number | undefined): void
  /** Answers with 500 when nothing of a response is out. */
  fail(exchange: Its): void
}

const EVENT_STREAM = /^text\/event-stream(?![^\s;])/i

/** Content up to this many bytes is read to its end rather than giving the connection up. */
const LINGER_BYTES = 65_536

/** Whether so much may still come that it is given up rather than read on. */
export function isMuch({ incoming }: NodeExchange, unread: NodeContent): boolean {
  return (
    unread.isHeldBack || (!incoming.complete && (unread.length ?? Number.POSITIVE_INFINITY) > LINGER_BYTES)
  )
}

/**
 * Makes what answers exchanges. It turns messages into each other, and decides nothing.
 *
 * @returns What answers one, with a refusal where the adapter has one.
 */
export function answering<Its extends NodeExchange>(
  options: NodeListenerOptions,
  version: Version<Its>,
): (exchange: Its, refusal: Outcome | undefined) => void {
  const { answer, report, began, ended, sendTimeout } = options

  function respond(exchange: Its, refusal: Outcome | undefined): void {
    try {
      const outcome = refusal ?? answer(exchange)
      if (!(outcome instanceof Promise)) {
        send(exchange, outcome)
        return
      }
      began()
      outcome.then(
        (later) => {
          send(exchange, later)
          ended()
        },
        (error) => {
          giveUp(exchange, error)
          ended()
        },
      )
    } catch (error) {
      giveUp(exchange, error)
    }
  }

  function send(exchange: Its, outcome: Outcome): void {
    try {
      if (exchange.isOver) discard(outcome, new ClientLeft())
      else write(exchange, outcome)
    } catch (error) {
      // A header field that cannot stand on the wire, at the latest.
      discard(outcome, error)
      giveUp(exchange, error)
    }
  }

  function giveUp(exchange: Its, error: unknown): void {
    const { method, target, outgoing } = exchange
    report(`Cannot answer ${method} ${target}`, error)
    if (exchange.isOver) return
    if (outgoing.headersSent) version.breakOff(exchange, undefined)
    else version.fail(exchange)
  }

  /** Ends what belongs to an outcome that is not sent. */
  function discard({ body, afterwards }: Outcome, failure: unknown): void {
    if (isStream(body)) body.cancel(failure).catch(() => undefined)
    if (afterwards !== undefined) conclude(afterwards, failure)
  }

  function write(exchange: Its, outcome: Outcome): void {
    const { method } = exchange
    const { status, body, afterwards } = outcome
    const streams = isStream(body)
    if (streams && body.locked) throw new TypeError('The body is a stream that something else reads')

    const length = lengthToDeclare(outcome, method, sizeOf(body))
    const headers = withLength(withoutFraming(outcome.headers), length)
    // A body that is streamed may be made of the content, and read it to its end.
    const unread = streams && exchange.content.isTaken ? undefined : exchange.unread
    version.head(exchange, outcome, headers, unread)
    if (endsWithHead(method, status)) {
      if (streams) body.cancel().catch(() => undefined)
      version.end(exchange, null, unread)
    } else if (streams) return void writeStream(exchange, body, length, outcome)
    else version.end(exchange, body, unread)
    if (afterwards !== undefined) whenOver(exchange, afterwards)
  }

  async function writeStream(
    exchange: Its,
    body: ReadableStream<Uint8Array>,
    length: number | undefined,
    { headers, afterwards }: Outcome,
  ): Promise<void> {
    const { outgoing, method, target } = exchange
    // Only these are taken up again by their clients when the server ends them.
    const onceClosing = EVENT_STREAM.test(fieldIn(headers, 'content-type') ?? '')
      ? options.onceClosing
      : undefined
    began()
    try {
      await sendStream(exchange, body, { length, sendTimeout, onceClosing })
      version.end(exchange, null, exchange.unread)
      if (afterwards !== undefined) whenOver(exchange, afterwards)
    } catch (error) {
      if (error instanceof ClientLeft) outgoing.destroy()
      else if (!(error instanceof ServerStops)) {
        report(`The body of ${method} ${target} broke off`, error)
        version.breakOff(exchange, length)
      }
      if (afterwards !== undefined) conclude(afterwards, error)
    }
    ended()
  }

  /** Calls back when the last byte is out, or the client has left. */
  function whenOver(exchange: Its, afterwards: NonNullable<Outcome['afterwards']>): void {
    began()
    exchange.onceOver(() => {
      conclude(afterwards, exchange.outgoing.writableFinished ? undefined : new ClientLeft())
      ended()
    })
  }

  function conclude(afterwards: NonNullable<Outcome['afterwards']>, failure: unknown): void {
    began()
    new Promise((resolve) => resolve(afterwards(failure)))
      .catch((error) => report('What follows a response failed', error))
      .finally(ended)
  }

  return (exchange, refusal) => {
    if (refusal === undefined && exchange.hasSmallContent) {
      exchange.content.takeIn(() => respond(exchange, undefined))
    } else respond(exchange, refusal)
  }
}

function sizeOf(body: Outcome['body']): number | undefined {
  if (typeof body === 'string') return Buffer.byteLength(body)
  return body instanceof Uint8Array ? body.length : undefined
}
