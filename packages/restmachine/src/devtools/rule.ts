import type { Advice } from './advice.ts'
import type { CheckedRoute, Declared, RequestFunction } from './declared.ts'

/** What a rule finds. */
export type Finding = Omit<Advice, 'rule'>

/** Looks at a declaration for one thing. */
export type Rule = (declared: Declared) => readonly Finding[]

/** A finding about a route. */
export function aboutRoute({ label, route }: CheckedRoute, what: string, mend: string): Finding {
  return { route: label, message: `${label}: ${what}`, mend, place: route.handler.place }
}

/** A finding about a function; its route is named when it is the handler. */
export function aboutFunction(
  { label, isHandler, injectable }: RequestFunction,
  what: string,
  mend: string,
): Finding {
  return {
    route: isHandler ? label : undefined,
    message: `${label}: ${what}`,
    mend,
    place: injectable.place,
  }
}

/** `GET /a, GET /b and 3 more`; ten by their names. */
export function listRoutes(routes: readonly CheckedRoute[]): string {
  const [shown, hidden] = [routes.slice(0, 10), routes.slice(10)]
  const names = shown.map(({ label }) => label).join(', ')
  return hidden.length === 0 ? names : `${names} and ${hidden.length} more`
}
