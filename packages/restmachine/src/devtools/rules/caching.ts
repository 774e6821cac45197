import { type Chain, innermost } from '../../declaration/layer.ts'
import type { CacheResponse } from '../../policies/cache-response.ts'
import { callsIn } from '../code.ts'
import type { CheckedRoute, Declared } from '../declared.ts'
import { renderersAt } from '../reach.ts'
import { aboutRoute, type Finding, listRoutes, type Rule } from '../rule.ts'

/** What says how long an answer holds. */
const SAYS_IT = /cache-control|last-modified|\betag\b|\bexpires\b/i
/** What gives an answer with validators of its own. */
const HAS_THEM = /^(?:file|seekable)$/

/**
 * Answers that are made and sent anew each time, because nothing tells a client whether they have changed
 * (RFC 9110 §8.8) or how long they hold (RFC 9111 §4.2).
 */
export const readWithoutValidator: Rule = (declared) => {
  const reads = declared.routes.filter(isPlainRead)
  const bare = reads.filter((route) => !isCacheable(route, declared))
  if (bare.length <= FEW) {
    const what =
      'nothing tells a client whether the answer has changed, so it is made and sent anew each time'
    const mend = `declare ${TAGS}; or say cacheResponse: { maxAge: 60 }, { noStore: true } where nothing may be kept`
    return bare.map((route) => aboutRoute(route, what, mend))
  }
  const message = `${bare.length} routes tell no client whether their answers have changed, so these are made and sent anew each time: ${listRoutes(bare)}`
  const mend = `declare ${TAGS}, which works on the whole application; or say cacheResponse: { maxAge: 60 } on routes`
  return [{ route: undefined, message, mend, place: undefined }]
}

/** So many routes are told one by one; more are most of the application, and one piece of advice. */
const FEW = 3

const TAGS = "etag(({ user }) => user.version), or etag('auto')"

// A stream has no validator, and who bypasses the graph does without 304.
function isPlainRead({ method, route, chain }: CheckedRoute): boolean {
  const { settings, handler } = route
  return (
    method === 'GET' && !settings.bypassStateMachine && handler.kind !== 'generator' && !isStreamed(chain)
  )
}

function isStreamed(chain: Chain): boolean {
  return chain.some(({ renderers }) =>
    ['application/x-ndjson', 'text/event-stream'].some((type) => renderers.get(type)),
  )
}

function isCacheable({ acting, chain, functions }: CheckedRoute, declared: Declared): boolean {
  if (acting('etag').length > 0 || acting('lastModified').length > 0) return true
  if (innermost(chain, (layer) => layer.cacheResponse) !== undefined) return true
  return declared.functions.some(
    ({ injectable, code }) =>
      functions.has(injectable) &&
      (SAYS_IT.test(code.text) || callsIn(code).some(({ name }) => HAS_THEM.test(name))),
  )
}

/** What lets shared caches keep the answer to a request with `Authorization` (RFC 9111 §3.5). */
const SHARES = /\b(?:public|must-revalidate|s-maxage)\b/
/** What keeps any answer from them. */
const KEEPS = /\b(?:private|no-store)\b/

/** Answers for one client that caches may give to others. */
export const sharedPrivateAnswer: Rule = ({ routes }) =>
  routes.flatMap((route): readonly Finding[] => {
    const policy = innermost(route.chain, (layer) => layer.cacheResponse)
    if (route.method !== 'GET' || policy === undefined || KEEPS.test(policy.cacheControl)) return []
    const name = privateName(route, policy)
    if (name === undefined) return []
    const what = `cacheResponse lets caches give to everybody what "${name}" made for one client`
    return [aboutRoute(route, what, 'say private: true in place of public, sMaxAge and mustRevalidate')]
  })

/** A name of who is asking, that the handler or a renderer comes to. */
function privateName(
  { chain, handling, acting }: CheckedRoute,
  { vary, cacheControl }: CacheResponse,
): string | undefined {
  const rendering = renderersAt(chain).flatMap(({ needs }) => needs.map(({ name }) => name))
  const names = [...handling.names, ...rendering]
  const guards = acting('authorized').flatMap(({ name }) => name ?? [])
  // Caches take no notice of cookies: any time to live is for all.
  if (names.includes('cookies') && !vary.includes('cookie')) return 'cookies'
  if (!SHARES.test(cacheControl) || vary.includes('authorization')) return undefined
  return names.find((name) => guards.includes(name) || name === 'credentials')
}
