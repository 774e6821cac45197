import { didYouMean } from '../injection/faults.ts'
import { type AccessLogOption, readAccessLog } from './access-log-option.ts'
import { checkHandedDown, type HandedDown, handedDownNames, isHandedDown } from './handed-down.ts'
import { readTls, type TlsOptions } from './tls.ts'
import { readTrustProxy, type TrustProxyOption } from './trust-proxy-option.ts'

/**
 * How an application is served. Times are milliseconds. What is {@link HandedDown} holds where the code of the
 * application says nothing.
 */
export interface ServeOptions extends HandedDown {
  /** The port; 0 takes a free one. Default 8000. */
  readonly port?: number
  /** The address to listen on. Default `127.0.0.1`; `0.0.0.0` or `::` for all. */
  readonly host?: string
  /** The path of a socket to listen on, in place of host and port. A socket that a dead server left there is replaced. */
  readonly unix?: string
  /** How many connections may wait to be accepted; the system has a limit of its own. Default 511. */
  readonly backlog?: number
  /** How many requests may be under way at once: those beyond get 503 and `Retry-After`. Default 0, which is no limit. */
  readonly limitConcurrency?: number
  /** Serves over TLS. Default none. */
  readonly tls?: TlsOptions
  /**
   * Speaks HTTP/2 too, on the same port: with `tls` clients choose by ALPN, without it those that know beforehand may
   * begin with it (RFC 9113 §3.2, §3.3). Default false.
   */
  readonly http2?: boolean
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
  /** Tells of each request when it is over: see {@link AccessLogOption}. Default false. */
  readonly accessLog?: AccessLogOption
  /**
   * The proxies whose word on the client counts: its address, protocol and host. They must set these fields, whatever
   * the client has sent. See {@link TrustProxyOption}. Default false.
   */
  readonly trustProxy?: TrustProxyOption
  /**
   * A folder for profiles of the CPU and of the heap: SIGUSR2 begins one, the next SIGUSR2 ends it and writes
   * `cpu-<process>-<time>.cpuprofile` and `heap-….heapprofile`. Default none.
   */
  readonly profile?: string
}

/** {@link ServeOptions} with nothing left out. */
export interface ServeSettings extends Required<Omit<ServeOptions, 'tls' | keyof HandedDown>>, Handed {
  readonly tls: TlsOptions | undefined
}

type Handed = { readonly [Name in keyof HandedDown]-?: HandedDown[Name] | undefined }

// Whoever is told nothing hands nothing down.
const NOT_HANDED = Object.fromEntries(handedDownNames.map((name) => [name, undefined])) as Handed

const DEFAULTS: ServeSettings = {
  port: 8000,
  host: '127.0.0.1',
  unix: '',
  backlog: 511,
  limitConcurrency: 0,
  tls: undefined,
  http2: false,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  sendTimeout: 30_000,
  maxHeaderSize: 16_384,
  gracefulTimeout: 10_000,
  signals: true,
  accessLog: false,
  trustProxy: false,
  profile: '',
  ...NOT_HANDED,
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
  if (name === 'accessLog') return void readAccessLog(value)
  if (name === 'trustProxy') return void readTrustProxy(value)
  if (isHandedDown(name)) return void checkHandedDown(name, value)
  if (name === 'tls') return void readTls(value as TlsOptions)
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
