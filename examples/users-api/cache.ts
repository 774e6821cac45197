import { type Cache, createCache, type Logger } from 'restmachine'

/** Where the cache is. */
export interface CacheSettings {
  /** `redis://…`; in the memory of this process when nobody says. */
  readonly redisUrl?: string | undefined
  /** What each key in Redis begins with: `users-api:` when nobody says. */
  readonly redisPrefix?: string | undefined
}

/** Makes a provider of the cache: open as long as the process. What is not used is not loaded. */
export function openedCache({ redisUrl, redisPrefix }: CacheSettings) {
  return async function* ({ logger }: { readonly logger: Logger }): AsyncGenerator<Cache> {
    if (!redisUrl) return yield createCache({ logger })
    const [{ createClient }, { redisStore }] = await Promise.all([
      import('redis'),
      import('restmachine/redis'),
    ])
    const client = createClient({ url: redisUrl })
    const store = redisStore(client, { prefix: redisPrefix || 'users-api:' })
    const cache = createCache({ store, logger })
    // Not awaited: what can do without its cache also starts without it.
    client.connect().catch(() => undefined)
    try {
      yield cache
    } finally {
      await cache.close()
      client.destroy()
    }
  }
}
