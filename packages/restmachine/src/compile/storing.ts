import { hasRanges, isSafe } from '../decisions/methods.ts'
import type { Callback, Run } from '../decisions/run.ts'
import { actingDecisions, innermost } from '../declaration/layer.ts'
import type { Faults } from '../injection/faults.ts'
import { readInjectable } from '../injection/injectable.ts'
import type { Plan } from '../injection/plan.ts'
import type { CacheResponse } from '../policies/cache-response.ts'
import type { Finish } from './finish.ts'
import { type InMaking, type ResponseStore, responseStore } from './response-store.ts'
import type { Logger } from './services.ts'
import type { RouteSource } from './source.ts'
import { voiding } from './voiding.ts'

/** What all routes of an application share for this. */
export interface StoringNeeds {
  /** `undefined` where no route of the application stores: then none has anything to void. */
  readonly inMaking: InMaking | undefined
  readonly logger: Logger
  readonly faults: Faults
}

/** What a route has to do with the answers that the server keeps. */
export interface RouteStoring {
  /** `undefined` where it keeps none. */
  readonly recall: ResponseStore['recall'] | undefined
  readonly keeping: (finish: Finish) => Finish
}

const GUARDS = ['authorized', 'forbidden'] as const

/** Values that clients choose by a field that no key has by itself. */
const READ_FROM = { cookies: 'cookie', preferences: 'prefer', lastEventId: 'last-event-id' } as const

/**
 * Settles whether a route keeps answers, or voids those of others.
 *
 * @param plan Reaches what the handler and the renderers use, and no more yet: what guards, policies and error
 *   handlers ask for does not become part of an answer.
 */
export function storingOf(source: RouteSource, plan: Plan<Run>, needs: StoringNeeds): RouteStoring {
  const { kind, method, chain } = source
  const { inMaking, logger, faults } = needs
  const nothing: RouteStoring = { recall: undefined, keeping: (finish) => finish }
  if (kind !== 'route' || inMaking === undefined) return nothing
  if (!isSafe(method)) {
    const cache = cacheOf(plan)
    return { ...nothing, keeping: (finish) => voiding(finish, { cache, inMaking, logger }) }
  }
  const policy = innermost(chain, (layer) => layer.cacheResponse)
  if (policy?.store === undefined || !hasRanges(method)) return nothing
  if (source.route?.settings.bypassStateMachine === true) {
    addFault(source, faults, 'bypassStateMachine asks no store', 'leave one of the two out')
    return nothing
  }
  checkEverybodys(source, plan, policy, faults)
  return responseStore({ policy, method, cache: cacheOf(plan), inMaking, logger })
}

// A stored answer goes to whoever asks for it next.
function checkEverybodys(source: RouteSource, plan: Plan<Run>, policy: CacheResponse, faults: Faults): void {
  const { chain, route } = source
  const guards = GUARDS.filter((name) => name !== 'authorized' || route?.settings.skipAuthCheck !== true)
  const acting = guards.flatMap((name) => actingDecisions(chain, name, true, () => true))
  const [guard] = acting
  if (guard !== undefined && !policy.public) {
    const mend = 'say public: true, if everybody it lets in gets the same, or leave store out'
    addFault(source, faults, `cacheResponse stores what ${guard.callback} guards`, mend)
  }

  const own = acting.flatMap(({ name }) => name ?? [])
  for (const name of new Set([...own, ...(policy.public ? ['credentials'] : [])])) {
    if (!plan.reaches(name)) continue
    const mend = `keep what it costs with cache.wrap(), by a key that has "${name}" in it, and leave store out`
    addFault(source, faults, `cacheResponse stores for everybody what depends on "${name}"`, mend)
  }
  for (const [name, field] of Object.entries(READ_FROM)) {
    if (!plan.reaches(name) || policy.vary.includes(field)) continue
    const mend = `say vary: ['${field}'], if the answer depends on it, or leave store out`
    addFault(source, faults, `cacheResponse stores what depends on ${name}`, mend)
  }
  if (plan.reaches('cspNonce')) {
    const mend = 'let the policy allow scripts by hash, or leave store out'
    addFault(source, faults, 'cacheResponse stores a nonce, which is for one answer', mend)
  }
}

function addFault({ label, route }: RouteSource, faults: Faults, message: string, mend: string): void {
  faults.add(`${label}: ${message}`, route?.handler.place, mend)
}

function cacheOf(plan: Plan<Run>): Callback {
  return plan.reader(
    'cache',
    readInjectable(() => undefined, 'cacheResponse', undefined),
  )
}
