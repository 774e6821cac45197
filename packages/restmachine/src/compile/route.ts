import type { QuestionMaker } from '../decisions/asking.ts'
import { type DecisionName, graph, START } from '../decisions/graph.ts'
import { questions } from '../decisions/questions.ts'
import { type AcceptedContent, type Callback, type RouteFacts, Run } from '../decisions/run.ts'
import { type Chain, innermost } from '../declaration/layer.ts'
import type { Exchange } from '../http/exchange.ts'
import { parseMediaType } from '../http/media-type.ts'
import type { Outcome } from '../http/outcome.ts'
import type { Faults } from '../injection/faults.ts'
import type { SessionValues } from '../injection/filling.ts'
import { type Injectable, readInjectable } from '../injection/injectable.ts'
import { Plan } from '../injection/plan.ts'
import type { Provider } from '../injection/provider.ts'
import { EMPTY } from '../injection/slots.ts'
import { isThenable } from '../injection/thenable.ts'
import { contentReaders } from '../representation/content.ts'
import { type Answering, endingsOf } from './answering.ts'
import { compile, type Pipeline } from './compile.ts'
import { decisionsOf } from './deciding.ts'
import { type ErrorHandler, failer } from './failing.ts'
import { defaultsSource, type Finish, finisher } from './finish.ts'
import { findNative, nativeNames, pathNative } from './natives.ts'
import { offersOf, tagSuffixesAt } from './offers.ts'
import { policiesOf } from './policies.ts'
import { writeResult } from './ranging.ts'
import type { Services } from './services.ts'
import type { RouteSource } from './source.ts'

/** What all routes of an application share. */
export interface RouteSurroundings {
  readonly services: Services
  readonly session: SessionValues
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
  readonly pipeline: Pipeline<Run, Outcome>
  /** Ends a run because something threw. */
  readonly fail: (run: Run, error: unknown) => Outcome | Promise<Outcome>
}

/** Turns one route into closures: what its declaration settles costs a request nothing. */
export function compileRoute(source: RouteSource, surroundings: RouteSurroundings): CompiledRoute {
  const { chain, route, parameters } = source
  const { services, faults } = surroundings
  let stage: 'result' | 'exception' | undefined
  const paths = new Map(parameters.map((name) => [name, pathNative(name)]))

  const plan = new Plan<Run>({
    find: (name) => paths.get(name) ?? surroundings.find(chain, name) ?? findNative(name, stage),
    known: () => [...parameters, ...surroundings.known(chain), ...nativeNames],
    session: surroundings.session,
    faults,
  })

  const enact = route === undefined ? () => undefined : plan.invoker(route.handler)
  // Renderers first: a decision acts where its value is used, and they may be who uses it.
  stage = 'result'
  const offers = offersOf(chain, plan, faults)
  stage = undefined
  const deciding = decisionsOf(source, plan, faults)
  const readers = readersIn(plan)
  const parsers = plan.reaches('parsedBody') ? parsersOf(chain, plan, faults) : new Map<string, Callback>()
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

  const facts: RouteFacts = {
    kind: source.kind,
    label: source.label,
    method: source.method,
    settings: route?.settings ?? NO_SETTINGS,
    limits: source.limits,
    // A bypassed route negotiates nothing: it writes JSON.
    offers: route?.settings.bypassStateMachine === true ? [] : offers,
    tagSuffixes: route === undefined ? [] : tagSuffixesAt(chain, route),
    accepts: {
      reads: readers.length > 0,
      types: typesOf(readers, parsers),
      // Renderers and error handlers may read, too, what the handler has read as a stream.
      buffered: needsWhole(readersIn(plan)),
      parsers,
    },
    callback: deciding,
    validate,
    enact,
    write: writeResult,
    allowedAt: source.allowedAt,
    languages: innermost(chain, (layer) => layer.languages) ?? [],
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
  finish.current = finisher({ services, sources, fail: failing.fail })

  const answers = new Map<DecisionName, ReturnType<QuestionMaker>>()
  function answer(name: DecisionName): ReturnType<QuestionMaker> {
    const known = answers.get(name)
    if (known !== undefined) return known
    const made = questions[name](facts)
    answers.set(name, made)
    return made
  }

  const answering: Answering = { facts, finish: finish.current, refuse: failing.refuse }
  const course = { graph, answer, finish: endingsOf(answering) }
  const pipeline = facts.settings.bypassStateMachine ? bypass(answering) : compile(course, START)
  const { template } = plan
  const RouteContext = plan.contextClass()

  return {
    facts,
    answer,
    pipeline,
    fail: failing.fail,
    begin(exchange, pathValues) {
      const values = template.slice()
      return new Run(exchange, facts, pathValues, values, new RouteContext(values))
    },
  }
}

/** Router, injection, handler, JSON: no question asked. */
function bypass(answering: Answering): Pipeline<Run, Outcome> {
  const answer = endingsOf(answering)('given')
  const { enact } = answering.facts
  return (run) => {
    const result = enact(run)
    if (isThenable(result)) {
      return Promise.resolve(result).then((later) => {
        run.result = later
        return answer(run)
      })
    }
    run.result = result
    return answer(run)
  }
}

const NO_SETTINGS: RouteFacts['settings'] = {
  bypassStateMachine: false,
  skipContentNegotiation: false,
  skipAuthCheck: false,
  allowMissingPost: false,
  allowMissingPut: false,
  timeout: undefined,
  bodyLimit: undefined,
}

/** The readers of content that a plan reaches. */
function readersIn(plan: Plan<Run>): readonly string[] {
  return Object.keys(contentReaders).filter((name) => plan.reaches(name))
}

function typesOf(
  readers: readonly string[],
  parsers: ReadonlyMap<string, Callback>,
): AcceptedContent['types'] {
  const types = readers.flatMap((name) => contentReaders[name] ?? [])
  return types.includes('any') ? 'any' : [...new Set([...types, ...parsers.keys()])]
}

function needsWhole(readers: readonly string[]): boolean {
  return readers.length > 1 || readers.some((name) => name !== 'body' && name !== 'multipartBody')
}

function parsersOf(chain: Chain, plan: Plan<Run>, faults: Faults): ReadonlyMap<string, Callback> {
  const parsers = new Map<string, Callback>()
  for (const [type, parse] of chain.flatMap((layer) => [...layer.parsers])) {
    const mediaType = parseMediaType(type)
    if (mediaType !== undefined) parsers.set(mediaType.essence, plan.invoker(parse))
    else
      faults.add(
        `${parse.label}: "${type}" is no media type`,
        parse.place,
        'write type and subtype, such as "text/csv"',
      )
  }
  return parsers
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

function errorHandlersOf(chain: Chain, plan: Plan<Run>): ErrorHandler[][] {
  return chain.toReversed().map((layer) =>
    layer.errorHandlers.map(({ statuses, type, handle }) => ({
      statuses,
      type: type === undefined ? undefined : parseMediaType(type),
      handle: plan.invoker(handle),
    })),
  )
}
