import { isSafe } from '../../decisions/methods.ts'
import { type DecisionDeclaration, innermost } from '../../declaration/layer.ts'
import type { Cors } from '../../policies/cors.ts'
import type { CheckedRoute } from '../declared.ts'
import { aboutRoute, listRoutes, type Rule } from '../rule.ts'

/** Where somebody comes whom nobody knows yet, or a program that proves itself in another way. */
const DOORS =
  /^(?:log-?(?:in|out)|sign-?(?:in|up|out)|register|registrations?|sessions?|tokens?|auth|oauth2?|sso|passwords?|passkeys?|web-?hooks?|hooks?|callbacks?|csp-reports?)$/i

/** Changes that anybody can make, where other routes ask who it is. */
export const unguardedWrite: Rule = ({ routes }) => {
  const guarded = routes.find((route) => route.acting('authorized').length > 0)
  if (guarded === undefined) return []
  return routes.filter(isOpenWrite).map((route) => {
    const mend =
      'declare authorized on it or on a layer around it; skipAuthCheck: true says that it is for everybody'
    return aboutRoute(route, `anybody can call it, while ${guarded.label} asks who it is`, mend)
  })
}

function isOpenWrite(route: CheckedRoute): boolean {
  const { settings } = route.route
  if (settings.skipAuthCheck || guardsAround(route).length > 0) return false
  return isWrite(route)
}

/** Changes that anybody can make because a route says so, where a guard stands around it. */
export const skippedGuard: Rule = ({ routes }) =>
  routes.flatMap((route) => {
    const isSkipped = route.route.settings.skipAuthCheck && isWrite(route)
    // Beside bypassStateMachine it leaves out every guard.
    const all = route.route.settings.bypassStateMachine
    const guard = guardsAround(route).find(({ callback }) => all || callback === 'authorized')
    if (!isSkipped || guard === undefined || route.acting('forbidden').length > 0) return []
    const mend =
      'take skipAuthCheck away; a door that is for everybody stands best outside the layer of the guard'
    return aboutRoute(route, `skipAuthCheck lets anybody change what ${guard.ask.label} guards`, mend)
  })

/** Changes that any page of the web can have a visitor's browser make. */
export const anyOrigin: Rule = ({ routes }) => {
  const open = new Map<Cors, CheckedRoute[]>()
  for (const route of routes) {
    const cors = innermost(route.chain, (layer) => layer.cors)
    if (cors === undefined || cors.isDynamic || !isWrite(route) || guardsAround(route).length > 0) continue
    open.set(cors, [...(open.get(cors) ?? []), route])
  }
  return [...open.values()].map((at) => {
    const what = "with origins: '*' every page of the web can make changes through its visitors' browsers"
    const mend = "name the pages: origins: ['https://app.example.com']; or guard the route by authorized"
    const [first] = at
    if (first !== undefined && at.length === 1) return aboutRoute(first, what, mend)
    return { route: undefined, message: `${listRoutes(at)}: ${what}`, mend, place: undefined }
  })
}

/** Whether a route changes something, and is no door. */
function isWrite({ method, template, names }: CheckedRoute): boolean {
  const isDoor =
    method === 'POST' &&
    template.segments.some((segment) => segment.kind === 'literal' && DOORS.test(segment.text))
  // Who reads the credentials itself has a check of its own.
  return !isSafe(method) && !isDoor && !names.has('credentials')
}

/** What asks who it is, and whether they may, around a route; whether it leaves them out or not. */
function guardsAround({ chain }: CheckedRoute): readonly DecisionDeclaration[] {
  return chain
    .flatMap(({ decisions }) => decisions)
    .filter(({ callback }) => callback === 'authorized' || callback === 'forbidden')
}
