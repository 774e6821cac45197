import { type Chain, PLAIN_ROUTE, PLAIN_SETTINGS } from '../declaration/layer.ts'
import { planRoute, type RouteSurroundings } from './planning.ts'
import type { RouteSource } from './source.ts'

/** Adds the faults of a route to those of its surroundings, and keeps nothing of what it made to find them. */
export type CheckRoute = (source: RouteSource) => void

/**
 * Makes what checks the routes of an application.
 *
 * Routes that say nothing for themselves, have the same layers around them and ask for the same names have the same
 * faults but for their labels. So where one of them has none, the others are not looked at.
 */
export function routeChecker(surroundings: RouteSurroundings): CheckRoute {
  const { faults } = surroundings
  const sound = new Map<Chain, Set<string>>()
  return (source) => {
    const { chain } = source
    const known = sound.get(chain) ?? new Set()
    const question = questionOf(source)
    if (question !== undefined && known.has(question)) return
    const before = faults.told
    planRoute(source, surroundings)
    if (question === undefined || faults.told !== before) return
    sound.set(chain, known.add(question))
  }
}

/** What the faults of a route follow from, besides its layers; `undefined` where that is more than can be said so. */
function questionOf({ method, parameters, route }: RouteSource): string | undefined {
  if (route === undefined || route.layer !== PLAIN_ROUTE || route.settings !== PLAIN_SETTINGS)
    return undefined
  const { needs, refused } = route.handler
  return refused === undefined ? JSON.stringify([method, parameters, needs]) : undefined
}
