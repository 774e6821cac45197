import type { Cache } from '../cache/cache.ts'
import type { RouteSurroundings } from '../compile/planning.ts'
import type { InMaking } from '../compile/response-store.ts'
import type { CompiledRoute } from '../compile/route.ts'
import type { Services } from '../compile/services.ts'
import type { Tracing } from '../compile/tracing.ts'
import { answerTraced } from '../compile/tracing-answers.ts'
import type { ReadTag, RequestLimits, Run } from '../decisions/run.ts'
import { type Chain, findProvider, type Layer } from '../declaration/layer.ts'
import type { Exchange } from '../http/exchange.ts'
import { HttpError } from '../http/http-error.ts'
import { isStream, type Outcome } from '../http/outcome.ts'
import { singleTimers, type TimeLimits } from '../http/time-limit.ts'
import { Faults } from '../injection/faults.ts'
import type { DeclaredProvider, FixedProvider } from '../injection/provider.ts'
import { Session } from '../injection/session.ts'
import { isPromise } from '../injection/thenable.ts'
import { TaskQueue, type TaskSettings } from '../tasks/task-queue.ts'
import { collectRoutes, type PlacedRoute, seal, serviceNames } from './collect.ts'
import { CompiledRoutes } from './compiled-routes.ts'
import { LIFE, type Life } from './health.ts'
import { checkOverrides, layersOf, namesIn, sessionProviders } from './session-values.ts'
import { type Begun, readTag } from './tag-of-read.ts'
import { createTurns } from './turns.ts'

/** What an application is compiled with. */
export interface RunningOptions {
  readonly services: Services
  readonly limits: RequestLimits
  /** Milliseconds a request may take. */
  readonly handlerTimeout: number
  readonly tasks: TaskSettings
  /** Makes the cache of an application that provides none. */
  readonly createCache: () => Cache
  /** Values in place of whatever provides their names. */
  readonly overrides: ReadonlyMap<string, unknown>
  /** What stands around the application: what it is served with, where its code says nothing. */
  readonly around: Chain
}

/** An application that is compiled: it answers exchanges. */
export class Running {
  readonly #options: RunningOptions
  readonly #application: Layer
  readonly #routes: CompiledRoutes
  readonly #session: Session
  readonly tasks: TaskQueue
  readonly #life: Life = { isDraining: false }
  readonly #inMaking: InMaking | undefined
  readonly #takeTurn = createTurns()
  readonly #tracing: Tracing | undefined
  /** Made when somebody asks for it first. */
  #cache: Cache | undefined = undefined
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
    this.#tracing = options.services.observing?.tracing
    this.tasks = new TaskQueue(options.tasks, (message, details) =>
      options.services.logger.error(message, details),
    )
    const stores = layers.some(({ cacheResponse }) => cacheResponse?.store !== undefined)
    this.#inMaking = stores ? new Map() : undefined
    const providers = sessionProviders(layers, faults)
    this.#session = new Session({
      find: (name) => this.#override(name) ?? providers.get(name) ?? this.#service(name),
      known: () => [...serviceNames, ...providers.keys()],
      faults,
    })

    this.#routes = new CompiledRoutes(
      {
        application,
        around: options.around,
        limits: options.limits,
        surroundings: (found) => this.#surroundings(found),
        tagAt: (run) => this.#tagAt(run),
      },
      faults,
    )
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

  /** Notes that no more connections are taken: who asks whether requests are welcome hears no. */
  drain(): void {
    this.#life.isDraining = true
  }

  /** Waits for background tasks, runs what `onShutdown` declared, closes the session; what fails is reported. */
  shutdown(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    const { logger } = this.#options.services
    await this.#starting?.catch(() => undefined)
    await this.tasks.close()
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
    await this.#cache?.close()
  }

  /** Answers one exchange; synchronously, when nothing on the way takes time. */
  answer(exchange: Exchange, limits: TimeLimits<unknown> = singleTimers): Outcome | Promise<Outcome> {
    if (!this.#started) return this.#answerFirst(exchange, limits)
    const begun = this.begin(exchange)
    return this.#tracing === undefined
      ? this.#answer(begun, limits)
      : this.#follow(this.#tracing, begun, limits, (within) => this.#answer(begun, within))
  }

  #follow(
    tracing: Tracing,
    { run }: Begun,
    limits: TimeLimits<unknown>,
    answer: (limits: TimeLimits<unknown>) => Outcome | Promise<Outcome>,
  ): Outcome | Promise<Outcome> {
    return answerTraced({ tracing, run, limits, logger: this.#options.services.logger }, answer)
  }

  #answer({ run, compiled }: Begun, limits: TimeLimits<unknown>): Outcome | Promise<Outcome> {
    let outcome: Outcome | Promise<Outcome>
    try {
      outcome = compiled.pipeline(run)
    } catch (error) {
      return compiled.fail(run, error)
    }
    return isPromise(outcome) ? this.#inTime(outcome, run, compiled, limits) : outcome
  }

  async #answerFirst(exchange: Exchange, limits: TimeLimits<unknown>): Promise<Outcome> {
    try {
      await this.startup()
    } catch (error) {
      const begun = this.begin(exchange)
      const fail = (): Outcome | Promise<Outcome> => begun.compiled.fail(begun.run, error)
      return this.#tracing === undefined ? fail() : this.#follow(this.#tracing, begun, limits, fail)
    }
    return this.answer(exchange, limits)
  }

  /** The route that an exchange leads to, and a run at its beginning. */
  begin(exchange: Exchange): Begun {
    return this.#stopping === undefined
      ? this.#routes.begin(exchange)
      : this.#routes.beginDetour('stopped', exchange)
  }

  /** The compiled route of a method and a path template; `undefined` when there is none. */
  compiledAt(method: string, path: string): CompiledRoute | undefined {
    return this.#routes.compiledAt(method, path)
  }

  // Two writes that both compare before either takes effect would undo each other unseen: they take turns.
  async #tagAt(run: Run): Promise<ReadTag> {
    const { exchange, facts, signal } = run
    // Who sends slowly makes nobody else wait.
    if (facts.accepts.buffered && exchange.content.announced)
      await exchange.content.bytes(facts.limits.content)
    run.endTurn = await this.#takeTurn(exchange.path ?? '')
    // Who has been told that the time is up, or has left, is not to write after all.
    signal.throwIfAborted()
    return readTag(run, {
      begin: (exchange) => withSpanOf(run, this.begin(exchange)),
      answer: (begun) => this.#answer(begun, singleTimers),
      logger: this.#options.services.logger,
    })
  }

  #surroundings(faults: Faults): RouteSurroundings {
    const { services } = this.#options
    return {
      services,
      session: this.#session,
      tasks: this.tasks,
      inMaking: this.#inMaking,
      faults,
      find: (chain, name) => this.#override(name) ?? findProvider(chain, name) ?? this.#service(name),
      known: (chain) => [...serviceNames, ...namesIn(chain)],
    }
  }

  #override(name: string): FixedProvider | undefined {
    const { overrides } = this.#options
    return overrides.has(name) ? { source: 'fixed', name, value: overrides.get(name) } : undefined
  }

  #service(name: string): FixedProvider | undefined {
    if (name === LIFE) return { source: 'fixed', name, value: this.#life }
    if (name === 'logger') return { source: 'fixed', name, value: this.#options.services.logger }
    return name === 'cache' ? { source: 'fixed', name, value: this.#ownCache } : undefined
  }

  get #ownCache(): Cache {
    this.#cache ??= this.#options.createCache()
    return this.#cache
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
      let ticket = limits.begin(limit, () => {
        late = new HttpError(503, `The request took longer than ${limit} ms`)
        run.isLate = true
        run.stop?.abort(late)
        resolve(compiled.fail(run, late))
        // What never comes to its end is not to keep others waiting for ever.
        if (run.endTurn !== undefined) ticket = limits.begin(limit, run.endTurn)
      })
      outcome.then(
        (end) => {
          limits.end(ticket)
          run.endTurn?.()
          if (late === undefined) resolve(end)
          else discard(end, late)
        },
        (error) => {
          limits.end(ticket)
          run.endTurn?.()
          // Who is told that the time is up often fails of it; the answer is out by then.
          if (late === undefined) resolve(compiled.fail(run, error))
        },
      )
    })
  }
}

/** A request that is a part of another one is of the same part of its trace. */
function withSpanOf({ timings }: Run, begun: Begun): Begun {
  if (begun.run.timings !== undefined) begun.run.timings.span = timings?.span
  return begun
}

/** Ends what belongs to an outcome that came too late to be sent. */
function discard({ body, afterwards }: Outcome, failure: unknown): void {
  if (isStream(body)) body.cancel(failure).catch(() => undefined)
  void afterwards?.(failure)
}
