import { createCache, HttpError, memoryStore, RestApplication, respond } from 'restmachine'
import { afterEach, assert, describe, it, vi } from 'vitest'
import { ask, quiet } from '../decisions/asking.ts'
import { answersTo, counting, look, type Seen, stopClock } from '../rfc/9111/kept.ts'
import { eventually, served } from '../server/served.ts'

const store = { maxAge: 60, store: true } as const

afterEach(() => void vi.useRealTimers())

/** A handler that waits to be let on, once for each time it runs. */
function gated(make: (run: number) => unknown = (run) => ({ run })) {
  const gates: PromiseWithResolvers<void>[] = []
  return {
    handler: async () => {
      const gate = Promise.withResolvers<void>()
      const run = gates.push(gate)
      await gate.promise
      return make(run)
    },
    runs: () => gates.length,
    /** Lets all go on that have come so far. */
    open: () => {
      for (const { resolve } of gates) resolve()
    },
  }
}

const told = (seen: readonly Seen[]) => seen.map(({ status, text }) => `${status} ${text}`)
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

describe('what the server keeps of a route', () => {
  it('is made once, however many ask at the same time', async () => {
    const { handler, runs, open } = gated()
    const app = new RestApplication({ logger: quiet }).get('/', handler, { cacheResponse: store })
    const { url } = await served(app)
    const asking = Array.from({ length: 100 }, async () => (await fetch(url)).text())
    await eventually(() => runs() > 0)
    await soon()
    open()
    assert.deepEqual([...new Set(await Promise.all(asking))], ['{"run":1}'])
    assert.equal(runs(), 1)
  })

  it('is made for each scheme by itself, which stands in links', async () => {
    const app = new RestApplication({ logger: quiet }).get('/', ({ request }) => request.raw.url, {
      cacheResponse: store,
    })
    for (const scheme of ['http', 'https', 'http'])
      assert.equal(await (await app.fetch(new Request(`${scheme}://here/`))).json(), `${scheme}://here/`)
  })

  it('is made for each URI by itself, and all at the same time', async () => {
    const { handler, runs, open } = gated()
    const app = new RestApplication({ logger: quiet }).get('/{name}', handler, { cacheResponse: store })
    const asking = ['/a', '/b', '/a?x', '/a', '/b'].map((path) => look(app, `GET ${path}`))
    await eventually(() => runs() === 3)
    open()
    assert.equal(new Set(told(await Promise.all(asking))).size, 3)
  })

  it.for([
    ['a fault', () => Promise.reject(new Error('a fault')), 500],
    ['an error', () => Promise.reject(new HttpError(404)), 404],
    ['a cookie', (run: number) => respond({ run }, 200, { 'set-cookie': `run=${run}` }), 200],
    ['nothing', () => undefined, 204],
    ['a stream', () => new Blob(['a']).stream(), 200],
    ['a Response', () => new Response('a'), 200],
    ['no-store', (run: number) => respond({ run }, 200, { 'cache-control': 'no-store' }), 200],
    ['a field that cannot be sent', () => respond('a', 200, { 'x-a': 'a\nb' }), 500],
    ['a body that cannot be written', () => ({ circle: 1n }), 500],
  ] as const)('leaves nobody waiting when %s comes of it', async ([, make, status]) => {
    const { handler, runs, open } = gated(make as (run: number) => unknown)
    const app = new RestApplication({ logger: quiet }).get('/', handler, { cacheResponse: store })
    const asking = Array.from({ length: 4 }, () => look(app, 'GET /'))
    await eventually(() => runs() === 1)
    await soon()
    assert.equal(runs(), 1, 'three wait for the first')
    open()
    await eventually(() => runs() === 4)
    open()
    for (const seen of await Promise.all(asking)) {
      assert.deepEqual([seen.status, seen.isStored], [status, false])
    }
    // Nobody waits for what may not be kept a second time; after a fault one is tried again.
    const again = [look(app, 'GET /'), look(app, 'GET /')]
    await eventually(() => runs() >= 5)
    await soon()
    assert.equal(runs(), status === 500 ? 5 : 6)
    open()
    await eventually(() => runs() === 6)
    open()
    await Promise.all(again)
  })

  it('leaves nobody waiting for a request whose time is up', async () => {
    const { handler, runs, open } = gated()
    const app = new RestApplication({ logger: quiet, handlerTimeout: '100ms' }).get('/', handler, {
      cacheResponse: store,
    })
    const first = look(app, 'GET /')
    await eventually(() => runs() === 1)
    await new Promise((resolve) => setTimeout(resolve, 60))
    const second = look(app, 'GET /')
    assert.equal((await first).status, 503)
    await eventually(() => runs() === 2)
    open()
    assert.equal((await second).text, '{"run":2}')
    // What the first made came too late to be an answer, and is not kept as one.
    const third = look(app, 'GET /')
    await eventually(() => runs() === 3)
    open()
    assert.equal((await third).text, '{"run":3}')
    assert.equal((await look(app, 'GET /')).text, '{"run":3}')
  })

  it('leaves nobody waiting for a client that left', async () => {
    let runs = 0
    const reached = Promise.withResolvers<void>()
    const app = new RestApplication({ logger: quiet }).get(
      '/',
      async ({ signal }) => {
        if (++runs > 1) return { run: runs }
        reached.resolve()
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
      { cacheResponse: store },
    )
    const { url } = await served(app)
    const leaving = new AbortController()
    const first = fetch(url, { signal: leaving.signal }).catch(() => 'left')
    await reached.promise
    const second = fetch(url)
    await soon()
    leaving.abort()
    assert.equal(await first, 'left')
    assert.deepEqual(await (await second).json(), { run: 2 })
  })

  it('leaves nobody waiting for a commit that fails', async () => {
    let runs = 0
    const { handler, open, runs: waiting } = gated()
    const app = new RestApplication({ logger: quiet })
      .dependency('commit', async function* () {
        const run = ++runs
        yield run
        if (run === 1) throw new Error('the commit failed')
      })
      .get(
        '/',
        async ({ commit }) => {
          if (commit === 1) await handler()
          return { run: commit }
        },
        { cacheResponse: store },
      )
    const first = look(app, 'GET /')
    await eventually(() => waiting() === 1)
    const second = look(app, 'GET /')
    await soon()
    open()
    assert.equal((await first).status, 500)
    assert.equal((await second).text, '{"run":2}')
  })

  it('is not waited for where it is likely to be no whole answer', async () => {
    const { handler, runs, open } = gated(() => new Uint8Array(9))
    const app = new RestApplication({ logger: quiet }).get('/', handler, { cacheResponse: store })
    const asking = [
      look(app, 'GET /', { range: 'bytes=0-1' }),
      look(app, 'GET /', { 'if-none-match': '"a"' }),
    ]
    await eventually(() => runs() === 2)
    const whole = look(app, 'GET /')
    await eventually(() => runs() === 3)
    open()
    assert.deepEqual(
      (await Promise.all([...asking, whole])).map(({ status }) => status),
      [206, 200, 200],
    )
  })

  it('is waited for by HEAD, by parts and by conditions alike', async () => {
    const { handler, runs, open } = gated(() =>
      respond('0123', 200, { etag: '"v1"', 'content-type': 'text/plain' }),
    )
    const app = new RestApplication({ logger: quiet }).get('/', handler, { cacheResponse: store })
    const first = look(app, 'GET /')
    await eventually(() => runs() === 1)
    const others = [
      look(app, 'HEAD /'),
      look(app, 'GET /', { range: 'bytes=0-1' }),
      look(app, 'GET /', { 'if-none-match': '"v1"' }),
    ]
    await soon()
    open()
    assert.equal((await first).text, '0123')
    const seen = await Promise.all(others)
    assert.deepEqual(told(seen), ['200 ', '206 01', '304 '])
    assert.equal(runs(), 1)
  })

  it('is used stale by all but one, for as long as was said (RFC 5861 §3)', async () => {
    const clock = stopClock()
    const { handler, runs, open } = gated()
    const app = new RestApplication({ logger: quiet }).get('/', handler, {
      cacheResponse: { ...store, staleWhileRevalidate: 30 },
    })
    const first = look(app, 'GET /')
    await eventually(() => runs() === 1)
    open()
    await first
    clock.pass(60)
    const second = look(app, 'GET /')
    await eventually(() => runs() === 2)
    assert.deepEqual(told(await Promise.all([look(app, 'GET /'), look(app, 'GET /')])), [
      '200 {"run":1}',
      '200 {"run":1}',
    ])
    clock.pass(29.999)
    assert.equal((await look(app, 'GET /')).text, '{"run":1}')
    clock.pass(0.001)
    const late = look(app, 'GET /')
    open()
    assert.deepEqual(told(await Promise.all([second, late])), ['200 {"run":2}', '200 {"run":2}'])
    assert.equal(runs(), 2)
  })

  it.for([{ sMaxAge: 60 }, { mustRevalidate: true }, { proxyRevalidate: true }])(
    'is never used stale where %j forbids it (RFC 9111 §4.2.4)',
    async (strict) => {
      const clock = stopClock()
      const { handler, runs, open } = gated()
      const app = new RestApplication({ logger: quiet }).get('/', handler, {
        cacheResponse: { ...store, staleWhileRevalidate: 30, ...strict },
      })
      const first = look(app, 'GET /')
      await eventually(() => runs() === 1)
      open()
      await first
      clock.pass(61)
      const both = [look(app, 'GET /'), look(app, 'GET /')]
      await eventually(() => runs() === 2)
      open()
      assert.deepEqual(told(await Promise.all(both)), ['200 {"run":2}', '200 {"run":2}'])
    },
  )

  it('takes no more memory than its store may have, whatever clients ask for', async () => {
    const kept = memoryStore({ maxEntries: 100, maxBytes: 200_000 })
    let entries = 0
    const cache = createCache({
      store: {
        ...kept,
        set: (...all) => {
          entries++
          return kept.set(...all)
        },
      },
    })
    const app = new RestApplication({ logger: quiet })
      .onStartup('cache', () => cache)
      .get('/', ({ queryParams }) => `${queryParams.get('x')} ${'a'.repeat(5_000)}`, {
        cacheResponse: store,
      })
      .get('/big', () => 'a'.repeat(1_000_000), { cacheResponse: store })
    for (let index = 0; index < 300; index++) await look(app, `GET /?x=${index}`)
    assert.isAtLeast(entries, 300)
    assert.isTrue((await look(app, 'GET /?x=299')).isHit)
    assert.isFalse((await look(app, 'GET /?x=0')).isHit)
    assert.equal((await look(app, 'GET /big')).text.length, 1_000_002)
    assert.isFalse((await look(app, 'GET /big')).isHit, 'it does not fit, and takes nobody else away')
    assert.isTrue((await look(app, 'GET /?x=299')).isHit)
  })

  it('is a miss when it is nothing that this could have written', async () => {
    const values = [
      undefined,
      null,
      7,
      'text',
      [],
      {},
      { headers: [], body: 'a' },
      { headers: ['a'], body: 'a', made: 0, fresh: 1e15, stale: 0 },
      { headers: [1, 2], body: 'a', made: 0, fresh: 1e15, stale: 0 },
      { headers: [], body: {}, made: 0, fresh: 1e15, stale: 0 },
      { headers: [], body: 'a', made: 'now', fresh: 1e15, stale: 0 },
      { headers: [], body: 'a', made: 0, fresh: 1e15, stale: 0 },
    ]
    const cache = createCache({ logger: quiet })
    const app = counting().with({})
    for (const [index, value] of values.entries()) {
      const tampered = {
        ...cache,
        namespace: () => ({
          ...cache,
          // Whoever writes there may well know the generation.
          get: async (key: string) =>
            key.startsWith('generation:')
              ? 'g'
              : typeof value === 'object'
                ? { ...value, generation: 'g' }
                : value,
        }),
      }
      const seen = await look(app.with({ cache: tampered as never }), 'GET /')
      const isWhole = index === values.length - 1
      assert.deepEqual([seen.status, seen.isHit], [200, isWhole], JSON.stringify(value))
    }
  })

  it('needs a cache that createCache() made; without one reads fail and say so, and writes go on', async () => {
    const lines: unknown[] = []
    const keep = (...line: unknown[]): void => void lines.push(line.map(String).join(' '))
    const app = new RestApplication({ logger: { ...quiet, error: keep } })
      .onStartup('cache', () => new Map())
      .resource('/', (it) => it.get(() => 'a', { cacheResponse: store }).post(() => 'b'))
    assert.equal((await look(app, 'GET /')).status, 500)
    assert.match(lines.join('\n'), /what provides "cache" is to be made by createCache\(\)/)
    const written = await ask(app, 'POST /')
    assert.deepEqual([written.status, await written.text()], [200, '"b"'])
    assert.match(lines.at(-1) as string, /What is kept cannot be voided after POST/)
  })
})

describe('explain', () => {
  const app = counting({ ...store, maxAge: 100 })
  const step = async (headers: Record<string, string> = {}) => {
    const explanation = await app.explain(new Request('http://localhost/', { headers }))
    const { answer, why, settled } =
      explanation.steps.find(({ decision }) => decision === 'answerStored') ?? {}
    assert.isFalse(settled)
    return `${answer} ${why}`
  }

  it('looks, keeps nothing, and lets nobody wait', async () => {
    assert.equal(await step(), 'false there is none')
    assert.equal(await step(), 'false there is none')
    const seen = await look(app, 'GET /')
    assert.isTrue(seen.isStored)
    assert.match(await step(), /^true made 0 s ago: hit; ttl=\d+$/)
    assert.match(await step({ authorization: 'Bearer a' }), /^false the request has credentials/)
    assert.match(await step({ 'if-none-match': '*' }), /^false what the request compares with/)
  })

  it('tells of a route that keeps nothing why that is', async () => {
    const plain = new RestApplication({ logger: quiet }).get('/', () => 'a', {
      cacheResponse: { maxAge: 60 },
    })
    await plain.startup()
    const { why } = plain.explainRoute('GET', '/') ?? {}
    assert.match(why?.answerStored ?? '', /does not store/)
  })

  it('does not hold up who asks while it explains', async () => {
    const { handler, runs, open } = gated()
    const slow = new RestApplication({ logger: quiet }).get('/', handler, { cacheResponse: store })
    const explained = slow.explain(new Request('http://localhost/'))
    await eventually(() => runs() === 1)
    const asked = look(slow, 'GET /')
    await eventually(() => runs() === 2)
    open()
    assert.equal((await asked).text, '{"run":2}')
    await explained
    assert.deepEqual(await answersTo(slow, ['GET /']), ['{"run":2}'])
  })
})
