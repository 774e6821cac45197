import type { AcceptedContent, Callback, RouteFacts, Run } from '../decisions/run.ts'
import { type Chain, innermost, type RouteDeclaration } from '../declaration/layer.ts'
import type { Faults } from '../injection/faults.ts'
import type { SessionValues } from '../injection/filling.ts'
import { asker } from '../injection/injectable.ts'
import { Plan } from '../injection/plan.ts'
import type { Provider } from '../injection/provider.ts'
import type { Offer } from '../representation/negotiation.ts'
import type { TaskQueue } from '../tasks/task-queue.ts'
import { checkBypass } from './bypass.ts'
import { NO_PARSERS, needsWhole, readersIn, typesOf } from './content-needs.ts'
import { decisionsOf } from './deciding.ts'
import { type ErrorHandler, errorHandlersOf } from './error-handlers.ts'
import type { IdSources } from './error-ids.ts'
import { defaultsSource } from './finish.ts'
import { locating } from './locating.ts'
import { findNative, nativeNames, pathNative } from './natives.ts'
import { watchOf } from './observing.ts'
import { offersOf } from './offers.ts'
import { parsersOf } from './parsers.ts'
import { type FieldSource, policiesOf } from './policies.ts'
import type { InMaking } from './response-store.ts'
import { checking } from './returning.ts'
import type { Services } from './services.ts'
import type { RouteSource } from './source.ts'
import { type RouteStoring, storingOf } from './storing.ts'

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

/** The functions around a route, with what they ask for found. */
export interface PlannedRoute {
  readonly plan: Plan<Run>
  readonly enact: Callback
  readonly validate: Callback | undefined
  readonly offers: readonly Offer<Run>[]
  readonly deciding: Pick<RouteFacts, 'callback' | 'declared'>
  readonly accepts: AcceptedContent
  readonly storing: RouteStoring
  /** What gives fields for every response. */
  readonly sources: readonly FieldSource[]
  readonly ids: IdSources
  readonly handlers: readonly (readonly ErrorHandler[])[]
}

/** Finds what the functions around a route ask for. All faults of a route come up here. */
export function planRoute(source: RouteSource, surroundings: RouteSurroundings): PlannedRoute {
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
  const ids = {
    requestId: idOf('requestId', chain, plan),
    traceId: idOf('traceId', chain, plan),
    areOwn: ID_NAMES.every((name) => !paths.has(name) && surroundings.find(chain, name) === undefined),
  }
  stage = 'exception'
  const handlers = errorHandlersOf(chain, plan)
  stage = undefined
  // Where only these read the content, its type is no reason to refuse the request.
  const parsers = asked ?? (plan.reaches('parsedBody') ? parsersOf(chain, plan, faults) : NO_PARSERS)
  const accepts: AcceptedContent = {
    reads: readers.length > 0,
    types: typesOf(readers, asked ?? NO_PARSERS),
    // Renderers and error handlers may read, too, what the handler has read as a stream.
    buffered: needsWhole(readersIn(plan)),
    parsers,
  }
  return { plan, enact, validate, offers, deciding, accepts, storing, sources, ids, handlers }
}

function enacting({ handler, returns }: RouteDeclaration, plan: Plan<Run>): Callback {
  const enact = plan.invoker(handler, 'handler')
  return returns === undefined ? enact : checking(enact, returns)
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
  return plan.reader(name, own ?? ASKERS[name])
}

const ASKERS = { requestId: asker('requestId'), traceId: asker('traceId') }
const ID_NAMES = ['requestId', 'traceId']
