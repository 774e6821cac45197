import { createClient } from 'redis'
import { type Cache, createCache } from 'restmachine'
import { redisStore } from 'restmachine/redis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { missingRedis, openRedis, type Redis } from '../../../services/redis.ts'
import { app } from '../s04-route-options.ts'
import { served } from './served.ts'

const missing = missingRedis(false)
const token = { authorization: 'Bearer let-me-in' }

/** What a test of a cache looks at. */
async function look(url: string, init: RequestInit = {}) {
  const response = await fetch(url, init)
  const { headers } = response
  return {
    status: response.status,
    body: await response.json(),
    cache: headers.get('cache-status'),
    age: headers.get('age'),
    control: headers.get('cache-control'),
  }
}

const put = (title: string): RequestInit => ({
  method: 'PUT',
  headers: { ...token, 'content-type': 'application/json' },
  body: JSON.stringify({ title }),
})

describe('S4: what a route leaves out', () => {
  it('is negotiation: JSON for whoever asks', async () => {
    const { url } = await served(app.with({}))
    const accept = 'image/png'
    expect(await look(`${url}/api/raw`, { headers: { accept } })).toMatchObject({
      status: 200,
      body: { data: [1, 2, 3] },
    })
    expect((await look(`${url}/api/health`, { headers: { accept } })).status).toBe(406)
  })

  it('is the check of who asks, and of nobody else', async () => {
    const { url } = await served(app.with({}))
    expect((await look(`${url}/api/health`)).status).toBe(200)
    expect((await look(`${url}/api/me`)).status).toBe(401)
    expect((await look(`${url}/api/me`, { headers: { authorization: 'Bearer guess' } })).status).toBe(401)
    expect(await look(`${url}/api/me`, { headers: token })).toMatchObject({
      status: 200,
      body: { name: 'Ada' },
    })
  })

  it('cannot be the check whose value it uses, nor may what is for one be kept for all: it does not start', async () => {
    // Routes can be added until it starts.
    vi.resetModules()
    const { app: fresh } = await import('../s04-route-options.ts')
    const unsafe = fresh
      .get('/api/unsafe', ({ caller }) => caller, { skipAuthCheck: true })
      .get('/api/own', ({ caller }) => caller, { cacheResponse: { maxAge: 60, store: true } })
    const fault = await served(unsafe).catch((error: Error) => error.message)
    expect(fault).toContain(
      'GET /api/unsafe: skipAuthCheck, yet it uses "caller", which only the check makes safe',
    )
    expect(fault).toContain('GET /api/own: cacheResponse stores what authorized guards')
  })
})

describe('S4: cacheResponse without a store', () => {
  it('tells others how long they may keep an answer, and runs the handler each time', async () => {
    const { url } = await served(app.with({}))
    const { control, cache, age } = await look(`${url}/api/rates`)
    expect([control, cache, age]).toEqual(['public, max-age=3600', null, null])
  })
})

describe('S4: cacheResponse with a store', () => {
  let redis: Redis | undefined
  let client: ReturnType<typeof createClient> | undefined
  beforeAll(async () => {
    if (missing !== undefined) return
    redis = await openRedis()
    client = createClient({ url: redis.url })
    await client.connect()
  })
  afterAll(async () => {
    await client?.close()
    await redis?.stop()
  })

  function inRedis(): Cache {
    if (client === undefined) throw new Error('Not connected')
    const prefix = `test-${crypto.randomUUID()}:`
    return createCache({ store: redisStore(client, { prefix, commandTimeout: '5s' }) })
  }

  const stores = [
    { title: 'in memory', lacks: undefined, open: () => createCache() },
    { title: `in Redis${missing ?? ''}`, lacks: missing, open: inRedis },
  ]
  for (const { title, lacks, open } of stores) {
    describe.skipIf(lacks !== undefined)(title, () => {
      it('runs the handler once for all who ask, until a PUT changes what it gives', async () => {
        const { url } = await served(app.with({ cache: open(), reports: { title: 'Old', reads: 0 } }))
        const report = `${url}/api/report`
        const all = await Promise.all(Array.from({ length: 20 }, () => look(report)))
        expect(new Set(all.map(({ body }) => JSON.stringify(body)))).toEqual(
          new Set(['{"title":"Old","reads":1}']),
        )
        expect(all.filter(({ cache }) => cache === 'restmachine; fwd=uri-miss; stored')).toHaveLength(1)

        expect(await look(report)).toMatchObject({
          status: 200,
          age: '0',
          cache: expect.stringMatching(/^restmachine; hit; ttl=(60|59)$/),
          control: 'max-age=60, stale-while-revalidate=30',
        })
        // What comes with a token is not answered from what is kept, and not kept.
        expect(await look(report, { headers: token })).toMatchObject({
          body: { reads: 2 },
          cache: 'restmachine; fwd=bypass',
        })

        expect(await look(report, { ...put('No token'), headers: {} })).toMatchObject({ status: 401 })
        expect((await look(report)).body).toEqual({ title: 'Old', reads: 1 })
        expect(await look(report, put('New'))).toMatchObject({ body: { title: 'New', by: 'Ada' } })
        expect((await look(report)).body).toEqual({ title: 'New', reads: 3 })
        expect((await look(report)).body).toEqual({ title: 'New', reads: 3 })
      })

      it('is voided by a server for another one that has the same cache', async () => {
        const cache = open()
        const one = await served(app.with({ cache, reports: { title: 'Old', reads: 0 } }))
        const other = await served(app.with({ cache, reports: { title: 'Old', reads: 0 } }))
        expect((await look(`${one.url}/api/report`)).cache).toContain('stored')
        expect((await look(`${one.url}/api/report`)).cache).toContain('hit')
        // What is kept is kept by host, and these two have different ones.
        expect((await look(`${other.url}/api/report`)).cache).toContain('stored')
        await look(`${other.url}/api/report`, put('New'))
        expect((await look(`${one.url}/api/report`)).body).toMatchObject({ reads: 2 })
      })
    })
  }
})
