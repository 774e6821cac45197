import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Exchange } from '../http/exchange.ts'
import type { Outcome } from '../http/outcome.ts'
import { NodeExchange } from './node-exchange.ts'

/** What the listener needs of who runs it. */
export interface NodeListenerOptions {
  /** The one thing an adapter knows of an application. */
  readonly answer: (exchange: Exchange) => Outcome | Promise<Outcome>
  /** Hears of what went wrong after there was a status to say it with. */
  readonly report: (message: string, error: unknown) => void
  /** Whether the server stops: then connections are not kept. */
  readonly isClosing: () => boolean
  /** Is given what goes on after a response, so that stopping can wait for it. */
  readonly wait: (work: Promise<void>) => void
}

/** How long the rest of unread content is taken in after the answer, in milliseconds. */
export const LINGER_TIME = 500

/** Content up to this many bytes is read to its end rather than giving the connection up. */
export const LINGER_BYTES = 65_536

/** Speaks `node:http`. It turns messages into each other, and decides nothing. */
export function toNodeListener(
  options: NodeListenerOptions,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  const { answer, report } = options

  function send(exchange: NodeExchange, outcome: Outcome): void {
    try {
      write(exchange, outcome, options)
    } catch (error) {
      // A header field that cannot stand on the wire, at the latest.
      report(`Cannot write the response to ${exchange.method} ${exchange.target}`, error)
      void outcome.afterwards?.(error)
      lastResort(exchange.outgoing)
    }
  }

  function broken(exchange: NodeExchange, error: unknown): void {
    report(`Cannot answer ${exchange.method} ${exchange.target}`, error)
    lastResort(exchange.outgoing)
  }

  return (incoming, outgoing) => {
    const exchange = new NodeExchange(incoming, outgoing)
    try {
      const outcome = answer(exchange)
      if (outcome instanceof Promise) {
        outcome.then(
          (later) => send(exchange, later),
          (error) => broken(exchange, error),
        )
      } else send(exchange, outcome)
    } catch (error) {
      broken(exchange, error)
    }
  }
}

function lastResort(outgoing: ServerResponse): void {
  if (outgoing.headersSent) outgoing.destroy()
  else
    outgoing
      .writeHead(500, ['content-type', 'text/plain', 'content-length', '0', 'connection', 'close'])
      .end()
}

function write(exchange: NodeExchange, outcome: Outcome, options: NodeListenerOptions): void {
  const { outgoing } = exchange
  const { status, body, afterwards } = outcome
  const headers = outcome.headers.slice()
  const lingers = !exchange.contentTouched
    ? leavesContent(exchange)
    : !exchange.incoming.readableEnded && leavesContent(exchange)
  if (lingers || options.isClosing()) headers.push('connection', 'close')
  if (afterwards !== undefined) onceSent(outgoing, afterwards, options)
  if (body instanceof ReadableStream) {
    if (exchange.method === 'HEAD') void body.cancel()
    else return void stream(exchange, status, headers, body, options)
  }
  const hasContent = status !== 204 && status !== 304 && !(body instanceof ReadableStream)
  if (hasContent) headers.push('content-length', String(lengthOf(body)))
  outgoing.writeHead(status, headers)
  const sent = hasContent && exchange.method !== 'HEAD' && !(body instanceof ReadableStream) ? body : null
  if (lingers) linger(exchange, sent)
  else if (sent === null) outgoing.end()
  else outgoing.end(sent)
}

function lengthOf(body: Exclude<Outcome['body'], ReadableStream>): number {
  if (body === null) return 0
  return typeof body === 'string' ? Buffer.byteLength(body) : body.length
}

// Small rests are read to their end by node:http itself, and the connection lives on.
function leavesContent({ incoming, content }: NodeExchange): boolean {
  return (
    content.announced && !incoming.complete && (content.length ?? Number.POSITIVE_INFINITY) > LINGER_BYTES
  )
}

/**
 * Closing while the client still sends would reset the connection, and the client might never read the
 * answer (RFC 9112 §9.6). So the rest is taken in for a moment, and thrown away.
 */
function linger({ incoming, outgoing }: NodeExchange, body: string | Uint8Array | null): void {
  if (body === null) outgoing.flushHeaders()
  else outgoing.write(body)
  const timer = setTimeout(end, LINGER_TIME)
  function end(): void {
    clearTimeout(timer)
    outgoing.end()
  }
  incoming.removeAllListeners('data')
  incoming.once('end', end)
  incoming.once('close', end)
  incoming.resume()
}

function onceSent(
  outgoing: ServerResponse,
  afterwards: NonNullable<Outcome['afterwards']>,
  { wait }: NodeListenerOptions,
): void {
  outgoing.once('close', () => {
    const failure = outgoing.writableFinished
      ? undefined
      : new Error('The client left before the response was complete')
    wait(Promise.resolve(afterwards(failure)))
  })
}

async function stream(
  exchange: NodeExchange,
  status: number,
  headers: readonly string[],
  body: ReadableStream<Uint8Array>,
  { report }: NodeListenerOptions,
): Promise<void> {
  const { outgoing } = exchange
  const reader = body.getReader()
  const gone = new Promise<'gone'>((resolve) => outgoing.once('close', () => resolve('gone')))
  try {
    outgoing.writeHead(status, headers as string[])
    for (;;) {
      const step = await Promise.race([reader.read(), gone])
      if (step === 'gone') {
        await reader.cancel(new Error('The client left'))
        return
      }
      if (step.done) break
      // Waiting for the client to take what is written is all the back-pressure there is.
      if (!outgoing.write(step.value))
        await Promise.race([new Promise((next) => outgoing.once('drain', next)), gone])
    }
    outgoing.end()
  } catch (error) {
    report(`The body of ${exchange.method} ${exchange.target} broke off`, error)
    outgoing.destroy()
  }
}
