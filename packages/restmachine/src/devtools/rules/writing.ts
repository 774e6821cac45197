import type { CheckedRoute, Declared } from '../declared.ts'
import { aboutRoute, type Rule } from '../rule.ts'

/** Changes by two clients of which the second undoes the first unseen (RFC 9110 §13.1.1, the lost update). */
export const writeWithoutPrecondition: Rule = (declared) =>
  declared.routes
    .filter((route) => mayLose(route, declared))
    .map((route) =>
      aboutRoute(
        route,
        'one client can undo unseen what another has changed: the resource has an ETag, and nobody has to send it back',
        'say preconditionRequired: true, 428 without If-Match (RFC 6585 §3)',
      ),
    )

function mayLose({ method, acting, functions }: CheckedRoute, declared: Declared): boolean {
  if ((method !== 'PUT' && method !== 'PATCH') || acting('preconditionRequired').length > 0) return false
  // A tag that is made of nothing does not tell versions apart; `etag('auto')` is one for answers alone.
  if (!acting('etag').some(({ ask }) => ask.needs.length > 0)) return false
  return !declared.functions.some(
    ({ injectable, code }) => functions.has(injectable) && /if-match/i.test(code.text),
  )
}
