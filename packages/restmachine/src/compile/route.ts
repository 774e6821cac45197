import type { QuestionMaker } from '../decisions/asking.ts'
import type { Ending } from '../decisions/define-graph.ts'
import { either, MessageGate } from '../decisions/gates.ts'
import { type DecisionName, graph, START } from '../decisions/graph.ts'
import { questions } from '../decisions/questions.ts'
import { type RouteFacts, Run } from '../decisions/run.ts'
import { innermost, PLAIN_SETTINGS } from '../declaration/layer.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Outcome } from '../http/outcome.ts'
import { EMPTY } from '../injection/slots.ts'
import { Timings } from '../injection/timing.ts'
import { type Answering, endingsOf } from './answering.ts'
import { bypass } from './bypass.ts'
import { codingHand } from './coding.ts'
import { compile, type Pipeline } from './compile.ts'
import { digestHand } from './digesting.ts'
import { failer } from './failing.ts'
import { type Finish, finisher } from './finish.ts'
import { tagSuffixesAt } from './offers.ts'
import { planRoute, type RouteSurroundings } from './planning.ts'
import { writeResult } from './ranging.ts'
import type { RouteSource } from './source.ts'
import { dropTasks, startingTasks } from './task-start.ts'
import { timingHand } from './timing.ts'

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
  const { chain, route } = source
  const { services } = surroundings
  const { observing } = services
  const planned = planRoute(source, surroundings)
  const { plan, ids, storing } = planned

  const facts: RouteFacts = {
    kind: source.kind,
    label: source.label,
    method: source.method,
    settings: route?.settings ?? PLAIN_SETTINGS,
    limits: source.limits,
    usual: new MessageGate(source.limits),
    // A bypassed route negotiates nothing: it writes JSON.
    offers: route?.settings.bypassStateMachine === true ? [] : planned.offers,
    tagSuffixes: once(() => (route === undefined ? [] : tagSuffixesAt(chain, route))),
    accepts: planned.accepts,
    ...planned.deciding,
    place: route?.handler.place,
    validate: planned.validate,
    enact: planned.enact,
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
    handlers: planned.handlers,
    ...ids,
    forgetException(run) {
      if (exception !== undefined) run.values[exception] = EMPTY
    },
    finish: () => finish.current as Finish,
  })
  const taskSlot = plan.reaches('backgroundTasks') ? plan.slotOf('backgroundTasks') : undefined
  const timing = observing === undefined ? undefined : timingHand(observing, services.logger, ids.requestId)
  const lastHands = [codingHand(facts), digestHand(facts), timing].filter((hand) => hand !== undefined)
  const ending = finisher({ services, sources: planned.sources, lastHands, fail: failing.failReported })
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

const NO_CHARSETS: RouteFacts['charsets'] = { list: [], strict: false }
