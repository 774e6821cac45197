import { gunzipSync } from 'node:zlib'
import { RestApplication, respond } from 'restmachine'
import { afterEach, assert, describe, it, vi } from 'vitest'
import { ask, quiet } from '../../decisions/asking.ts'
import { served } from '../../server/served.ts'
import { answersTo, counting, look, stopClock } from './kept.ts'

const store = { maxAge: 60, store: true } as const

afterEach(() => void vi.useRealTimers())

describe('RFC 9111 §4.1, the key of a stored answer', () => {
  it('has the whole URI in it: another path, query, order of the query, or host is another answer', async () => {
    let runs = 0
    const app = new RestApplication({ logger: quiet }).get('/{name}', () => ({ run: ++runs }), {
      cacheResponse: store,
    })
    const targets = ['/a', '/b', '/a?x=1&y=2', '/a?y=2&x=1', '/a?', '/a?x=1']
    const texts = await answersTo(app, ...targets.map((target) => [`GET ${target}`] as const))
    assert.equal(new Set(texts).size, targets.length - 1, 'an empty query is none')
    assert.deepEqual(await answersTo(app, ['GET /a'], ['GET /%61']), [texts[0] ?? '', texts[0] ?? ''])
    const hosts = ['a.example', 'A.example', 'b.example', 'a.example:81']
    const byHost = await answersTo(app, ...hosts.map((host) => ['GET /a', { host }] as const))
    assert.deepEqual([new Set(byHost).size, byHost[1] === byHost[0]], [3, true])
  })

  it('has the fields of `vary` in it; one that is absent is not one that is empty', async () => {
    const app = counting({ ...store, vary: ['X-Tenant', 'x-other'] })
    const requests: readonly Record<string, string>[] = [
      { 'x-tenant': 'a' },
      { 'X-Tenant': 'b' },
      { 'x-other': 'a' },
      {},
      { 'x-tenant': '' },
    ]
    const texts = await answersTo(app, ...requests.map((headers) => ['GET /', headers] as const))
    assert.equal(new Set(texts).size, requests.length)
    assert.equal((await look(app, 'GET /', { 'x-tenant': 'a', 'x-unrelated': '1' })).text, texts[0])
    assert.equal((await look(app, 'GET /', { 'x-tenant': 'a' })).headers.get('vary'), 'x-tenant, x-other')
  })

  it('has the type, the language and the charset that were chosen in it, not what was sent', async () => {
    let runs = 0
    const app = new RestApplication({ logger: quiet })
      .languages(['en', 'de'])
      .charsets({ 'utf-8': true, 'utf-16le': (text) => Buffer.from(text, 'utf16le') })
      .get('/', ({ language }) => ({ language, run: ++runs }), {
        cacheResponse: store,
        provides: { 'text/html': ({ result }) => `<p>${result.language} ${result.run}` },
      })
    const chosen = [
      {},
      { accept: 'text/html' },
      { 'accept-language': 'de' },
      { accept: 'text/html', 'accept-language': 'de' },
      { accept: 'text/html', 'accept-charset': 'utf-16le' },
    ]
    const asked = async () => {
      const seen = []
      for (const headers of chosen) seen.push(await look(app, 'GET /', headers))
      return seen
    }
    const [made, kept] = [await asked(), await asked()]
    assert.equal(new Set(made.map(({ text }) => text)).size, chosen.length)
    assert.equal(runs, chosen.length)
    for (const [index, { isHit, text, headers }] of kept.entries()) {
      assert.isTrue(isHit)
      assert.equal(text, made[index]?.text)
      for (const name of ['content-type', 'content-language', 'vary', 'etag'])
        assert.equal(headers.get(name), made[index]?.headers.get(name) ?? null, name)
    }
    const other = await look(app, 'GET /', {
      accept: 'text/html;q=0.5, image/png',
      'accept-language': 'de-AT',
    })
    assert.deepEqual([other.isHit, other.text], [true, made[3]?.text])
  })

  it.for(['*', 'x-a', 'Accept', 'X-Tenant, X-A', 'origin', 'accept-encoding'])(
    'has nothing in it of what the handler read by itself: with `Vary: %s` nothing is kept',
    async (vary) => {
      const app = counting({ ...store, vary: ['x-tenant'] }, (run) => respond({ run }, 200, { vary }))
      assert.deepEqual(await answersTo(app, ['GET /'], ['GET /']), ['{"run":1}', '{"run":2}'])
    },
  )

  it('knows what the handler names where the policy does, too', async () => {
    const app = counting({ ...store, vary: ['x-tenant'] }, (run) =>
      respond({ run }, 200, { vary: 'X-Tenant' }),
    )
    assert.deepEqual(await answersTo(app, ['GET /'], ['GET /']), ['{"run":1}', '{"run":1}'])
  })
})

describe('RFC 9111 §4.2, freshness', () => {
  it.for([
    [{ maxAge: 60 }, 60],
    [{ maxAge: 60, sMaxAge: 30 }, 30],
    [{ maxAge: 0, sMaxAge: 90 }, 90],
    [{ maxAge: 60, mustRevalidate: true, staleWhileRevalidate: 30 }, 60],
  ] as const)('%j lasts %i seconds, and no longer', async ([times, seconds]) => {
    const clock = stopClock()
    const app = counting({ ...times, store: true })
    await look(app, 'GET /')
    clock.pass(seconds - 0.001)
    assert.isTrue((await look(app, 'GET /')).isHit)
    clock.pass(0.001)
    const anew = await look(app, 'GET /')
    assert.deepEqual([anew.isHit, anew.text], [false, '{"run":2}'])
  })

  it('is what the handler says where it says so', async () => {
    const clock = stopClock()
    const app = counting(store, (run) => respond({ run }, 200, { 'cache-control': 'max-age=5' }))
    await look(app, 'GET /')
    clock.pass(4)
    assert.isTrue((await look(app, 'GET /')).isHit)
    clock.pass(1)
    assert.equal((await look(app, 'GET /')).text, '{"run":2}')
    assert.isTrue((await look(app, 'GET /')).isHit)
  })

  it('counts how old an answer of another server was when it came (§4.2.3)', async () => {
    const clock = stopClock()
    const app = counting(store, (run) => respond({ run }, 200, { age: 50 }))
    await look(app, 'GET /')
    clock.pass(9)
    assert.equal((await look(app, 'GET /')).headers.get('age'), '59')
    clock.pass(1)
    assert.isFalse((await look(app, 'GET /')).isHit)
    const tooOld = counting(store, (run) => respond({ run }, 200, { age: 60 }))
    assert.isFalse((await look(tooOld, 'GET /')).isStored)
  })

  it('may last as long as anything can be said to', async () => {
    const app = counting({ maxAge: 2 ** 31, staleWhileRevalidate: 2 ** 31, store: true })
    assert.deepEqual(await answersTo(app, ['GET /'], ['GET /']), ['{"run":1}', '{"run":1}'])
  })
})

describe('RFC 9111 §5.1 and §5.3, Age and Expires', () => {
  it('tell how long ago it was made: on a hit, and on a 304 and a part made of one', async () => {
    const clock = stopClock()
    const bytes = new TextEncoder().encode('0123456789')
    const app = new RestApplication({ logger: quiet }).get('/', () => bytes, {
      cacheResponse: { ...store, expires: true },
      etag: () => 'v1',
    })
    const first = await look(app, 'GET /')
    assert.isNull(first.headers.get('age'))
    clock.pass(7.9)
    const requests = [
      [200, {}],
      [304, { 'if-none-match': '"v1"' }],
      [206, { range: 'bytes=2-3' }],
    ] as const
    for (const [status, headers] of requests) {
      const seen = await look(app, 'GET /', headers)
      assert.deepEqual([seen.status, seen.headers.get('age')], [status, '7'])
      assert.equal(seen.headers.get('expires'), first.headers.get('expires'), 'the date stays')
      assert.equal(seen.headers.get('cache-control'), 'max-age=60')
      assert.equal(seen.headers.get('etag'), '"v1"')
    }
  })

  it('come once, also where the answer of another server brought an Age', async () => {
    const serving = await served(counting(store, (run) => respond({ run }, 200, { age: 5 })))
    await (await fetch(serving.url)).text()
    const wire = await serving.wire()
    const hit = await wire.ask('GET / HTTP/1.1', `Host: 127.0.0.1:${serving.port}`).response('GET')
    assert.deepEqual(
      hit.headers.filter(([name]) => name === 'age').map(([, value]) => value),
      ['5'],
    )
    assert.include(hit.header('cache-status'), 'hit')
  })
})

describe('RFC 9111 §4.3.5 and RFC 9110 §9.3.2, HEAD', () => {
  it('is answered from what GET left, and leaves nothing', async () => {
    const app = counting()
    assert.isFalse((await look(app, 'HEAD /')).isStored)
    const made = await look(app, 'GET /')
    assert.equal(made.text, '{"run":2}')
    const head = await look(app, 'HEAD /')
    assert.deepEqual([head.status, head.isHit, head.text], [200, true, ''])
    assert.equal(head.headers.get('content-type'), 'application/json')
    assert.equal((await look(app, 'GET /')).text, '{"run":2}')
  })
})

describe('RFC 9111 §4.3.2 and RFC 9110 §13, conditional requests', () => {
  let runs = 0
  const modified = 'Sun, 01 Nov 2026 10:00:00 GMT'
  const app = new RestApplication({ logger: quiet })
    .get('/tagged', () => ({ run: ++runs }), { etag: () => 'v1', cacheResponse: store })
    .get('/auto', () => ({ run: ++runs }), { etag: 'auto', cacheResponse: store })
    .get('/dated', () => respond({ run: ++runs }, 200, { 'last-modified': modified }), {
      cacheResponse: store,
    })

  it.for(['/tagged', '/auto', '/dated'])(
    'of %s get the same from the store as from the resource',
    async (path) => {
      const first = await look(app, `GET ${path}`)
      const tag = first.headers.get('etag') ?? '"none"'
      const before = runs
      const requests: readonly Record<string, string>[] = [
        { 'if-none-match': tag },
        { 'if-none-match': `W/${tag}` },
        { 'if-none-match': '"other"' },
        { 'if-match': tag },
        { 'if-match': '"other"' },
        { 'if-match': '*' },
        { 'if-modified-since': modified },
        { 'if-modified-since': 'Sun, 01 Nov 2026 09:59:59 GMT' },
        { 'if-unmodified-since': modified },
        { 'if-unmodified-since': 'Sun, 01 Nov 2026 09:59:59 GMT' },
        { range: 'bytes=0-3' },
        { range: 'bytes=0-3', 'if-range': tag },
        { range: 'bytes=0-3', 'if-range': '"other"' },
        { range: 'bytes=900-' },
      ]
      // The same resource, asked anew each time: credentials keep the store out of it.
      for (const headers of requests) {
        const kept = await look(app, `GET ${path}`, headers)
        assert.isTrue(kept.isHit, JSON.stringify(headers))
        assert.equal(runs, before)
        const plain = await statusWithout(path, headers)
        assert.equal(kept.status, plain, JSON.stringify(headers))
      }
    },
  )

  // An application without the store, whose answers have the same validators.
  async function statusWithout(path: string, headers: Record<string, string>): Promise<number> {
    const body = { run: (await (await ask(app, `GET ${path}`)).json()).run }
    const same = new RestApplication({ logger: quiet })
      .get('/tagged', () => body, { etag: () => 'v1' })
      .get('/auto', () => body, { etag: 'auto' })
      .get('/dated', () => respond(body, 200, { 'last-modified': modified }))
    return (await ask(same, `GET ${path}`, { headers })).status
  }

  it('that only the resource can answer go to it', async () => {
    await look(app, 'GET /tagged')
    assert.equal((await look(app, 'GET /tagged', { 'if-none-match': '*' })).status, 304)
    assert.equal((await look(app, 'GET /tagged', { 'if-none-match': 'unquoted' })).status, 400)
    assert.equal((await look(app, 'GET /tagged', { 'if-match': 'unquoted' })).status, 400)
  })

  it('and those for parts leave nothing but a whole answer that they get', async () => {
    const fresh = new RestApplication({ logger: quiet })
      .get('/', () => ({ run: 1 }), { etag: () => 'v1', cacheResponse: store })
      .get('/part', () => new Uint8Array(10), { cacheResponse: store })
    assert.equal((await look(fresh, 'GET /', { 'if-none-match': '"v1"' })).status, 304)
    assert.equal((await look(fresh, 'GET /part', { range: 'bytes=1-2' })).status, 206)
    assert.isFalse((await look(fresh, 'GET /part')).isHit)
    assert.isTrue((await look(fresh, 'GET /', { 'if-none-match': '"v0"' })).isStored)
    assert.isTrue((await look(fresh, 'GET /')).isHit)
  })
})

describe('RFC 9110 §8.4, coding what is kept', () => {
  it('is done for each who asks, with a tag of its own', async () => {
    const long = 'a'.repeat(4_000)
    let runs = 0
    const app = new RestApplication({ logger: quiet }).compression().get(
      '/',
      () => {
        runs++
        return respond(long, 200, { 'content-type': 'text/plain' })
      },
      { etag: () => 'v1', cacheResponse: store },
    )
    const { url } = await served(app)
    // `fetch` decodes by itself, so the coded bytes are looked at in process.
    const coded = await ask(app, 'GET /', { headers: { 'accept-encoding': 'gzip' } })
    assert.equal(gunzipSync(await coded.arrayBuffer()).toString(), long)
    const plain = await look(app, 'GET /')
    assert.deepEqual([plain.isHit, plain.text, plain.headers.get('etag')], [true, long, '"v1"'])
    assert.isNull(plain.headers.get('content-encoding'))
    const again = await ask(app, 'GET /', { headers: { 'accept-encoding': 'gzip' } })
    assert.equal(gunzipSync(await again.arrayBuffer()).toString(), long)
    assert.equal(again.headers.get('etag'), coded.headers.get('etag'))
    assert.notEqual(again.headers.get('etag'), '"v1"')
    assert.include(again.headers.get('vary'), 'accept-encoding')
    const current = await look(app, 'GET /', {
      'accept-encoding': 'gzip',
      'if-none-match': coded.headers.get('etag') ?? '',
    })
    assert.deepEqual([current.status, current.isHit], [304, true])
    assert.equal(runs, 1)
    assert.equal(await (await fetch(url)).text(), long)
  })
})
