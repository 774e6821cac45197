import { type FetchHandler, toFetchHandler } from '../adapters/fetch.ts'
import type { Logger } from '../compile/services.ts'
import { Layer } from '../declaration/layer.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Outcome } from '../http/outcome.ts'
import type { TimeLimits } from '../http/time-limit.ts'
import { didYouMean } from '../injection/faults.ts'
import { readInjectable } from '../injection/injectable.ts'
import type { AnyFunction } from '../injection/parameters.ts'
import { callerPlace } from '../injection/place.ts'
import type { PathParameters } from '../routing/template.ts'
import { type ApplicationOptions, readOptions } from './application-options.ts'
import { checkOpen, declareProvider } from './declare.ts'
import { explainRequest, explainRoute } from './explain.ts'
import type { Explanation, RouteExplanation } from './explanation.ts'
import type { BuiltIns, SessionBuiltIns, Yielded } from './given.ts'
import { declareHealth, type HealthOptions } from './health.ts'
import type { Kind } from './kind.ts'
import { type Layered, layerOf } from './layered.ts'
import type { Router } from './router.ts'
import { RoutesBuilder } from './routes-builder.ts'
import { Running, type RunningOptions } from './running.ts'
import { type ServedDefaults, underneath } from './served-defaults.ts'

/** Goes on with an application. */
interface ApplicationKind extends Kind {
  readonly builder: RestApplication<this['session'], this['provided']>
}

/** The names in `Needs` that it does not do without. */
type Demanded<Needs> = {
  [Name in keyof Needs]-?: Partial<Pick<Needs, Name>> extends Pick<Needs, Name> ? never : Name
}[keyof Needs]

/** The names that are in both, with another type here than there. */
type Mismatched<Provided, Needs> = {
  [Name in keyof Needs & keyof Provided]: Provided[Name] extends Needs[Name] ? never : Name
}[keyof Needs & keyof Provided]

/** `Mounted` when everything in `Needs` is provided; otherwise the sentence for the compiler to show. */
export type Mountable<Provided, Needs, Mounted> = [Exclude<Demanded<Needs>, keyof Provided>] extends [never]
  ? [Mismatched<Provided, Needs>] extends [never]
    ? Mounted
    : `what provides "${Mismatched<Provided, Needs> & string}" gives another type than the router needs`
  : `nothing provides "${Exclude<Demanded<Needs>, keyof Provided> & string}"`

/** One route of an application, for lists and documentation. */
export interface RouteInfo {
  readonly method: string
  readonly path: string
}

/**
 * An application: paths lead to resources, resources have handlers, and around the handlers stand
 * decisions, providers and representations. All of them are plain functions that say what they need by
 * destructuring their first parameter.
 *
 * @example
 * ```ts
 * import { RestApplication } from 'restmachine'
 *
 * const app = new RestApplication().get('/hello/{name}', ({ name }) => ({ hello: name }))
 * const response = await app.fetch(new Request('http://localhost/hello/world'))
 * const body = await response.json()
 * // body.hello === 'world'
 * ```
 */
export class RestApplication<Session = SessionBuiltIns, Provided = BuiltIns> extends RoutesBuilder<
  ApplicationKind,
  Session,
  Provided
> {
  readonly #given: ApplicationOptions
  readonly #options: RunningOptions
  #running: Running | undefined = undefined
  #fetch: FetchHandler | undefined = undefined

  constructor(
    options: ApplicationOptions = {},
    sharing?: { readonly layer: Layer } & Pick<RunningOptions, 'overrides' | 'around'>,
  ) {
    super(sharing?.layer ?? new Layer('application'))
    this.#given = options
    this.#options = readOptions(options, sharing)
  }

  /**
   * Opens a value once, when the process starts; without a name, runs a function. Later values may use
   * earlier ones. A generator is closed when the process ends.
   *
   * @param name What functions destructure.
   * @param provider Makes the value; it may ask for session values.
   */
  onStartup(run: (given: Session) => unknown): this
  onStartup<Name extends string, Result>(
    name: Name,
    provider: (given: Session) => Result,
  ): RestApplication<Session & Record<Name, Yielded<Result>>, Provided & Record<Name, Yielded<Result>>>
  onStartup(...given: readonly [AnyFunction] | readonly [string, AnyFunction]): unknown {
    const layer = layerOf(this)
    const place = callerPlace(this.onStartup)
    if (given.length === 1) {
      checkOpen(layer, 'onStartup')
      layer.starts.push(readInjectable(given[0], 'onStartup', place))
    } else {
      const [name, fn] = given
      const call = { label: `onStartup "${name}"`, name, fn, options: { scope: 'session' }, place } as const
      const provider = declareProvider(layer, call)
      if (layer.providers.get(name) === provider) layer.starts.push(provider)
    }
    return this
  }

  /** Runs when the process ends, in the order of registration; one that fails is reported and the others run. */
  onShutdown(run: (given: Session) => unknown): this {
    const layer = layerOf(this)
    checkOpen(layer, 'onShutdown')
    layer.stops.push(readInjectable(run, 'onShutdown', callerPlace(this.onShutdown)))
    return this
  }

  /**
   * Puts the routes of a router below a prefix. By reference: what is added to the router later counts.
   *
   * @param prefix A path template; its parameters are given to the router's functions.
   * @param router What to mount; what it needs must be provided here.
   */
  mount<const Prefix extends string, Needs, RouterSession, RouterProvided>(
    prefix: Prefix,
    router: Mountable<Provided & PathParameters<Prefix>, Needs, Router<Needs, RouterSession, RouterProvided>>,
  ): this {
    const layer = layerOf(this)
    checkOpen(layer, `the router at ${prefix}`)
    layer.mounted.push({ prefix, layer: layerOf(router as Layered), place: callerPlace(this.mount) })
    return this
  }

  /**
   * Tells those who watch over the process how it is: `/livez` that it lives, `/readyz` whether requests are welcome.
   * 503 when a check fails, or takes too long, and while the server stops. No guard and no other decision stands before
   * them; why a check failed is in the log only. Where a server limits how many requests there are at once, some probes
   * are let in beyond it.
   *
   * @param checks By name: functions of session values that throw, or give `false`, when something is not well.
   * @param options Paths, and how long each check may take: 2 s when nobody says.
   *
   * @example
   * ```ts
   * import { RestApplication } from 'restmachine'
   *
   * const app = new RestApplication()
   *   .onStartup('pool', () => ({ query: async (text: string) => [text] }))
   *   .health({ database: ({ pool }) => pool.query('select 1') })
   * const response = await app.fetch(new Request('http://localhost/readyz'))
   * const told = await response.json()
   * // told === { status: 'ok', checks: { database: 'ok' } }
   * ```
   */
  health(
    checks: Readonly<Record<string, (given: Session) => unknown>> = {},
    options: HealthOptions = {},
  ): this {
    declareHealth(layerOf(this), { checks, options, place: callerPlace(this.health) })
    return this
  }

  /** Where the framework writes. */
  get logger(): Logger {
    return this.#options.services.logger
  }

  /**
   * Waits until no background task is left, also for those whose response is still on its way: for tests.
   *
   * @example
   * ```ts
   * import { RestApplication } from 'restmachine'
   *
   * const sent: string[] = []
   * const app = new RestApplication().post('/users/{name}', ({ name, backgroundTasks }) => {
   *   backgroundTasks.add((to: string) => sent.push(to), name)
   * })
   * await app.fetch(new Request('http://localhost/users/zoe', { method: 'POST' }))
   * const before = sent.length
   * await app.tasksDone()
   * // before === 0
   * // sent.length === 1
   * ```
   */
  async tasksDone(): Promise<void> {
    await this.#running?.tasks.idle()
  }

  /** The routes, in the order in which they were declared. */
  get routes(): readonly RouteInfo[] {
    return this.#run().routes.map(({ method, template }) => ({ method, path: template.text }))
  }

  /**
   * Opens what `onStartup` declared. Servers call it; a first request does if nobody did.
   *
   * @throws {DeclarationError} When the declaration does not hold together: every fault, with its place.
   */
  async startup(): Promise<void> {
    await this.#run().startup()
  }

  /**
   * Whether a request asks how the process is, which `health` answers. Servers call it: who is refused an answer for
   * being one too many takes the process for dead, and ends it.
   */
  isProbe({ method, path }: Exchange): boolean {
    return path !== undefined && layerOf(this).probes.has(path) && (method === 'GET' || method === 'HEAD')
  }

  /** Tells that no more connections are taken: `/readyz` says so from now on. Servers call it when they begin to stop. */
  drain(): void {
    this.#running?.drain()
  }

  /** Runs what `onShutdown` declared, then closes the session values in reverse. */
  async shutdown(): Promise<void> {
    await this.#running?.shutdown()
  }

  /**
   * Answers a web request in this process: for tests, and for runtimes that speak fetch. What a platform
   * hands over beside the request may stand behind it; its `waitUntil` is asked to wait for background tasks.
   *
   * @throws {DeclarationError} When the declaration does not hold together.
   */
  get fetch(): FetchHandler {
    this.#fetch ??= toFetchHandler(
      (exchange, limits) => this.answer(exchange, limits),
      (message, error) => this.logger.error(message, error),
    )
    return this.#fetch
  }

  /**
   * Answers an exchange: what an adapter calls.
   *
   * @throws {DeclarationError} When the declaration does not hold together.
   */
  answer(exchange: Exchange, limits?: TimeLimits<unknown>): Outcome | Promise<Outcome> {
    return this.#run().answer(exchange, limits)
  }

  /**
   * The same application with some values fixed, for tests: whatever provides these names is not
   * asked. The application itself stays as it is. A `logger` is also where the framework writes.
   *
   * @example
   * ```ts
   * import { RestApplication } from 'restmachine'
   *
   * const app = new RestApplication()
   *   .dependency('clock', () => Date.now())
   *   .get('/time', ({ clock }) => ({ clock }))
   * const response = await app.with({ clock: 42 }).fetch(new Request('http://localhost/time'))
   * const body = await response.json()
   * // body.clock === 42
   * ```
   */
  with(values: Partial<Provided>): RestApplication<Session, Provided> {
    const overrides = new Map([...this.#options.overrides, ...Object.entries(values)])
    const { logger } = values as { readonly logger?: Logger }
    const given = logger === undefined ? this.#given : { ...this.#given, logger }
    return new RestApplication(given, { layer: layerOf(this), overrides, around: this.#options.around })
  }

  /**
   * The same application with these defaults, where its own code says nothing: servers call it with what they were
   * told. The application itself stays as it is, and both have session values of their own.
   *
   * @param defaults See {@link ServedDefaults}.
   * @throws {Error} When one has a value that it cannot have.
   *
   * @example
   * ```ts
   * import { RestApplication } from 'restmachine'
   *
   * const app = new RestApplication().post('/', ({ textBody }) => textBody.length)
   * const request = () => new Request('http://localhost/', { method: 'POST', body: 'too much' })
   * const small = await app.servedWith({ bodyLimit: 4 }).fetch(request())
   * const own = await app.fetch(request())
   * // small.status === 413
   * // own.status === 200
   * ```
   */
  servedWith(defaults: ServedDefaults): RestApplication<Session, Provided> {
    const { options, around } = underneath(this.#given, defaults)
    const { overrides, around: inner } = this.#options
    return new RestApplication(options, { layer: layerOf(this), overrides, around: [...around, ...inner] })
  }

  /**
   * What is left of the decision graph for one route: what its requests are asked, and how they can end.
   *
   * @param method The method: `GET`.
   * @param path The whole path template, as `routes` lists it.
   * @throws {Error} When there is no such route.
   *
   * @example
   * ```ts
   * import { RestApplication } from 'restmachine'
   *
   * const app = new RestApplication().get('/time', () => ({ now: 42 }))
   * const { asked } = app.explainRoute('GET', '/time')
   * // asked.includes('typeAcceptable') === true
   * // asked.includes('authorized') === false
   * ```
   */
  explainRoute(method: string, path: string): RouteExplanation {
    const compiled = this.#run().compiledAt(method, path)
    if (compiled !== undefined) return explainRoute(compiled)
    const known = this.routes.map((route) => `${route.method} ${route.path}`)
    const advice = didYouMean(`${method} ${path}`, known).join('')
    throw new Error(`Cannot explain ${method} ${path}: there is no such route${advice && `; ${advice}`}`)
  }

  /**
   * The decisions a request takes, with the question, the answer and the reason of each, and what would be
   * sent. The questions are really asked; of an unsafe method the handler is not run, and whatever was opened
   * is rolled back. Secrets are left out: credentials, cookies, what `authorized` answered.
   *
   * @param request A web request.
   *
   * @example
   * ```ts
   * import { RestApplication } from 'restmachine'
   *
   * const app = new RestApplication().get('/time', () => ({ now: 42 }), { etag: () => 3 })
   * const headers = { 'if-none-match': '"3"' }
   * const told = await app.explain(new Request('http://localhost/time', { headers }))
   * const step = told.steps.find(({ decision }) => decision === 'hasIfNoneMatch')
   * // told.end === 304
   * // step?.question === 'Is there an If-None-Match?'
   * // step?.why === 'If-None-Match: "3"'
   * console.log(String(told)) // one decision a line; `told.toString({ all: true })` shows settled ones, too
   * ```
   */
  async explain(request: Request): Promise<Explanation> {
    const running = this.#run()
    await running.startup()
    return explainRequest(running, request)
  }

  #run(): Running {
    this.#running ??= new Running(layerOf(this), this.#options)
    return this.#running
  }
}
