import type { Logger } from '../compile/services.ts'
import type { Layer } from '../declaration/layer.ts'
import { inject, readInjectable } from '../injection/injectable.ts'
import type { AnyFunction } from '../injection/parameters.ts'
import type { Place } from '../injection/place.ts'
import { respond } from '../representation/answer.ts'
import { type Duration, parseDuration } from '../text/duration.ts'
import { checkOpen, declareRoute } from './declare.ts'
import { createHealthCheck, type HealthCheck } from './health-check.ts'

/** Where an application says how it is. */
export interface HealthOptions {
  /** The path that says whether the process lives. Default `/livez`. */
  readonly live?: string
  /** The path that says whether requests are welcome. Default `/readyz`. */
  readonly ready?: string
  /** How long each check may take. Default 2 s. */
  readonly limit?: Duration
}

/** The name under which a running application tells whether its server takes no more connections. */
export const LIFE = 'application:life'

/** How far a running application is. */
export interface Life {
  isDraining: boolean
}

/** What `health` was called with. */
interface HealthCall {
  readonly checks: Readonly<Record<string, AnyFunction>>
  readonly options: HealthOptions
  readonly place: Place | undefined
}

// A probe is asked by machines that have no credentials, and want neither HTML nor an old answer.
const PROBE = { bypassStateMachine: true, skipAuthCheck: true }
const FIELDS = { 'cache-control': 'no-store' }

/** Declares the routes that probes ask. */
export function declareHealth(layer: Layer, { checks, options, place }: HealthCall): void {
  checkOpen(layer, 'health')
  const { live = '/livez', ready = '/readyz', limit = '2s' } = options
  const time = parseDuration(limit)
  const names = Object.keys(checks)
  for (const name of names) declareCheck(layer, name, checks[name] as AnyFunction, time, place)

  async function answerReady(given: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { isDraining } = given[LIFE] as Life
    if (isDraining) return respond({ status: 'draining' }, 503, FIELDS)
    const logger = given.logger as Logger
    const told = await Promise.all(
      names.map(async (name) => {
        const { status, error } = await (given[keyOf(name)] as HealthCheck)()
        if (status !== 'ok') logger.warn(`The health check "${name}" ${status}`, error)
        return [name, status] as const
      }),
    )
    const isReady = told.every(([, status]) => status === 'ok')
    const body = { status: isReady ? 'ok' : 'unavailable', checks: Object.fromEntries(told) }
    return respond(body, isReady ? 200 : 503, FIELDS)
  }

  const handler = inject([LIFE, 'logger', ...names.map(keyOf)], answerReady) as AnyFunction
  declareRoute(layer, 'GET', live, () => respond({ status: 'ok' }, 200, FIELDS), PROBE, place)
  declareRoute(layer, 'GET', ready, handler, PROBE, place)
  layer.probes.add(live).add(ready)
}

/** A check is a value of the process, so that it can ask for those alone, and probes at the same time share one run. */
function declareCheck(
  layer: Layer,
  name: string,
  check: AnyFunction,
  time: number,
  place: Place | undefined,
): void {
  const read = readInjectable(check, `health "${name}"`, place)
  if (read.kind === 'generator') {
    const lines = ['give a plain function, or an async one']
    layer.faults.push({ message: `${read.label}: a check cannot be a generator`, lines, place })
  }
  const key = keyOf(name)
  const make = { ...read, run: (context: object) => createHealthCheck(() => read.run(context), time) }
  layer.providers.set(key, {
    source: 'declared',
    name: key,
    make,
    scope: 'session',
    ttl: undefined,
    close: 'before-response',
    refine: undefined,
    absent: undefined,
  })
}

/** No name that anybody destructures. */
function keyOf(name: string): string {
  return `health:${name}`
}
