import { type Awaitable, type CacheLogger, type CacheStore, isThenable } from './store.ts'

const QUIET_TIME = 60_000

/** The same store, but its failures are a miss, or nothing done, and one line a minute in the log. */
export function guardedStore(store: CacheStore, logger: CacheLogger): CacheStore {
  let quietUntil = Number.NEGATIVE_INFINITY

  function report(error: unknown): undefined {
    const now = performance.now()
    if (now < quietUntil) return
    quietUntil = now + QUIET_TIME
    logger.warn('Cache: the store failed, going on without it; silent about this for a minute', error)
  }

  function guarded<Value>(ask: () => Awaitable<Value>): Awaitable<Value | undefined> {
    try {
      const answer = ask()
      return isThenable(answer) ? Promise.resolve(answer).catch(report) : answer
    } catch (error) {
      return report(error)
    }
  }

  return {
    get: (key) => guarded(() => store.get(key)),
    set: (key, text, lifetime) => guarded(() => store.set(key, text, lifetime)),
    delete: (key) => guarded(() => store.delete(key)),
    add: (key, text, lifetime) => guarded(() => store.add(key, text, lifetime)),
    extend: (key, text, lifetime) => guarded(() => store.extend(key, text, lifetime)),
    remove: (key, text) => guarded(() => store.remove(key, text)),
    close: () => guarded(() => store.close?.()),
  }
}
