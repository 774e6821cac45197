import { lateCloser } from '../compile/finish.ts'
import { nativeNames } from '../compile/natives.ts'
import { type CompiledRoute, compileRoute, type RouteSurroundings } from '../compile/route.ts'
import type { Services } from '../compile/services.ts'
import type { RouteSource } from '../compile/source.ts'
import { KNOWN_METHODS } from '../decisions/methods.ts'
import type { RequestLimits, RouteFacts, Run } from '../decisions/run.ts'
import { type Chain, findProvider, type Layer } from '../declaration/layer.ts'
import type { Exchange } from '../http/exchange.ts'
import { HttpError } from '../http/http-error.ts'
import { isStream, type Outcome } from '../http/outcome.ts'
import { singleTimers, type TimeLimits } from '../http/time-limit.ts'
import { didYouMean, Faults } from '../injection/faults.ts'
import { formatPlace } from '../injection/place.ts'
import type { DeclaredProvider, FixedProvider } from '../injection/provider.ts'
import { Session } from '../injection/session.ts'
import { isThenable } from '../injection/thenable.ts'
import { preflightOf } from '../policies/preflight.ts'
import { RouteTable } from '../routing/route-table.ts'
import { shapeOf } from '../routing/template.ts'
import { collectRoutes, type PlacedRoute, seal } from './collect.ts'

/** What an application is compiled with. */
export interface RunningOptions {
  readonly services: Services
  readonly limits: RequestLimits
  /** Milliseconds a request may take. */
  readonly handlerTimeout: number
  /** Values in place of whatever provides their names. */
  readonly overrides: ReadonlyMap<string, unknown>
}

/** A route in the table; it is compiled when the application starts, HEAD when it is first asked for. */
interface Endpoint {
  readonly placed: PlacedRoute
  compiled(): CompiledRoute
  /** What answers a request to this path that no handler takes, with the policies of this route. */
  readonly asides: Map<Aside, CompiledRoute>
}

/** What happens to a request whose path leads to routes, but by other methods. */
type Aside = 'options' | 'wrongMethod' | 'preflight'

/** What happens to a request whose path leads to no route of the user. */
type Detour = Exclude<RouteFacts['kind'], 'route' | 'preflight'>

/** A run at its beginning, and the route it takes. */
interface Begun {
  readonly compiled: CompiledRoute
  readonly run: Run
}

/** An application that is compiled: it answers exchanges. */
export class Running {
  readonly #options: RunningOptions
  readonly #application: Layer
  readonly #table = new RouteTable<Endpoint>()
  readonly #detours = new Map<Detour, CompiledRoute>()
  readonly #session: Session
  readonly #starts: readonly (() => unknown)[]
  readonly #stops: readonly (() => unknown)[]
  #starting: Promise<void> | undefined = undefined
  #stopping: Promise<void> | undefined = undefined
  /** How many of the starts are done. */
  #begun = 0

  /** @throws {DeclarationError} With every fault of the declaration. */
  constructor(application: Layer, options: RunningOptions) {
    const faults = new Faults()
    const layers = layersOf(application)
    this.#application = application
    this.#options = options
    this.#session = this.#makeSession(layers, faults)

    const placed = collectRoutes(application, faults)
    for (const route of placed) this.#add(route.method, route, faults)
    for (const route of placed) this.#addHead(route)
    // What acts on every path acts also where no route stands: its faults are told now, too.
    this.#compileDetour('missing', faults)
    this.#starts = application.starts.map((start) =>
      'source' in start ? this.#opener(start) : this.#session.invoker(start),
    )
    this.#stops = application.stops.map((stop) => this.#session.invoker(stop))
    for (const provider of layers.flatMap((layer) => [...layer.providers.values()])) {
      if (provider.scope === 'session') this.#session.open(provider)
    }
    checkOverrides(options.overrides, layers, faults)
    faults.throwIfAny()

    this.#session.ready()
    seal(application)
  }

  get #started(): boolean {
    return this.#begun === this.#starts.length
  }

  /** The routes of the application, HEAD and OPTIONS that follow from others left out. */
  get routes(): readonly PlacedRoute[] {
    return collectRoutes(this.#application, new Faults())
  }

  /** Opens what `onStartup` declared, in that order. A failed start may be tried again: it goes on where it failed. */
  startup(): Promise<void> {
    this.#starting ??= this.#start().catch((error) => {
      this.#starting = undefined
      throw error
    })
    return this.#starting
  }

  async #start(): Promise<void> {
    for (const start of this.#starts.slice(this.#begun)) {
      await start()
      this.#begun++
    }
  }

  /** Runs what `onShutdown` declared, then closes the session; what fails is reported. */
  shutdown(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    const { logger } = this.#options.services
    await this.#starting?.catch(() => undefined)
    for (const stop of this.#started ? this.#stops : []) {
      try {
        await stop()
      } catch (error) {
        logger.error('A shutdown handler failed', error)
      }
    }
    await this.#session.close((name, error) =>
      logger.error(`Closing the provider "${name}" failed at shutdown`, error),
    )
  }

  /** Answers one exchange; synchronously, when nothing on the way takes time. */
  answer(exchange: Exchange, limits: TimeLimits<unknown> = singleTimers): Outcome | Promise<Outcome> {
    if (!this.#started) return this.#answerFirst(exchange, limits)
    const { run, compiled } = this.begin(exchange)
    let outcome: Outcome | Promise<Outcome>
    try {
      outcome = compiled.pipeline(run)
    } catch (error) {
      return compiled.fail(run, error)
    }
    return isThenable(outcome) ? this.#inTime(outcome, run, compiled, limits) : outcome
  }

  async #answerFirst(exchange: Exchange, limits: TimeLimits<unknown>): Promise<Outcome> {
    try {
      await this.startup()
    } catch (error) {
      const { run, compiled } = this.begin(exchange)
      return compiled.fail(run, error)
    }
    return this.answer(exchange, limits)
  }

  /** The route that an exchange leads to, and a run at its beginning. */
  begin(exchange: Exchange): Begun {
    const { path, method } = exchange
    if (this.#stopping !== undefined) return this.#beginDetour('stopped', exchange)
    if (path === undefined) return this.#beginDetour('unreadable', exchange)
    const preflight = this.#beginPreflight(exchange, path)
    if (preflight !== undefined) return preflight
    const match = this.#table.find(method, path)
    if (match === undefined) return this.#miss(exchange, path)
    const compiled = match.target.compiled()
    return { compiled, run: compiled.begin(exchange, match.values) }
  }

  /** The compiled route of a method and a path template; `undefined` when there is none. */
  compiledAt(method: string, path: string): CompiledRoute | undefined {
    const endpoint = this.#table.find(method, path)?.target
    return endpoint?.placed.template.text === path ? endpoint.compiled() : undefined
  }

  #miss(exchange: Exchange, path: string): Begun {
    const { method } = exchange
    const isKnown = KNOWN_METHODS.includes(method) || this.#table.methods.includes(method)
    if (!isKnown) return this.#beginDetour('unknownMethod', exchange)
    // The asterisk is for OPTIONS alone (RFC 9112 §3.2.4).
    if (path === '*' && method !== 'OPTIONS') return this.#beginDetour('unreadable', exchange)
    const kind = method === 'OPTIONS' ? 'options' : 'wrongMethod'
    const [other] = this.#allowedAt(path)
    if (other === undefined) return this.#beginDetour('missing', exchange)
    return this.#beginAside(kind, exchange, path, other) ?? this.#beginDetour(kind, exchange)
  }

  // A preflight asks for another method, so it gets that one's policy; without one it is an OPTIONS like any other.
  #beginPreflight(exchange: Exchange, path: string): Begun | undefined {
    const preflight = preflightOf(exchange)
    if (preflight === undefined) return undefined
    const begun = this.#beginAside('preflight', exchange, path, preflight.method)
    return begun?.compiled.facts.cors === undefined ? undefined : begun
  }

  #beginAside(kind: Aside, exchange: Exchange, path: string, method: string): Begun | undefined {
    const match = this.#table.find(method, path)
    if (match === undefined) return undefined
    const { asides, placed } = match.target
    const compiled = asides.get(kind) ?? this.#compileAside(kind, placed)
    asides.set(kind, compiled)
    return { compiled, run: compiled.begin(exchange, match.values) }
  }

  #compileAside(kind: Aside, { chain, template }: PlacedRoute): CompiledRoute {
    const source: RouteSource = {
      kind,
      label: `(${kind}) ${template.text}`,
      method: kind === 'wrongMethod' ? '' : 'OPTIONS',
      // What a route says for itself is not said for its path; but a preflight asks for the route.
      chain: kind === 'preflight' ? chain : chain.slice(0, -1),
      route: undefined,
      parameters: template.names,
      limits: this.#options.limits,
      allowedAt: (at) => this.#allowedAt(at),
    }
    return compileRoute(source, this.#surroundings(new Faults()))
  }

  #allowedAt(path: string): readonly string[] {
    const at = path === '*' ? this.#table.methods : this.#table.methodsAt(path)
    return at.length === 0 ? [] : [...at, 'OPTIONS']
  }

  #beginDetour(kind: Detour, exchange: Exchange): Begun {
    const compiled = this.#detours.get(kind) ?? this.#compileDetour(kind)
    return { compiled, run: compiled.begin(exchange, {}) }
  }

  #compileDetour(kind: Detour, faults = new Faults()): CompiledRoute {
    const method = kind === 'options' ? 'OPTIONS' : ''
    const source: RouteSource = {
      kind,
      label: `(${kind})`,
      method,
      chain: [this.#application],
      route: undefined,
      parameters: [],
      limits: this.#options.limits,
      allowedAt: (path) => this.#allowedAt(path),
    }
    const compiled = compileRoute(source, this.#surroundings(faults))
    this.#detours.set(kind, compiled)
    return compiled
  }

  #add(method: string, placed: PlacedRoute, faults: Faults): void {
    const compiled = this.#compile(method, placed, faults)
    this.#table.add(method, placed.template, { placed, compiled: () => compiled, asides: new Map() })
  }

  // HEAD is GET without the body (RFC 9110 §9.3.2), so it finds no faults that GET did not.
  #addHead(placed: PlacedRoute): void {
    const { template } = placed
    if (placed.method !== 'GET') return
    const own = this.#table.find('HEAD', template.text)?.target.placed.template
    if (own !== undefined && shapeOf(own) === shapeOf(template)) return
    let compiled: CompiledRoute | undefined
    const head: Endpoint = {
      placed,
      asides: new Map(),
      compiled: () => (compiled ??= this.#compile('HEAD', placed, new Faults())),
    }
    this.#table.add('HEAD', template, head)
  }

  #compile(method: string, { template, chain, route }: PlacedRoute, faults: Faults): CompiledRoute {
    const { limits } = this.#options
    const source: RouteSource = {
      kind: 'route',
      label: `${method} ${template.text}`,
      method,
      chain,
      route,
      parameters: template.names,
      limits: { ...limits, content: route.settings.bodyLimit ?? limits.content },
      allowedAt: (path) => this.#allowedAt(path),
    }
    return compileRoute(source, this.#surroundings(faults))
  }

  #surroundings(faults: Faults): RouteSurroundings {
    const { services } = this.#options
    return {
      services,
      session: this.#session,
      faults,
      find: (chain, name) => this.#fixed(name) ?? findProvider(chain, name),
      known: (chain) => ['logger', ...namesIn(chain)],
    }
  }

  #fixed(name: string): FixedProvider | undefined {
    const { overrides, services } = this.#options
    if (overrides.has(name)) return { source: 'fixed', name, value: overrides.get(name) }
    return name === 'logger' ? { source: 'fixed', name, value: services.logger } : undefined
  }

  #makeSession(layers: readonly Layer[], faults: Faults): Session {
    const providers = new Map<string, DeclaredProvider>()
    for (const { providers: own } of layers) {
      for (const provider of own.values()) {
        if (provider.scope !== 'session') continue
        const known = providers.get(provider.name)
        if (known !== undefined && known !== provider) {
          faults.add(
            `${provider.make.label}: another layer has a session value of this name`,
            provider.make.place,
            `the other:    ${formatPlace(known.make.place)}`,
            'the session is one for the whole application: name one of them differently',
          )
        }
        providers.set(provider.name, provider)
      }
    }
    const find = (name: string): DeclaredProvider | FixedProvider | undefined =>
      this.#fixed(name) ?? providers.get(name)
    return new Session({ find, known: () => ['logger', ...providers.keys()], faults })
  }

  #opener(provider: DeclaredProvider): () => unknown {
    const { fill } = this.#session.open(provider)
    return () => fill(this.#session)
  }

  #inTime(
    outcome: Promise<Outcome>,
    run: Run,
    compiled: CompiledRoute,
    limits: TimeLimits<unknown>,
  ): Promise<Outcome> {
    const limit = run.facts.settings.timeout ?? this.#options.handlerTimeout
    return new Promise((resolve) => {
      let late: HttpError | undefined
      const ticket = limits.begin(limit, () => {
        late = new HttpError(503, `The request took longer than ${limit} ms`)
        run.stop?.abort(late)
        run.closeLate = lateCloser(run, late, this.#options.services)
        resolve(compiled.fail(run, late))
      })
      outcome.then(
        (end) => {
          limits.end(ticket)
          if (late === undefined) resolve(end)
          else discard(end, late)
        },
        (error) => {
          limits.end(ticket)
          // Who is told that the time is up often fails of it; the answer is out by then.
          if (late === undefined) resolve(compiled.fail(run, error))
        },
      )
    })
  }
}

/** Ends what belongs to an outcome that came too late to be sent. */
function discard({ body, afterwards }: Outcome, failure: unknown): void {
  if (isStream(body)) body.cancel(failure).catch(() => undefined)
  void afterwards?.(failure)
}

function layersOf(layer: Layer): readonly Layer[] {
  const found = new Set<Layer>()
  function walk(next: Layer): void {
    if (found.has(next)) return
    found.add(next)
    for (const route of next.routes) found.add(route.layer)
    for (const { layer: inner } of next.mounted) walk(inner)
  }
  walk(layer)
  return [...found]
}

function namesIn(chain: Chain): readonly string[] {
  return chain.flatMap(({ providers }) => [...providers.keys()])
}

function checkOverrides(
  overrides: ReadonlyMap<string, unknown>,
  layers: readonly Layer[],
  faults: Faults,
): void {
  const known = new Set(['logger', ...namesIn(layers), ...nativeNames])
  for (const name of overrides.keys()) {
    if (known.has(name)) continue
    faults.add(`with({ ${name} }): nothing provides "${name}"`, undefined, ...didYouMean(name, known))
  }
}
