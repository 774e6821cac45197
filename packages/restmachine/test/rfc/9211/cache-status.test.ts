import { RestApplication, respond } from 'restmachine'
import { afterEach, assert, describe, it, vi } from 'vitest'
import { ask, quiet } from '../../decisions/asking.ts'
import { counting, look, stopClock } from '../9111/kept.ts'

const store = { maxAge: 60, store: true } as const

// RFC 9651: a list of tokens with parameters, whose values are tokens, integers or booleans.
const PARAMETER = String.raw`; [a-z][a-z-]*(?:=(?:-?\d{1,15}|[A-Za-z][\w-]*|\?[01]))?`
const LIST = new RegExp(`^[A-Za-z]\\w*(?:${PARAMETER})+(?:, [A-Za-z]\\w*(?:${PARAMETER})*)*$`)

async function statusOf(app: RestApplication, target = 'GET /', headers: Record<string, string> = {}) {
  const status = (await look(app, target, headers)).headers.get('cache-status')
  if (status !== null) assert.match(status, LIST)
  return status
}

afterEach(() => void vi.useRealTimers())

describe('RFC 9211 §2, Cache-Status', () => {
  it('tells a hit and how long it stays fresh (§2.1, §2.5), on whatever is made of it', async () => {
    const clock = stopClock()
    const app = new RestApplication({ logger: quiet }).get('/', () => new Uint8Array(9), {
      cacheResponse: store,
      etag: () => 'v1',
    })
    assert.equal(await statusOf(app), 'restmachine; fwd=uri-miss; stored')
    assert.equal(await statusOf(app), 'restmachine; hit; ttl=60')
    clock.pass(20.5)
    const requests = [{}, { 'if-none-match': '"v1"' }, { range: 'bytes=0-1' }, { range: 'bytes=99-' }]
    for (const headers of requests)
      assert.equal(
        await statusOf(app, 'GET /', headers as Record<string, string>),
        'restmachine; hit; ttl=40',
      )
    assert.equal(await statusOf(app, 'HEAD /'), 'restmachine; hit; ttl=40')
  })

  it('tells why the resource was asked (§2.2), and what was kept (§2.4)', async () => {
    assert.equal(await statusOf(counting(), 'HEAD /'), 'restmachine; fwd=uri-miss')
    assert.equal(
      await statusOf(counting(), 'GET /', { authorization: 'Basic YTpi' }),
      'restmachine; fwd=bypass',
    )
    assert.equal(await statusOf(counting(), 'GET /', { 'if-none-match': '*' }), 'restmachine; fwd=request')
    const refusing = counting(store, () => respond('a', 200, { 'cache-control': 'no-store' }))
    assert.equal(await statusOf(refusing), 'restmachine; fwd=uri-miss')
    const failing = counting(store, () => {
      throw new Error('a fault')
    })
    assert.equal(await statusOf(failing), 'restmachine; fwd=uri-miss')
  })

  it('does not say that nothing is kept of the URI where it only knows of one variant', async () => {
    const varying = counting({ ...store, vary: ['x-tenant'] })
    assert.equal(await statusOf(varying), 'restmachine; fwd=miss; stored')
    assert.equal(await statusOf(varying, 'GET /', { 'x-tenant': 'a' }), 'restmachine; fwd=miss; stored')
    const languages = counting().languages(['en', 'de'])
    assert.equal(await statusOf(languages), 'restmachine; fwd=miss; stored')
    const types = new RestApplication({ logger: quiet }).get('/', () => ({}), {
      cacheResponse: store,
      provides: { 'text/html': () => '' },
    })
    assert.equal(await statusOf(types), 'restmachine; fwd=miss; stored')
  })

  it('tells of an answer that is used stale while a new one is made, and of the new one', async () => {
    const clock = stopClock()
    const goOn = Promise.withResolvers<void>()
    const app = counting({ ...store, staleWhileRevalidate: 30 }, async (run) => {
      if (run === 2) await goOn.promise
      return { run }
    })
    await look(app, 'GET /')
    clock.pass(70)
    const refreshing = statusOf(app)
    await new Promise((resolve) => setTimeout(resolve, 10))
    assert.equal(await statusOf(app), 'restmachine; hit; ttl=-10')
    goOn.resolve()
    assert.equal(await refreshing, 'restmachine; fwd=stale; stored')
    assert.equal(await statusOf(app), 'restmachine; hit; ttl=60')
  })

  it('tells that a request was answered with what was made for another (§2.6)', async () => {
    const goOn = Promise.withResolvers<void>()
    const app = counting(store, async (run) => {
      await goOn.promise
      return { run }
    })
    const both = [statusOf(app), statusOf(app)]
    await new Promise((resolve) => setTimeout(resolve, 10))
    goOn.resolve()
    assert.sameMembers(await Promise.all(both), [
      'restmachine; fwd=uri-miss; stored',
      'restmachine; fwd=uri-miss; collapsed',
    ])
    const personal = counting(store, async (run) => {
      await new Promise((resolve) => setTimeout(resolve, 10))
      return respond({ run }, 200, { 'set-cookie': 'a=1' })
    })
    assert.sameMembers(await Promise.all([statusOf(personal), statusOf(personal)]), [
      'restmachine; fwd=uri-miss',
      'restmachine; fwd=uri-miss; collapsed=?0',
    ])
  })

  it('stands behind what a cache farther from the client has said (§2)', async () => {
    const app = counting(store, () => respond('a', 200, { 'cache-status': 'Origin; hit' }))
    assert.equal(await statusOf(app), 'Origin; hit, restmachine; fwd=uri-miss; stored')
    assert.equal(await statusOf(app), 'Origin; hit, restmachine; hit; ttl=60')
  })

  it('is not there where the store was not asked', async () => {
    const app = new RestApplication({ logger: quiet })
      .get('/plain', () => 'a', { cacheResponse: { maxAge: 60 } })
      .get('/kept', () => 'a', { cacheResponse: store })
      .post('/kept', () => 'a', { cacheResponse: store })
    for (const target of ['GET /plain', 'POST /kept', 'OPTIONS /kept', 'PUT /kept', 'GET /nowhere'])
      assert.isNull(await statusOf(app, target), target)
    const unacceptable = await ask(app, 'GET /kept', { headers: { accept: 'image/png' } })
    assert.deepEqual([unacceptable.status, unacceptable.headers.get('cache-status')], [406, null])
  })
})
