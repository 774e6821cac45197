import type { Config } from '../server/config.ts'
import { readSettings } from '../server/settings.ts'
import type { TlsOptions } from '../server/tls.ts'
import type { Kind } from './kinds.ts'
import { kinds } from './kinds.ts'

/** How an option is served with: as a flag, in the environment and in the configuration file. */
export interface Option {
  readonly kind: Kind
  readonly help: string
  /** What holds when nobody says; what `serve` has when it is left out here. */
  readonly default?: unknown
  /** A letter for the command line. */
  readonly short?: string
  /** Another name in the environment, as platforms set it. */
  readonly env?: string
}

/** The names that the options have in the configuration; those of `tls` stand in an object of its own. */
type OptionName = Exclude<keyof Config, 'app' | 'tls'> | `tls.${keyof TlsOptions}`

/** The options of `serve` and `serveWorkers`. */
export const options: Readonly<Partial<Record<OptionName, Option>>> = {
  host: { kind: kinds.text, env: 'HOST', help: 'the address to listen on; 0.0.0.0 or :: for all' },
  port: { kind: kinds.port, short: 'p', env: 'PORT', help: 'the port; 0 takes a free one' },
  unix: { kind: kinds.file, help: 'a socket to listen on, in place of host and port' },
  workers: {
    kind: kinds.workers,
    short: 'w',
    default: 1,
    help: 'how many processes; auto is one for each processor',
  },
  startTimeout: {
    kind: kinds.milliseconds,
    default: 60_000,
    help: 'how long a worker may take until it serves; 0 is for ever',
  },
  backlog: { kind: kinds.count, help: 'how many connections may wait to be accepted' },
  limitConcurrency: { kind: kinds.count, help: 'how many requests at once; others get 503; 0 is no limit' },
  headersTimeout: { kind: kinds.milliseconds, help: 'how long header fields may take; 0 is for ever' },
  requestTimeout: { kind: kinds.milliseconds, help: 'how long a request may take to arrive; 0 is for ever' },
  keepAliveTimeout: { kind: kinds.milliseconds, help: 'how long an idle connection is kept' },
  sendTimeout: { kind: kinds.milliseconds, help: 'how long a client may take nothing; 0 is for ever' },
  gracefulTimeout: { kind: kinds.milliseconds, help: 'how long stopping waits for requests in flight' },
  handlerTimeout: {
    kind: kinds.duration,
    default: 30_000,
    help: 'how long a request may take before it gets 503 *',
  },
  bodyLimit: { kind: kinds.bytes, default: 1_048_576, help: 'the most bytes of content of a request *' },
  maxHeaderSize: { kind: kinds.bytes, help: 'the most bytes of header fields' },
  compression: {
    kind: kinds.compression,
    help: 'codes responses for those who take them coded; also --compression=br,gzip *',
  },
  accessLog: {
    kind: kinds.accessLog,
    help: 'tells of each request: common, combined, json, - or a file; --no-access-log for none',
  },
  errorLog: { kind: kinds.errorLog, help: 'where the application logs: a file, or - for standard error *' },
  logLevel: {
    kind: kinds.logLevel,
    default: 'debug',
    help: 'from which level on: debug, info, warn, error, silent *',
  },
  slowRequest: { kind: kinds.duration, help: 'from which time on a request is logged as slow *' },
  serverTiming: { kind: kinds.serverTiming, help: 'tells clients in Server-Timing what took how long *' },
  trustProxy: {
    kind: kinds.trustProxy,
    help: 'whose X-Forwarded fields count: 127.0.0.1, 10.0.0.0/8, loopback, private, unix',
  },
  http2: { kind: kinds.onOff, help: 'speaks HTTP/2 too, on the same port' },
  profile: {
    kind: kinds.folder,
    help: 'a folder for CPU and heap profiles: SIGUSR2 begins one, the next SIGUSR2 writes it',
  },
  'tls.key': { kind: kinds.file, help: 'the private key, in PEM' },
  'tls.cert': { kind: kinds.file, help: 'the certificate and those above it, in PEM' },
  'tls.ca': { kind: kinds.file, help: 'who signs the certificates of clients, in PEM' },
  'tls.minVersion': { kind: kinds.tlsVersion, default: 'TLSv1.2', help: 'the oldest version that is spoken' },
  'tls.requestCert': { kind: kinds.onOff, help: 'clients must show a certificate that the ca has signed' },
}

/** An option with its names. */
export interface NamedOption extends Option {
  readonly name: string
  /** `--graceful-timeout` without the dashes. */
  readonly flag: string
  /** `RESTMACHINE_GRACEFUL_TIMEOUT`. */
  readonly variable: string
}

/** The table with the names that follow from each row's. */
export function namedOptions(): readonly NamedOption[] {
  const defaults: Readonly<Record<string, unknown>> = { ...readSettings({}) }
  return Object.entries(options).map(([name, option]) => {
    const words = name.split(/\.|(?=[A-Z])/).map((word) => word.toLowerCase())
    const variable = `RESTMACHINE_${words.join('_').toUpperCase()}`
    return { default: defaults[name], ...option, name, flag: words.join('-'), variable }
  })
}

/** Puts options by their names: `tls.key` becomes `{ tls: { key } }`, beside what is in `before`. */
export function withOptions(
  before: Config,
  named: Iterable<readonly [name: string, value: unknown]>,
): Config {
  const after: Record<string, unknown> = { ...before }
  for (const [name, value] of named) {
    const [outer = '', inner] = name.split('.')
    after[outer] = inner === undefined ? value : { ...(after[outer] as object | undefined), [inner]: value }
  }
  return after
}
