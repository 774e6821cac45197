import { once } from 'node:events'
import { createServer, type Server, type ServerOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toNodeListener } from '../adapters/node.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Outcome } from '../http/outcome.ts'
import { didYouMean } from '../injection/faults.ts'

/** How an application is served. Times are milliseconds. */
export interface ServeOptions {
  /** The port; 0 takes a free one. Default 8000. */
  readonly port?: number
  /** The address to listen on. Default `127.0.0.1`; `0.0.0.0` or `::` for all. */
  readonly host?: string
  /** How long header fields may take to arrive. Default 10 000. */
  readonly headersTimeout?: number
  /** How long a whole request may take to arrive. Default 30 000. */
  readonly requestTimeout?: number
  /** How long an idle connection is kept. Default 5 000. */
  readonly keepAliveTimeout?: number
  /** The most bytes of header fields. Default 16 384. */
  readonly maxHeaderSize?: number
  /** How long stopping waits for requests in flight. Default 10 000. */
  readonly gracefulTimeout?: number
  /** Stops on SIGTERM and SIGINT, and ends the process. Default true. */
  readonly signals?: boolean
}

const DEFAULTS: Required<ServeOptions> = {
  port: 8000,
  host: '127.0.0.1',
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 16_384,
  gracefulTimeout: 10_000,
  signals: true,
}

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

/** What serving needs of an application. */
export interface Servable {
  startup(): Promise<void>
  shutdown(): Promise<void>
  answer(exchange: Exchange): Outcome | Promise<Outcome>
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
  const state = { closing: false }
  const work = new Set<Promise<void>>()

  const listener = toNodeListener({
    answer: (exchange) => app.answer(exchange),
    report: (message, error) => console.error(message, error),
    isClosing: () => state.closing,
    wait(closing) {
      work.add(closing)
      closing.finally(() => work.delete(closing)).catch(() => undefined)
    },
  })
  const server = createServer(serverOptions(settings), listener)
  // These are decisions of the graph, so the requests go the way of all others.
  server.on('checkContinue', listener)
  server.on('checkExpectation', listener)
  // The graph says how many fields are too many; node:http would drop the rest in silence.
  server.maxHeadersCount = 0

  await app.startup()
  try {
    server.listen(settings.port, settings.host)
    await once(server, 'listening')
  } catch (error) {
    await app.shutdown()
    throw listenError(error, settings)
  }

  let closing: Promise<boolean> | undefined
  async function stop(): Promise<boolean> {
    state.closing = true
    const drained = await drain(server, settings.gracefulTimeout)
    await Promise.allSettled(work)
    await app.shutdown()
    return drained
  }
  const close = (): Promise<boolean> => (closing ??= stop())

  if (settings.signals) stopOnSignals(close, server)
  const { port } = server.address() as AddressInfo
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host
  return { url: `http://${host}:${port}`, port, server, close }
}

function serverOptions({
  headersTimeout,
  requestTimeout,
  keepAliveTimeout,
  maxHeaderSize,
}: Required<ServeOptions>): ServerOptions {
  return {
    headersTimeout,
    requestTimeout,
    keepAliveTimeout,
    maxHeaderSize,
    // 7 to 19 % of a request without content (Node 24.12 and newer; others ignore it).
    optimizeEmptyRequests: true,
  } as ServerOptions
}

function readSettings(options: ServeOptions): Required<ServeOptions> {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(DEFAULTS, name)) {
      const advice = didYouMean(name, Object.keys(DEFAULTS)).join('')
      throw new Error(`Cannot serve: there is no option "${name}"${advice && `; ${advice}`}`)
    }
    const needed = typeof DEFAULTS[name as keyof ServeOptions]
    const isNumber = needed === 'number' && (!Number.isFinite(value) || (value as number) < 0)
    if (value !== undefined && (typeof value !== needed || isNumber)) {
      throw new Error(
        `Cannot serve: ${name} is a ${needed}${needed === 'number' ? ' from 0' : ''}, got ${String(value)}`,
      )
    }
  }
  return { ...DEFAULTS, ...options }
}

function listenError(error: unknown, { host, port }: Required<ServeOptions>): Error {
  const { code } = error as NodeJS.ErrnoException
  const address = `${host}:${port}`
  if (code === 'EADDRINUSE') {
    return new Error(
      `Cannot serve on ${address}: the port is in use; choose another one, or 0 for a free one`,
      { cause: error },
    )
  }
  if (code === 'EACCES')
    return new Error(`Cannot serve on ${address}: not permitted; use a port from 1024`, { cause: error })
  return new Error(`Cannot serve on ${address}: ${(error as Error).message}`, { cause: error })
}

/** Waits for what is in flight; past the time, connections are closed. */
async function drain(server: Server, timeout: number): Promise<boolean> {
  const closed = new Promise<true>((resolve) => server.close(() => resolve(true)))
  // A connection may turn idle after this look, when its request finishes a moment later.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  server.closeIdleConnections()
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeout)
  })
  const drained = await Promise.race([closed, late])
  clearInterval(sweep)
  clearTimeout(timer)
  if (!drained) server.closeAllConnections()
  return drained
}

function stopOnSignals(close: () => Promise<boolean>, server: Server): void {
  async function stop(): Promise<void> {
    const drained = await close()
    if (!drained) console.error('Some requests did not finish in time; their connections were closed')
    process.exit(drained ? 0 : 1)
  }
  const onSignal = (): void => void stop()
  process.once('SIGTERM', onSignal)
  process.once('SIGINT', onSignal)
  server.once('close', () => {
    process.off('SIGTERM', onSignal)
    process.off('SIGINT', onSignal)
  })
}
