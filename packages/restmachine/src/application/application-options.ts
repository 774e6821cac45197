import { type CacheOptions, createCache } from '../cache/cache.ts'
import type { Answered, Observing } from '../compile/observing.ts'
import type { RestRequest } from '../compile/request.ts'
import type { Logger } from '../compile/services.ts'
import type { Tracing } from '../compile/tracing.ts'
import { DEFAULT_LIMITS } from '../decisions/limits.ts'
import { didYouMean } from '../injection/faults.ts'
import { servedHosts } from '../policies/served-hosts.ts'
import { type Duration, parseDuration } from '../text/duration.ts'
import type { RunningOptions } from './running.ts'
import { type BackgroundTaskOptions, readTaskOptions } from './task-options.ts'

/** What an application can be made with. */
export interface ApplicationOptions {
  /** Where the framework writes; `console` when nobody says. */
  readonly logger?: Logger
  /** Shows in error responses what happened inside. Never in production. Off when nobody says. */
  readonly development?: boolean
  /**
   * The hosts to answer for: `api.example.com`, `localhost:8000`, `*.example.com`. Requests meant for others get
   * 421, which also stops pages that rebind a name to this server. A name without a port stands for all its ports,
   * a port counts as written: `api.example.com:80` is no request to `api.example.com`, though 80 is its default.
   * All, when nobody says.
   */
  readonly hosts?: readonly string[]
  /** The most bytes of content a request may have: 1 MiB when nobody says. */
  readonly bodyLimit?: number
  /** How the cache is made that functions ask for as `cache`; in memory when nobody says. */
  readonly cache?: CacheOptions
  /** How long a request may take before it is answered with 503: 30 s when nobody says. */
  readonly handlerTimeout?: Duration
  /** How much is done in the background. */
  readonly backgroundTasks?: BackgroundTaskOptions
  /** The most characters of a request target: 8192 when nobody says. */
  readonly maxUriLength?: number
  /** The most header field lines of a request: 100 when nobody says. */
  readonly maxHeaderFields?: number
  /**
   * Tells in `Server-Timing` how long each provider, decision and the handler took, with `true` every client, else
   * those for whom the function says so: times tell strangers what is inside. Off when nobody says.
   *
   * @see https://www.w3.org/TR/server-timing/
   */
  readonly serverTiming?: boolean | ((request: RestRequest) => boolean | Promise<boolean>)
  /** From which time on a request is slow: a warning tells its route, its status and what took longest. Off when nobody says. */
  readonly slowRequest?: Duration
  /** Hears of each answer when its last byte is out: see {@link Answered}. Metrics are made so. */
  readonly observe?: (answered: Answered) => void
  /** Follows each request as a span of its trace: `createTracing()` of `restmachine/opentelemetry`. Off when nobody says. */
  readonly tracing?: Tracing
}

// A name that is forgotten here, or stands here and not above, does not compile.
const NAMES: Readonly<Record<keyof ApplicationOptions, true>> = {
  logger: true,
  development: true,
  hosts: true,
  bodyLimit: true,
  cache: true,
  handlerTimeout: true,
  backgroundTasks: true,
  maxUriLength: true,
  maxHeaderFields: true,
  serverTiming: true,
  slowRequest: true,
  observe: true,
  tracing: true,
}

/**
 * Fills in what was left out.
 *
 * @param beside What is not said by options: see {@link RunningOptions}.
 * @throws {Error} When an option is unknown, or has a value that it cannot have.
 */
export function readOptions(
  options: ApplicationOptions,
  { overrides = new Map(), around = [] }: Partial<Pick<RunningOptions, 'overrides' | 'around'>> = {},
): RunningOptions {
  const stray = Object.keys(options).find((name) => !Object.hasOwn(NAMES, name))
  if (stray !== undefined) {
    const advice = didYouMean(stray, Object.keys(NAMES))
    throw new Error([`Cannot make an application: there is no option "${stray}"`, ...advice].join('; '))
  }
  const { logger = console, development = false, handlerTimeout = '30s', hosts } = options
  return {
    services: { logger, development, serves: hosts && servedHosts(hosts), observing: readObserving(options) },
    limits: {
      content: options.bodyLimit ?? DEFAULT_LIMITS.content,
      uri: options.maxUriLength ?? DEFAULT_LIMITS.uri,
      fields: options.maxHeaderFields ?? DEFAULT_LIMITS.fields,
    },
    handlerTimeout: parseDuration(handlerTimeout),
    tasks: readTaskOptions(options.backgroundTasks),
    createCache: () => createCache({ logger, ...options.cache }),
    overrides,
    around,
  }
}

function readObserving({
  serverTiming = false,
  slowRequest,
  observe,
  tracing,
}: ApplicationOptions): Observing | undefined {
  const hears = observe !== undefined || tracing !== undefined
  if (serverTiming === false && slowRequest === undefined && !hears) return undefined
  const tells = serverTiming === true ? () => true : serverTiming === false ? undefined : serverTiming
  return { tells, slow: slowRequest === undefined ? undefined : parseDuration(slowRequest), observe, tracing }
}
