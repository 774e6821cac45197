import { type CacheResponseOptions, RestApplication } from 'restmachine'
import { vi } from 'vitest'
import { type Answering, ask, quiet, type Sent } from '../../decisions/asking.ts'

/** An answer, as far as tests of a cache look at it. */
export interface Seen {
  readonly status: number
  readonly text: string
  readonly headers: Headers
  /** Whether it was kept before. */
  readonly isHit: boolean
  /** Whether it is kept now. */
  readonly isStored: boolean
}

/** Asks, and tells what the cache did. */
export async function look(app: Answering, target: string, headers: Sent['headers'] = {}): Promise<Seen> {
  const response = await ask(app, target, { headers })
  const status = response.headers.get('cache-status') ?? ''
  return {
    status: response.status,
    text: await response.text(),
    headers: response.headers,
    isHit: status.includes('; hit'),
    isStored: status.endsWith('; stored'),
  }
}

/** An application whose `GET /` answers with how often its handler ran. */
export function counting(
  cacheResponse: CacheResponseOptions = { maxAge: 60, store: true },
  respondWith: (run: number) => unknown = (run) => ({ run }),
) {
  let runs = 0
  return new RestApplication({ logger: quiet }).get('/', () => respondWith(++runs), { cacheResponse })
}

/** How many different answers come to requests one after another. */
export async function answersTo(
  app: Answering,
  ...requests: readonly (readonly [target: string, headers?: Record<string, string>])[]
): Promise<readonly string[]> {
  const texts: string[] = []
  for (const [target, headers] of requests) texts.push((await look(app, target, headers)).text)
  return texts
}

/** A clock that stands still until it is moved; `vi.useRealTimers()` ends it. */
export function stopClock(): { readonly pass: (seconds: number) => void } {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  return { pass: (seconds) => void vi.advanceTimersByTime(seconds * 1000) }
}
