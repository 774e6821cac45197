import type { QuestionMaker } from '../decisions/asking.ts'
import type { Ending } from '../decisions/define-graph.ts'
import { either, MessageGate } from '../decisions/gates.ts'
import { type DecisionName, graph, START } from '../decisions/graph.ts'
import { questions } from '../decisions/questions.ts'
import { type Callback, type RouteFacts, Run } from '../decisions/run.ts'
import { type Chain, innermost, type RouteDeclaration } from '../declaration/layer.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Outcome } from '../http/outcome.ts'
import type { Faults } from '../injection/faults.ts'
import type { SessionValues } from '../injection/filling.ts'
import { type Injectable, readInjectable } from '../injection/injectable.ts'
import { Plan } from '../injection/plan.ts'
import type { Provider } from '../injection/provider.ts'
import { EMPTY } from '../injection/slots.ts'
import { Timings } from '../injection/timing.ts'
import type { TaskQueue } from '../tasks/task-queue.ts'
import { type Answering, endingsOf } from './answering.ts'
import { bypass, checkBypass } from './bypass.ts'
import { codingHand } from './coding.ts'
import { compile, type Pipeline } from './compile.ts'
import { NO_PARSERS, needsWhole, readersIn, typesOf } from './content-needs.ts'
import { decisionsOf } from './deciding.ts'
import { digestHand } from './digesting.ts'
import { errorHandlersOf } from './error-handlers.ts'
import { failer } from './failing.ts'
import { defaultsSource, type Finish, finisher } from './finish.ts'
import { locating } from './locating.ts'
import { findNative, nativeNames, pathNative } from './natives.ts'
import { watchOf } from './observing.ts'
import { offersOf, tagSuffixesAt } from './offers.ts'
import { parsersOf } from './parsers.ts'
import { policiesOf } from './policies.ts'
import { writeResult } from './ranging.ts'
import type { InMaking } from './response-store.ts'
import { checking } from './returning.ts'
import type { Services } from './services.ts'
import type { RouteSource } from './source.ts'
import { storingOf } from './storing.ts'
import { dropTasks, startingTasks } from './task-start.ts'
import { timingHand } from './timing.ts'

/** What all routes of an application share. */
export interface RouteSurroundings {
  readonly services: Services
  readonly session: SessionValues
  readonly tasks: TaskQueue
  /** The answers to keep that are being made; `undefined` where no route keeps any. */
  readonly inMaking: InMaking | undefined
  readonly faults: Faults
  /** What provides a name for a route within `chain`, before the framework's own values. */
  readonly find: (chain: Chain, name: string) => Provider<Run> | undefined
  readonly known: (chain: Chain) => Iterable<string>
}

/** One route, ready to answer. */
export interface CompiledRoute {
  readonly facts: RouteFacts
  /** The question of each row, or its answer when the declaration settles it. */
  readonly answer: (name: DecisionName) => ReturnType<QuestionMaker>
  begin(exchange: Exchange, values: Readonly<Record<string, string>>): Run
  pipeline: Pipeline<Run, Outcome>
  /** What happens at an end of the graph. */
  readonly end: (ending: Ending) => Pipeline<Run, Outcome>
  /** Ends a run because something threw. */
  readonly fail: (run: Run, error: unknown) => Outcome | Promise<Outcome>
  /** Gives up the background tasks of a run that has no outcome. */
  readonly dropTasks: (run: Run) => void
}

/** Turns one route into closures: what its declaration settles costs a request nothing. */
export function compileRoute(source: RouteSource, surroundings: RouteSurroundings): CompiledRoute {
  const { chain, route, parameters } = source
  const { services, faults } = surroundings
  const { observing } = services
  let stage: 'result' | 'exception' | undefined
  const paths = new Map(parameters.map((name) => [name, pathNative(name)]))
  const natives = {
    tasks: surroundings.tasks,
    requestId: (run: Run): unknown => ids.requestId(run),
    traceId: (run: Run): unknown => ids.traceId(run),
  }

  const plan = new Plan<Run>({
    find: (name) =>
      paths.get(name) ??
      locating(surroundings.find(chain, name), parameters) ??
      findNative(name, stage, natives),
    known: () => [...parameters, ...surroundings.known(chain), ...nativeNames],
    session: surroundings.session,
    faults,
    watch: observing && watchOf(observing),
  })

  const enact = route === undefined ? () => undefined : enacting(route, plan)
  // Renderers first: a decision acts where its value is used, and they may be who uses it.
  stage = 'result'
  const offers = offersOf(chain, plan, faults)
  stage = undefined
  const storing = storingOf(source, plan, { ...surroundings, logger: services.logger })
  checkBypass(source, plan, faults)
  let deciding = decisionsOf(source, plan, faults)
  const readers = readersIn(plan)
  const asked = plan.reaches('parsedBody') ? parsersOf(chain, plan, faults) : undefined
  // A parser may be who uses the value of a decision.
  if (asked !== undefined) deciding = decisionsOf(source, plan, faults)
  const validate = validationsOf(source, plan)
  const defaultHeaders = innermost(chain, (layer) =>
    layer.defaultHeaders.length > 0 ? layer.defaultHeaders : undefined,
  )
  const sources = [
    ...policiesOf(chain, plan, source.kind),
    ...(defaultHeaders ?? []).map((give) => defaultsSource(plan.invoker(give))),
  ]
  const ids = { requestId: idOf('requestId', chain, plan), traceId: idOf('traceId', chain, plan) }
  stage = 'exception'
  const handlers = errorHandlersOf(chain, plan)
  stage = undefined
  // Where only these read the content, its type is no reason to refuse the request.
  const parsers = asked ?? (plan.reaches('parsedBody') ? parsersOf(chain, plan, faults) : NO_PARSERS)

  const facts: RouteFacts = {
    kind: source.kind,
    label: source.label,
    method: source.method,
    settings: route?.settings ?? NO_SETTINGS,
    limits: source.limits,
    usual: new MessageGate(source.limits),
    // A bypassed route negotiates nothing: it writes JSON.
    offers: route?.settings.bypassStateMachine === true ? [] : offers,
    tagSuffixes: once(() => (route === undefined ? [] : tagSuffixesAt(chain, route))),
    accepts: {
      reads: readers.length > 0,
      types: typesOf(readers, asked ?? NO_PARSERS),
      // Renderers and error handlers may read, too, what the handler has read as a stream.
      buffered: needsWhole(readersIn(plan)),
      parsers,
    },
    ...deciding,
    place: route?.handler.place,
    validate,
    enact,
    write: writeResult,
    allowedAt: source.allowedAt,
    typesAt: source.typesAt,
    tagAt: source.tagAt,
    languages: innermost(chain, (layer) => layer.languages) ?? [],
    charsets: innermost(chain, (layer) => layer.charsets) ?? NO_CHARSETS,
    compression: innermost(chain, (layer) => layer.compression) || undefined,
    digests: innermost(chain, (layer) => layer.digests) ?? [],
    serves: services.serves,
    recall: storing.recall,
    cors: innermost(chain, (layer) => layer.cors),
  }

  const finish: { current: Finish | undefined } = { current: undefined }
  const exception = plan.reaches('exception') ? plan.slotOf('exception') : undefined
  const failing = failer({
    services,
    handlers,
    ...ids,
    forgetException(run) {
      if (exception !== undefined) run.values[exception] = EMPTY
    },
    finish: () => finish.current as Finish,
  })
  const taskSlot = plan.reaches('backgroundTasks') ? plan.slotOf('backgroundTasks') : undefined
  const timing = observing === undefined ? undefined : timingHand(observing, services.logger, ids.requestId)
  const lastHands = [codingHand(facts), digestHand(facts), timing].filter((hand) => hand !== undefined)
  const ending = finisher({ services, sources, lastHands, fail: failing.failReported })
  const kept = storing.keeping(ending)
  finish.current = taskSlot === undefined ? kept : startingTasks(kept, taskSlot)

  const answers = new Map<DecisionName, ReturnType<QuestionMaker>>()
  function answer(name: DecisionName): ReturnType<QuestionMaker> {
    const known = answers.get(name)
    if (known !== undefined) return known
    const made = questions[name](facts)
    answers.set(name, made)
    return made
  }

  const answering: Answering = { facts, finish: finish.current, refuse: failing.refuse }
  const { template } = plan
  const contextOf = plan.contextMaker()

  function begin(exchange: Exchange, pathValues: Readonly<Record<string, string>>): Run {
    return new Run(exchange, facts, pathValues, template.slice(), contextOf)
  }

  function beginTimed(exchange: Exchange, pathValues: Readonly<Record<string, string>>): Run {
    const run = begin(exchange, pathValues)
    run.timings = new Timings()
    return run
  }

  return {
    facts,
    answer,
    // The way through the graph is made when somebody goes it: it holds no faults, and most of what a route weighs.
    pipeline(run) {
      const course = { graph, answer, either, finish: endingsOf(answering) }
      this.pipeline = facts.settings.bypassStateMachine ? bypass(answering) : compile(course, START)
      return this.pipeline(run)
    },
    end: (ending) => endingsOf(answering)(ending),
    fail: failing.fail,
    dropTasks: (run) => dropTasks(run, taskSlot),
    begin: observing === undefined ? begin : beginTimed,
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => (made ??= { value: make() }).value
}

function enacting({ handler, returns }: RouteDeclaration, plan: Plan<Run>): Callback {
  const enact = plan.invoker(handler, 'handler')
  return returns === undefined ? enact : checking(enact, returns)
}

const NO_CHARSETS: RouteFacts['charsets'] = { list: [], strict: false }

const NO_SETTINGS: RouteFacts['settings'] = {
  bypassStateMachine: false,
  skipContentNegotiation: false,
  skipAuthCheck: false,
  allowMissingPost: false,
  allowMissingPut: false,
  timeout: undefined,
  bodyLimit: undefined,
}

/** What fills the validated values a route uses; a fault in them is found before the handler runs. */
function validationsOf({ chain, route }: RouteSource, plan: Plan<Run>): Callback | undefined {
  const names = new Set<string>()
  for (const layer of chain) {
    for (const [name, { refine }] of layer.providers)
      if (refine !== undefined && plan.reaches(name)) names.add(name)
  }
  if (names.size === 0 || route === undefined) return undefined
  const needs = [...names].map((name) => ({ name, optional: false }))
  const { label, place } = route.handler
  return plan.filler({ run: () => true, needs, kind: 'function', label, place, refused: undefined })
}

function idOf(name: 'requestId' | 'traceId', chain: Chain, plan: Plan<Run>): Callback {
  const own = innermost(chain, (layer) => layer[name])
  const asker: Injectable = own ?? readInjectable(() => undefined, name, undefined)
  return plan.reader(name, asker)
}
