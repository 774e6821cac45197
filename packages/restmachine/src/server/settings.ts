import { didYouMean } from '../injection/faults.ts'

/** How an application is served. Times are milliseconds. */
export interface ServeOptions {
  /** The port; 0 takes a free one. Default 8000. */
  readonly port?: number
  /** The address to listen on. Default `127.0.0.1`; `0.0.0.0` or `::` for all. */
  readonly host?: string
  /** How long header fields may take to arrive; 0 is for ever. Default 10 000, or `requestTimeout` when that is less. */
  readonly headersTimeout?: number
  /** How long a whole request may take to arrive; 0 is for ever. Default 30 000. */
  readonly requestTimeout?: number
  /** How long an idle connection is kept. Default 5 000. */
  readonly keepAliveTimeout?: number
  /** How long a client may take nothing of a response before its connection is closed; 0 is for ever. Default 30 000. */
  readonly sendTimeout?: number
  /** The most bytes of header fields. Default 16 384. */
  readonly maxHeaderSize?: number
  /** How long stopping waits for requests in flight. Default 10 000. */
  readonly gracefulTimeout?: number
  /** Stops on SIGTERM and SIGINT, and ends the process; a second signal ends it at once. Default true. */
  readonly signals?: boolean
}

/** {@link ServeOptions} with nothing left out. */
export type ServeSettings = Required<ServeOptions>

const DEFAULTS: ServeSettings = {
  port: 8000,
  host: '127.0.0.1',
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  sendTimeout: 30_000,
  maxHeaderSize: 16_384,
  gracefulTimeout: 10_000,
  signals: true,
}

const MAX_PORT = 65_535

/**
 * Fills in what was left out.
 *
 * @throws {Error} When an option is unknown, or has a value that it cannot have.
 */
export function readSettings(options: ServeOptions): ServeSettings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  for (const [name, value] of given) checkOption(name, value)
  const settings: ServeSettings = { ...DEFAULTS, ...Object.fromEntries(given) }
  const { headersTimeout, requestTimeout } = settings
  if (requestTimeout === 0 || (headersTimeout > 0 && headersTimeout <= requestTimeout)) return settings
  if (options.headersTimeout === undefined) return { ...settings, headersTimeout: requestTimeout }
  throw new Error(
    `Cannot serve: headersTimeout is part of requestTimeout, got ${headersTimeout} and ${requestTimeout}`,
  )
}

function checkOption(name: string, value: unknown): void {
  if (!Object.hasOwn(DEFAULTS, name)) {
    const advice = didYouMean(name, Object.keys(DEFAULTS)).join('')
    throw new Error(`Cannot serve: there is no option "${name}"${advice && `; ${advice}`}`)
  }
  const needed = typeof DEFAULTS[name as keyof ServeOptions]
  const most = name === 'port' ? MAX_PORT : Number.MAX_SAFE_INTEGER
  const fits =
    needed !== 'number' || (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most)
  if (typeof value === needed && fits) return
  const range = name === 'port' ? ` from 0 to ${MAX_PORT}` : ' from 0'
  const what = needed === 'number' ? `a whole number${range}` : `a ${needed}`
  throw new Error(
    `Cannot serve: ${name} is ${what}, got ${typeof value === 'string' ? `"${value}"` : String(value)}`,
  )
}
