import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2'
import type { Socket } from 'node:net'
import { bareProblem, PROBLEM_TYPE } from '../adapters/bare-problem.ts'
import type { Http2Listener } from '../adapters/node-http2.ts'
import { Http2Incoming } from '../adapters/node-http2-incoming.ts'
import { Http2Outgoing } from '../adapters/node-http2-outgoing.ts'
import type { TimeLimits } from '../http/time-limit.ts'
import type { Closing } from './closing.ts'
import { limitFrames } from './http2-flood.ts'
import type { ServeSettings } from './settings.ts'

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR } = constants

/** How many streams a client may have open at once: the least that RFC 9113 §6.5.2 recommends. */
const MAX_STREAMS = 100

/** How many streams in a row a client may reset: twice what it may have open, as one who leaves a page does. */
const RESET_BURST = 2 * MAX_STREAMS

/** How many more in each second (CVE-2023-44487); beyond that the connection is closed. */
const RESET_RATE = 33

/** The stream that no request can have: whoever hears of it has all requests answered (RFC 9113 §6.8). */
const LAST_STREAM = 2 ** 31 - 1

/** How long a client that was told to go may take to hear of it, in milliseconds. */
const NOTICE_TIME = 250

/** How long a session that is over may take to send its last bytes, in milliseconds. */
const PART_TIME = 500

/** What sessions need of who runs them. */
export interface SessionSetting {
  readonly listener: Http2Listener
  readonly settings: ServeSettings
  readonly timers: TimeLimits<unknown>
  readonly closing: Closing
}

/** Takes connections whose clients speak HTTP/2. */
export function http2Sessions(setting: SessionSetting): (socket: Socket) => void {
  const options = sessionOptions(setting.settings)
  return (socket) => speak(performServerHandshake(socket, options), socket, setting)
}

function sessionOptions({ maxHeaderSize }: ServeSettings): ServerOptions {
  return {
    settings: {
      maxConcurrentStreams: MAX_STREAMS,
      // It counts 32 bytes for each field. What is between this and the limit that HTTP/1.1 has is answered with 431;
      // beyond it the stream is reset.
      maxHeaderListSize: 2 * maxHeaderSize,
    },
    // The size bounds them; the graph says how many are too many.
    maxHeaderListPairs: Math.max(4, maxHeaderSize),
    streamResetBurst: RESET_BURST,
    streamResetRate: RESET_RATE,
    // What is not trimmed is dropped by node without a word, unless we refuse it.
    strictFieldWhitespaceValidation: false,
  } as ServerOptions
}

/** Serves one connection. */
function speak(session: ServerHttp2Session, socket: Socket, setting: SessionSetting): void {
  const { settings, timers, closing } = setting
  const { headersTimeout, keepAliveTimeout, requestTimeout } = settings
  let open = 0
  // A client of HTTP/2 that has said its last word waits for no answer; `node:http` lets it.
  socket.allowHalfOpen = false
  let idle: unknown = headersTimeout > 0 ? timers.begin(headersTimeout, part) : undefined

  /** Takes no more requests, and closes the connection behind the last response. */
  function part(): void {
    if (session.destroyed) return
    session.close()
    if (open === 0) setTimeout(() => socket.destroy(), PART_TIME).unref()
  }
  function rest(): void {
    if (--open > 0 || session.destroyed) return
    if (session.closed) part()
    else if (keepAliveTimeout > 0) idle = timers.begin(keepAliveTimeout, part)
  }
  function take(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _: number, lines: string[]): void {
    open++
    if (idle !== undefined) timers.end(idle)
    idle = undefined
    stream.on('close', rest)
    // Whoever waits for the stream hears of its end.
    stream.on('error', () => undefined)
    stream.on('timeout', () => cut(stream, socket))
    const incoming = new Http2Incoming(stream, headers, lines, socket)
    const outgoing = new Http2Outgoing(stream)
    if (!stream.endAfterHeaders && requestTimeout > 0) expectContent(incoming, outgoing, setting)
    setting.listener(incoming, outgoing)
  }

  session.on('stream', take as never)
  // What clients do wrong is theirs.
  session.on('error', () => socket.destroy())
  session.on('close', () => {
    if (idle !== undefined) timers.end(idle)
    forget()
  })
  limitFrames(session)
  const forget = closing.onceBegun(() => sendAway(session, part))
}

/**
 * Tells a client to take its next requests elsewhere. Those that it has sent before it hears of this are still answered:
 * it has heard when it answers a ping that was sent behind the notice (RFC 9113 §6.8).
 */
function sendAway(session: ServerHttp2Session, part: () => void): void {
  if (session.closed || session.destroyed) return
  session.goaway(NGHTTP2_NO_ERROR, LAST_STREAM)
  const late = setTimeout(part, NOTICE_TIME)
  session.on('close', () => clearTimeout(late))
  session.ping(() => {
    clearTimeout(late)
    part()
  })
}

/** Resets a stream of which the client takes nothing; a client that takes not even that loses its connection. */
function cut(stream: ServerHttp2Stream, socket: Socket): void {
  stream.close(NGHTTP2_CANCEL)
  const late = setTimeout(() => socket.destroy(), PART_TIME).unref()
  stream.once('close', () => clearTimeout(late))
}

/** Gives up a request whose content has not come when the time is up: with 408, where nothing was answered yet. */
function expectContent(
  incoming: Http2Incoming,
  outgoing: Http2Outgoing,
  { settings, timers }: SessionSetting,
): void {
  const { stream } = outgoing
  const ticket = timers.begin(settings.requestTimeout, () => {
    // What waits to be read has come.
    if (incoming.complete || outgoing.destroyed) return
    if (outgoing.headersSent) return stream.close(NGHTTP2_CANCEL)
    const body = bareProblem(408, 'The request did not arrive in time')
    const length = String(Buffer.byteLength(body))
    outgoing.writeHead(408, ['content-type', PROBLEM_TYPE, 'content-length', length]).end(body)
    stream.close(NGHTTP2_NO_ERROR)
  })
  const end = (): void => timers.end(ticket)
  stream.on('end', end)
  stream.on('close', end)
}
