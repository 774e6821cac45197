/*
 * Values that all processes share, in Redis: a user is read from the cache, else from where users are kept, and
 * put into the cache for five minutes. When Redis is gone, requests go on without it.
 *
 *   REDIS_URL=redis://localhost:6379 node examples/performance/s12-redis-cache.ts     # without it: in memory
 *   curl -i localhost:8000/users/7        # "reads" stays the same while the user is in the cache
 *   curl -i localhost:8000/users/7 -X PUT -H 'Content-Type: application/json' -d '{"name":"Grace"}'
 */
import { setTimeout as after } from 'node:timers/promises'
import { createClient } from 'redis'
import { type Cache, createCache, RestApplication } from 'restmachine'
import { serve } from 'restmachine/node'
import { redisStore } from 'restmachine/redis'
import { z } from 'zod'

export const app = new RestApplication()
  .onStartup('redisUrl', () => process.env.REDIS_URL)

  .onStartup('cache', async function* ({ redisUrl, logger }): AsyncGenerator<Cache> {
    if (!redisUrl) return yield createCache({ logger })
    const client = createClient({ url: redisUrl })
    const cache = createCache({ store: redisStore(client, { prefix: 'users:' }), logger })
    // Not awaited: an application that can do without its cache also starts without it.
    client.connect().catch(() => undefined)
    try {
      yield cache
    } finally {
      await cache.close()
      client.destroy()
    }
  })

  // Stands for the database.
  .onStartup('users', () => {
    const names = new Map(Array.from({ length: 300 }, (_, index) => [String(index), `User ${index}`]))
    let reads = 0
    return {
      async find(id: string) {
        await after(20)
        const name = names.get(id)
        return name === undefined ? undefined : { id, name, reads: ++reads }
      },
      rename: (id: string, name: string) => void names.set(id, name),
    }
  })

  .validates('newUser', z.object({ name: z.string().min(1) }), ({ jsonBody }) => jsonBody)

  .resource('/users/{userId}', (user) =>
    user
      .resourceExists('user', ({ cache, users, userId }) =>
        cache.wrap(`user:${userId}`, () => users.find(userId), { ttl: '5m', negativeTtl: '10s' }),
      )
      .get(({ user }) => user)
      .put(async ({ cache, users, userId, newUser }) => {
        users.rename(userId, newUser.name)
        await cache.delete(`user:${userId}`)
        return { id: userId, ...newUser }
      }),
  )

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
