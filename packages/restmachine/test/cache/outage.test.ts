import assert from 'node:assert/strict'
import { Redis } from 'ioredis'
import { createClient, createClientPool } from 'redis'
import { createCache } from 'restmachine'
import { type RedisClient, redisStore } from 'restmachine/redis'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { missingRedis, type RedisServer, startRedis } from '../../../../services/redis.ts'
import { later, lines } from './stores.ts'

const missing = missingRedis()
const GONE = 'Cache: Redis does not answer, going on without it'
const BACK = 'Cache: Redis answers again'

/** A client as users make it, without a listener for errors, and how to end it. */
const clients: Readonly<Record<string, (url: string) => readonly [RedisClient, () => unknown]>> = {
  redis: (url) => {
    const client = createClient({ url })
    void client.connect().catch(() => undefined)
    return [client, () => client.destroy()]
  },
  'pool of redis': (url) => {
    const pool = createClientPool({ url }, { minimum: 1, maximum: 3 })
    void pool.connect().catch(() => undefined)
    return [pool, () => pool.destroy()]
  },
  ioredis: (url) => {
    const client = new Redis(url)
    return [client, () => client.disconnect()]
  },
}

describe.skipIf(missing !== undefined).each(Object.entries(clients))(
  `a cache whose Redis is gone: %s${missing ?? ''}`,
  (_, connect) => {
    let server: RedisServer
    let end: () => unknown
    let other: ReturnType<typeof createClient>
    let told: string[]

    beforeEach(async () => {
      server = await startRedis()
      other = createClient({ url: server.url })
      other.on('error', () => undefined)
      await other.connect()
    })
    afterEach(async () => {
      end()
      other.destroy()
      await server.stop()
    })

    function create() {
      const [client, close] = connect(server.url)
      end = close
      const { kept, logger } = lines()
      told = kept
      return createCache({ store: redisStore(client, { commandTimeout: 100, retryAfter: 300 }), logger })
    }

    async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
      for (let left = 200; left > 0; left--) {
        if (await holds()) return
        await later(50)
      }
      assert.fail(`never came: ${holds}; told ${told.join('; ')}`)
    }

    it('goes on without it, says so once, and recovers by itself', async () => {
      const cache = create()
      await until(async () => {
        await cache.set('key', 'kept')
        return (await cache.get('key')) === 'kept'
      })
      told.length = 0
      await server.kill()

      await Promise.all(Array.from({ length: 100 }, () => cache.get('other')))
      const start = performance.now()
      for (let i = 0; i < 200; i++) {
        assert.equal(await cache.get('key'), undefined)
        await cache.set('lost', i, { tags: ['red'] })
        await cache.invalidate('red')
        assert.equal(await cache.wrap('made', () => i, { lock: true, tags: ['red'] }), i)
      }
      assert.ok(performance.now() - start < 500, 'what is gone costs nothing')
      assert.deepEqual(told, [GONE])

      await server.restart()
      await until(() => told.length > 1)
      await cache.set('key', 'again')
      assert.equal(await cache.get('key'), 'again')
      assert.deepEqual(told, [GONE, BACK])
    })

    it('bounds each command when Redis hangs, and forgets what was deleted meanwhile', async () => {
      const cache = create()
      const stays = { ttl: '1h', tags: ['red'] } as const
      await until(async () => {
        await cache.set('deleted', 1, stays)
        return (await cache.get('deleted')) === 1
      })
      await cache.set('replaced', 1, stays)
      await cache.set('tagged', 1, stays)
      await cache.set('other', 1, { ttl: '1h' })
      told.length = 0
      server.freeze()
      const start = performance.now()
      assert.equal(await cache.get('other'), undefined)
      const waited = performance.now() - start
      assert.ok(waited >= 95 && waited < 300, `${waited} ms`)
      await cache.delete('deleted')
      await cache.set('replaced', 2, { ttl: '1h' })
      await cache.invalidate('red')
      server.thaw()
      await until(async () => (await cache.get('other')) === 1)
      assert.equal(await cache.get('deleted'), undefined)
      assert.equal(await cache.get('replaced'), undefined)
      assert.equal(await cache.get('tagged'), undefined)
      assert.deepEqual(told, [GONE, BACK])
    })

    it('starts without it', async () => {
      await server.kill()
      const cache = create()
      assert.equal(await cache.wrap('key', () => 'made'), 'made')
      assert.deepEqual(told, [GONE])
      await server.restart()
      await until(() => told.length > 1)
      assert.equal(await cache.wrap('key', () => 'made again'), 'made again')
      assert.equal(await cache.get('key'), 'made again')
      assert.deepEqual(told, [GONE, BACK])
    })

    it('loses only the command that Redis refuses, and keeps no older value there', async () => {
      const cache = create()
      await until(async () => {
        await cache.set('key', 'old')
        return (await cache.get('key')) === 'old'
      })
      await cache.set('other', 'kept')
      told.length = 0
      await other.sendCommand(['CONFIG', 'SET', 'maxmemory', '1'])
      for (let i = 0; i < 5; i++) await cache.set('key', 'new')
      assert.equal(await cache.get('key'), undefined)
      assert.equal(await cache.get('other'), 'kept')
      assert.deepEqual(told, ['Cache: Redis refused SET; silent about this for a minute'])
      await other.sendCommand(['CONFIG', 'SET', 'maxmemory', '0'])
      await cache.set('key', 'newest')
      assert.equal(await cache.get('key'), 'newest')
    })
  },
)

describe('redisStore', () => {
  it('refuses what is no client', () => {
    assert.throws(() => redisStore({} as RedisClient), /TypeError: Cannot create a cache store: a client of/)
    assert.throws(
      () => redisStore({ masters: [] } as unknown as RedisClient),
      /TypeError: Cannot use a cluster of/,
    )
  })

  it('refuses times that are none', () => {
    const client = createClient()
    assert.throws(() => redisStore(client, { commandTimeout: 0 }), RangeError)
    assert.throws(() => redisStore(client, { retryAfter: 'soon' as '1s' }), RangeError)
  })
})
