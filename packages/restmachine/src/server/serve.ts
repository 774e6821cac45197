import { once } from 'node:events'
import type { Server, ServerOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toNodeListener } from '../adapters/node.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Outcome } from '../http/outcome.ts'
import type { TimeLimits } from '../http/time-limit.ts'
import { drain } from './drain.ts'
import { GracefulServer } from './graceful-server.ts'
import { InFlight } from './in-flight.ts'
import { refuserOfUnreadable, refuseTunnel } from './refuse.ts'
import { readSettings, type ServeOptions, type ServeSettings } from './settings.ts'
import { stopOnSignals } from './signals.ts'
import { SweptTimers } from './swept-timers.ts'

export type { ServeOptions }

/** A server that runs. */
export interface Serving {
  /** Where it answers: `http://127.0.0.1:8000`. */
  readonly url: string
  readonly port: number
  readonly server: Server
  /**
   * Takes no more connections, lets requests in flight finish, runs the shutdown handlers.
   *
   * @returns Whether all requests finished within `gracefulTimeout`.
   */
  close(): Promise<boolean>
}

type Report = (message: string, error: unknown) => void

/** What serving needs of an application. */
export interface Servable {
  /** Where faults are told; `console` when there is none. */
  readonly logger?: { error(message: string, details?: unknown): void }
  startup(): Promise<void>
  shutdown(): Promise<void>
  answer(exchange: Exchange, limits: TimeLimits<unknown>): Outcome | Promise<Outcome>
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
  const settings = readSettings(options)
  const report: Report = (message, error) => (app.logger ?? console).error(message, error)
  const inFlight = new InFlight()
  const timers = new SweptTimers()
  let closing: Promise<boolean> | undefined

  const server = createServer(
    settings,
    toNodeListener({
      answer: (exchange) => app.answer(exchange, timers),
      report,
      isClosing: () => closing !== undefined,
      began: inFlight.began,
      ended: inFlight.ended,
      sendTimeout: settings.sendTimeout,
    }),
  )

  try {
    await app.startup()
    await listen(server, settings, report)
  } catch (error) {
    // What was opened before the failure is closed again.
    await app.shutdown().catch((failure: unknown) => report('Shutting down failed', failure))
    throw error
  }

  let ignoreSignals = (): void => undefined
  async function stop(): Promise<boolean> {
    const drained = await drain(server, inFlight, settings.gracefulTimeout)
    await app.shutdown().finally(ignoreSignals)
    return drained
  }
  const close = (): Promise<boolean> => (closing ??= stop())
  if (settings.signals) ignoreSignals = stopOnSignals(close)

  const { port } = server.address() as AddressInfo
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host
  return { url: `http://${host}:${port}`, port, server, close }
}

type Listener = ReturnType<typeof toNodeListener>

function createServer(settings: ServeSettings, listener: Listener): GracefulServer {
  const server = new GracefulServer(serverOptions(settings), listener)
  // These are decisions of the graph, so the requests go the way of all others.
  server.on('checkContinue', listener)
  server.on('checkExpectation', listener)
  server.on('clientError', refuserOfUnreadable())
  server.on('connect', (_, socket) => refuseTunnel(socket))
  server.on('connection', server.watch)
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

async function listen(server: Server, { port, host }: ServeSettings, report: Report): Promise<void> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    throw new Error(`Cannot serve on ${host}:${port}: ${describe(error as NodeJS.ErrnoException)}`, {
      cause: error,
    })
  }
  // When a connection cannot be accepted, the others live on.
  server.on('error', (error) => report('Cannot accept a connection', error))
}

function describe({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'the port is in use; choose another one, or 0 for a free one'
    case 'EACCES':
      return 'not permitted; use a port from 1024'
    case 'EADDRNOTAVAIL':
      return 'this machine does not have the address'
    case 'ENOTFOUND':
      return 'no address is known by this name'
    default:
      return message
  }
}
