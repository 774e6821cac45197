import type { Server, ServerOptions } from 'node:http'
import type { Socket } from 'node:net'
import { toNodeListener } from '../adapters/node.ts'
import type { NodeListenerOptions } from '../adapters/node-answering.ts'
import type { ServedDefaults } from '../application/served-defaults.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Outcome } from '../http/outcome.ts'
import { SweptTimers } from '../http/swept-timers.ts'
import type { TimeLimits } from '../http/time-limit.ts'
import { type AccessLog, openAccessLog } from './access-log.ts'
import { Closing } from './closing.ts'
import { drain, stopListening } from './drain.ts'
import { type ErrorLog, openErrorLog } from './error-log.ts'
import { createGracefulServer, type GracefulServer, type TakeHttp2 } from './graceful-server.ts'
import { InFlight } from './in-flight.ts'
import { keepTick } from './kept-tick.ts'
import { addressOf, listen } from './listening.ts'
import { limitConcurrency } from './overload.ts'
import { PROFILE_SIGNAL, type Profiles, profilesOf } from './profiles.ts'
import { refuserOfUnreadable, refuseTunnel } from './refuse.ts'
import { servedApplication } from './served-application.ts'
import { readSettings, type ServeOptions, type ServeSettings } from './settings.ts'
import { type StopLog, stopOnSignals } from './signals.ts'
import { readTls } from './tls.ts'
import { type Listener, trusting } from './trust-proxy.ts'
import { readTrustProxy } from './trust-proxy-option.ts'

export type { ServeOptions }

/** A server that runs. */
export interface Serving {
  /** Where it answers: `http://127.0.0.1:8000`, or `unix:/path/of/socket`. */
  readonly url: string
  /** 0 where it listens on a path. */
  readonly port: number
  readonly server: Server
  /**
   * Takes no more connections, lets requests in flight finish, runs the shutdown handlers. Event streams, which
   * need not have an end, are ended at once: their clients connect again, and say what they saw last.
   *
   * @param idleTime How long idle connections are kept, in milliseconds: whoever asks over one meanwhile is
   *   answered, and told to close it. A client may be about to ask just when its connection is closed, so where
   *   others take over, wait for a little more than `keepAliveTimeout`. Default 0.
   * @returns Whether all requests finished within `gracefulTimeout`.
   */
  close(idleTime?: number): Promise<boolean>
}

type Report = (message: string, error: unknown) => void

/** What serving needs of an application. */
export interface Servable {
  /** Where faults are told; `console` when there is none. */
  readonly logger?: { error(message: string, details?: unknown): void }
  startup(): Promise<void>
  /** Hears that no more connections are taken, before what is in flight has come to its end. */
  drain?(): void
  shutdown(): Promise<void>
  answer(exchange: Exchange, limits: TimeLimits<unknown>): Outcome | Promise<Outcome>
  /** The same with these defaults, where its own code says nothing; it stays as it is itself. */
  servedWith?(defaults: ServedDefaults): Servable
  /** Whether a request asks how the process is: `limitConcurrency` lets some of these in beyond the limit. */
  isProbe?(exchange: Exchange): boolean
}

/**
 * Serves an application over `node:http`.
 *
 * @param app The application.
 * @param options Where and how; see {@link ServeOptions}.
 * @throws {DeclarationError} When the declaration of the application does not hold together.
 * @throws {Error} When an option is unknown, or the address cannot be had.
 *
 * @example
 * ```ts
 * import { RestApplication } from 'restmachine'
 * import { serve } from 'restmachine/node'
 *
 * const app = new RestApplication().get('/', () => ({ hello: 'world' }))
 * const serving = await serve(app, { port: 0 })
 * const response = await fetch(serving.url)
 * // response.status === 200
 * await response.text()
 * const clean = await serving.close()
 * // clean === true
 * ```
 */
export async function serve(app: Servable, options: ServeOptions = {}): Promise<Serving> {
  const ignore = (): void => undefined
  // It ends a process that does not listen for it, and a start may take its time.
  if (options.profile) process.on(PROFILE_SIGNAL, ignore)
  try {
    const { hush, profiles, log, ...serving } = await openServer(app, options)
    profiles?.onSignal()
    return serving
  } finally {
    process.off(PROFILE_SIGNAL, ignore)
  }
}

/** A server that can be told to take no more connections before it is closed. */
export interface OpenServer extends Serving {
  hush(): Promise<unknown>
  /** `undefined` where nobody asks for any. */
  readonly profiles: Profiles | undefined
  /** Takes lines after the server is closed, too. */
  readonly log: StopLog
}

/** Serves an application as one of several, which all must take no more connections before one ends some. */
export async function openServer(given: Servable, options: ServeOptions): Promise<OpenServer> {
  const settings = readSettings(options)
  const errorLog = openErrorLog(settings)
  try {
    const app = servedApplication(given, settings, errorLog)
    const report: Report = (message, error) => (app.logger ?? console).error(message, error)
    const accessLog = openAccessLog(settings.accessLog, report)
    try {
      return await open({ app, settings, report, accessLog, errorLog })
    } catch (error) {
      await accessLog.close()
      throw error
    }
  } catch (error) {
    // What was opened before the failure is closed again.
    errorLog?.close()
    throw error
  }
}

/** What a server is made of. */
interface Parts {
  readonly app: Servable
  readonly settings: ServeSettings
  readonly report: Report
  readonly accessLog: AccessLog
  readonly errorLog: ErrorLog | undefined
}

async function open({ app, settings, report, accessLog, errorLog }: Parts): Promise<OpenServer> {
  keepTick()
  const inFlight = new InFlight()
  const timers = new SweptTimers()
  const closing = new Closing()
  const profiles = await profilesOf(settings.profile, errorLog?.logger)
  let closed: Promise<boolean> | undefined

  const listening: NodeListenerOptions = {
    answer: limitConcurrency(
      (exchange) => app.answer(exchange, timers),
      settings.limitConcurrency,
      (exchange) => app.isProbe?.(exchange) === true,
    ),
    report,
    isClosing: closing.hasBegun,
    onceClosing: closing.onceBegun,
    began: inFlight.began,
    ended: inFlight.ended,
    sendTimeout: settings.sendTimeout,
  }
  const around = (listener: Listener): Listener =>
    trusting(accessLog.around(listener), readTrustProxy(settings.trustProxy), settings.unix !== '')
  const takeHttp2 = settings.http2
    ? (await import('./http2.ts')).http2(listening, around, { settings, timers, closing })
    : undefined
  const server = createServer(settings, around(toNodeListener(listening)), takeHttp2)

  try {
    await app.startup()
    await listen(server, settings)
  } catch (error) {
    await app.shutdown().catch((failure: unknown) => report('Shutting down failed', failure))
    throw error
  }

  // When a connection cannot be accepted, the others live on.
  server.on('error', (error) => report('Cannot accept a connection', error))

  let deaf: ReturnType<typeof stopListening> | undefined
  const hush = (): ReturnType<typeof stopListening> => (deaf ??= stopListening(server))

  let ignoreSignals = (): void => undefined
  async function stop(idle: number): Promise<boolean> {
    app.drain?.()
    const { closed: last } = await hush()
    closing.begin()
    // At once: who stops twice does not wait for what is in flight.
    const profiled = profiles?.close()
    const drained = await drain(server, last, inFlight, { timeout: settings.gracefulTimeout, idle })
    try {
      await app.shutdown().finally(ignoreSignals)
    } finally {
      await profiled
      await accessLog.close()
      errorLog?.close()
    }
    return drained
  }
  const close = (idleTime = 0): Promise<boolean> => (closed ??= stop(idleTime))
  const log: StopLog = errorLog?.logger ?? console
  if (settings.signals) ignoreSignals = stopOnSignals(close, log)

  return { ...addressOf(server, settings), server, close, hush, profiles, log }
}

/** The longest time that a timer can have, in milliseconds: 24 days. */
const NEVER = 2 ** 31 - 1

function createServer(
  settings: ServeSettings,
  listener: Listener,
  takeHttp2: TakeHttp2 | undefined,
): GracefulServer {
  const tls = settings.tls && {
    ...readTls(settings.tls),
    handshakeTimeout: settings.headersTimeout || NEVER,
    // Who speaks nothing of these is turned away in the handshake (RFC 7301 §3.2).
    ALPNProtocols: settings.http2 ? ['h2', 'http/1.1'] : ['http/1.1'],
  }
  const server = createGracefulServer(serverOptions(settings), listener, tls, takeHttp2)
  // These are decisions of the graph, so the requests go the way of all others.
  server.on('checkContinue', listener)
  server.on('checkExpectation', listener)
  server.on('clientError', refuserOfUnreadable())
  server.on('connect', (_, socket) => refuseTunnel(socket))
  // Who cannot agree on a key cannot read an answer either.
  server.prependListener('tlsClientError', (_, socket: Socket) => socket.destroy())
  // The graph says how many fields are too many; node:http would drop the rest in silence.
  server.maxHeadersCount = 0
  return server
}

function serverOptions(settings: ServeSettings): ServerOptions {
  const { headersTimeout, requestTimeout, keepAliveTimeout, maxHeaderSize } = settings
  const shortest = Math.min(...[headersTimeout, requestTimeout].filter((time) => time > 0), 20_000)
  return {
    headersTimeout,
    requestTimeout,
    keepAliveTimeout,
    maxHeaderSize,
    // By default slow requests are looked for every 30 s, whatever the time-outs say.
    connectionsCheckingInterval: Math.ceil(shortest / 4),
    // Also where the process was started with --insecure-http-parser.
    insecureHTTPParser: false,
    // The adapter refuses it, with a problem.
    requireHostHeader: false,
    // 7 to 19 % of a request without content (Node 24.12 and newer; others ignore it).
    optimizeEmptyRequests: true,
  } as ServerOptions
}
