import type { Callback, Run } from '../decisions/run.ts'
import { fieldIn } from '../http/exchange.ts'
import type { Outcome } from '../http/outcome.ts'
import { parseTarget } from '../http/target.ts'
import { storedHostOf } from '../policies/stored-request.ts'
import type { Finish } from './finish.ts'
import { endGeneration } from './generation.ts'
import { type InMaking, responsesIn } from './response-store.ts'
import type { Logger } from './services.ts'

/** What voiding needs of a route. */
interface VoidingNeeds {
  readonly cache: Callback
  readonly inMaking: InMaking
  readonly logger: Logger
}

/**
 * The last station of a route that changes something: what was kept of its path, and of those that the answer names,
 * is void before the answer goes out (RFC 9111 §4.4).
 */
export function voiding(finish: Finish, { cache, inMaking, logger }: VoidingNeeds): Finish {
  return async (run, draft, failure) => {
    const outcome = await finish(run, draft, failure)
    // Who was refused has changed nothing; who failed may have.
    if (outcome.status >= 400 && outcome.status < 500) return outcome
    const paths = changedPaths(run, outcome)
    for (const [key, { path }] of inMaking) if (paths.has(path)) inMaking.delete(key)
    try {
      const room = responsesIn(await cache(run))
      await Promise.all(Array.from(paths, (path) => endGeneration(room, path)))
    } catch (error) {
      logger.error(`What is kept cannot be voided after ${run.facts.label}`, error)
    }
    return outcome
  }
}

function changedPaths({ exchange }: Run, { headers }: Outcome): ReadonlySet<string> {
  const paths = new Set(exchange.path === undefined ? [] : [exchange.path])
  const host = storedHostOf(exchange) || 'localhost'
  for (const name of ['location', 'content-location']) {
    const location = fieldIn(headers, name)
    const path = location === undefined ? undefined : pathOf(location, exchange.target, host)
    if (path !== undefined) paths.add(path)
  }
  return paths
}

// §4.4: only of the same origin, whose scheme a proxy may have changed on the way to here.
function pathOf(location: string, target: string, host: string): string | undefined {
  const base = URL.parse(target, `http://${host}`)
  const url = base === null ? null : URL.parse(location, base)
  if (base === null || url?.host !== base.host) return undefined
  return parseTarget(url.pathname)?.path
}
