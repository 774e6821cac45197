import { RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, quiet } from '../../decisions/asking.ts'
import { answersTo, counting, look } from './kept.ts'

const store = { maxAge: 60, store: true } as const

describe('RFC 9111 §3, storing answers', () => {
  it('keeps a GET that says how long it is fresh, and gives it again', async () => {
    const app = counting()
    const first = await look(app, 'GET /')
    assert.deepEqual([first.status, first.isHit, first.isStored], [200, false, true])
    const second = await look(app, 'GET /')
    assert.deepEqual([second.status, second.isHit, second.text], [200, true, first.text])
    assert.equal(second.headers.get('content-type'), 'application/json')
    assert.equal(second.headers.get('cache-control'), 'max-age=60')
  })

  it('keeps nothing where nobody asked for it', async () => {
    const app = counting({ maxAge: 60 })
    assert.deepEqual(await answersTo(app, ['GET /'], ['GET /']), ['{"run":1}', '{"run":2}'])
    assert.isNull((await look(app, 'GET /')).headers.get('cache-status'))
  })

  it.for([
    ['no-store', 'max-age=60, no-store'],
    ['private', 'max-age=60, private'],
    ['private with field names', 'max-age=60, private="x-a"'],
    ['no-cache', 'max-age=60, no-cache'],
    ['no-cache with field names', 'max-age=60, no-cache="x-a"'],
    ['No-Store in any case', 'max-age=60, No-Store'],
    ['no time to live', 'public'],
    ['a time of 0', 'max-age=0'],
    ['a shared time of 0', 'max-age=60, s-maxage=0'],
    ['a time that is none', 'max-age=-1'],
    ['what cannot be read', 'max-age=60, "'],
  ] as const)('keeps nothing that says %s', async ([, value]) => {
    const app = counting(store, (run) => respond({ run }, 200, { 'cache-control': value }))
    assert.isFalse((await look(app, 'GET /')).isStored)
    assert.equal((await look(app, 'GET /')).text, '{"run":2}')
  })

  it.for([201, 202, 203, 206, 301, 404, 410, 500, 503])('keeps no %i', async (status) => {
    const app = counting(store, (run) => respond({ run }, status, { 'cache-control': 'max-age=60' }))
    assert.deepEqual(await answersTo(app, ['GET /'], ['GET /']), ['{"run":1}', '{"run":2}'])
  })

  it('keeps no answer that sets a cookie, whoever set it', async () => {
    const cookie = { 'set-cookie': 'session=1' }
    const byHandler = counting(store, (run) => respond({ run }, 200, cookie))
    const byDefault = counting().defaultHeaders(() => cookie)
    let runs = 0
    const byTearDown = new RestApplication({ logger: quiet })
      .dependency('visit', function* ({ responseHeaders }) {
        yield ++runs
        responseHeaders.setCookie('session', '1')
      })
      .get('/', ({ visit }) => ({ run: visit }), { cacheResponse: store })
    for (const app of [byHandler, byDefault, byTearDown]) {
      const seen = [await look(app, 'GET /'), await look(app, 'GET /')]
      assert.deepEqual(
        seen.map(({ text, isStored }) => [text, isStored]),
        [
          ['{"run":1}', false],
          ['{"run":2}', false],
        ],
      )
      assert.equal(seen[1]?.headers.get('set-cookie'), 'session=1')
    }
  })

  it('keeps no stream, no file and no Response of the handler: they are read once', async () => {
    const made = {
      stream: () => new Blob(['a']).stream(),
      blob: () => new Blob(['a']),
      response: () => new Response('a', { headers: { 'cache-control': 'max-age=60' } }),
      items: async function* () {
        yield 'a'
      },
    }
    for (const [name, make] of Object.entries(made)) {
      const app = counting(store, make)
      for (const _ of [1, 2]) {
        const seen = await look(app, 'GET /')
        assert.include(seen.text, 'a', name)
        assert.deepEqual([seen.isHit, seen.isStored], [false, false], name)
      }
    }
  })

  it('keeps bytes, and text of no length, as they were', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
    const app = new RestApplication({ logger: quiet })
      .get('/bytes', () => bytes, { cacheResponse: store })
      .get('/empty', () => respond('', 200, { 'content-type': 'text/plain' }), { cacheResponse: store })
    for (const isHit of [false, true]) {
      const response = await ask(app, 'GET /bytes')
      assert.deepEqual(new Uint8Array(await response.arrayBuffer()), bytes)
      assert.equal(response.headers.get('cache-status')?.includes('hit'), isHit)
      const empty = await look(app, 'GET /empty')
      assert.deepEqual([empty.status, empty.text, empty.isHit], [200, '', isHit])
      assert.equal(empty.headers.get('content-type'), 'text/plain')
    }
  })

  it('keeps no answer to a write', async () => {
    let runs = 0
    const app = new RestApplication({ logger: quiet }).post('/', () => ({ run: ++runs }), {
      cacheResponse: { ...store, public: true },
    })
    assert.deepEqual(await answersTo(app, ['POST /'], ['POST /']), ['{"run":1}', '{"run":2}'])
  })

  it('keeps nothing when the request forbids it (§5.2.1.5), and gives what is there', async () => {
    const app = counting()
    assert.isFalse((await look(app, 'GET /', { 'cache-control': 'no-store' })).isStored)
    assert.equal((await look(app, 'GET /')).text, '{"run":2}')
    assert.isTrue((await look(app, 'GET /', { 'cache-control': 'no-store' })).isHit)
  })

  it('keeps nothing when the request fails after the handler', async () => {
    let runs = 0
    const app = new RestApplication({ logger: quiet })
      .dependency('commit', function* () {
        yield ++runs
        if (runs === 1) throw new Error('the commit failed')
      })
      .get('/', ({ commit }) => ({ run: commit }), { cacheResponse: store })
    assert.equal((await look(app, 'GET /')).status, 500)
    assert.deepEqual(await answersTo(app, ['GET /'], ['GET /']), ['{"run":2}', '{"run":2}'])
  })
})

describe('RFC 9111 §3.1, header fields of what is kept', () => {
  it('come back, several lines too, but for those of one connection or one request', async () => {
    const app = counting(store, () =>
      respond('a', 200, {
        'x-line': ['one', 'two'],
        connection: 'x-hop',
        'keep-alive': 'timeout=5',
        'proxy-authenticate': 'Basic',
        age: '5',
        'content-type': 'text/x-own',
      }),
    )
    await look(app, 'GET /')
    const { headers, isHit } = await look(app, 'GET /')
    assert.isTrue(isHit)
    assert.equal(headers.get('x-line'), 'one, two')
    assert.equal(headers.get('content-type'), 'text/x-own')
    assert.equal(headers.get('age'), '5')
    for (const name of ['connection', 'keep-alive', 'proxy-authenticate'])
      assert.isNull(headers.get(name), name)
  })

  it('that policies and tear-down set are those of the request that asks', async () => {
    let count = 0
    const app = new RestApplication({ logger: quiet })
      .cors({ origins: ['https://a.example', 'https://b.example'] })
      .securityHeaders()
      .defaultHeaders(() => ({ 'x-default': String(++count) }))
      .dependency('timer', function* ({ responseHeaders }) {
        responseHeaders.set('x-kept', 'from the first')
        yield 1
        responseHeaders.set('x-took', String(++count))
      })
      .get('/', ({ timer }) => ({ timer }), { cacheResponse: store })
    const first = await look(app, 'GET /', { origin: 'https://a.example' })
    assert.equal(first.headers.get('access-control-allow-origin'), 'https://a.example')
    assert.equal(first.headers.get('x-took'), '2')
    const second = await look(app, 'GET /', { origin: 'https://b.example' })
    assert.isTrue(second.isHit)
    assert.equal(second.headers.get('access-control-allow-origin'), 'https://b.example')
    assert.equal(second.headers.get('x-default'), '3')
    assert.equal(second.headers.get('x-kept'), 'from the first')
    assert.isNull(second.headers.get('x-took'), 'how long the first took is not how long this one did')
    assert.equal(second.headers.get('x-content-type-options'), 'nosniff')
    assert.isNull((await look(app, 'GET /')).headers.get('access-control-allow-origin'))
  })
})

describe('RFC 9111 §3.5, answers to requests with credentials', () => {
  const credentials = { authorization: 'Bearer a' }
  const personal = (cacheResponse: Parameters<typeof counting>[0]) => counting(cacheResponse)

  it.for([store, { ...store, sMaxAge: 30 }, { ...store, mustRevalidate: true }])(
    'are not kept, and not answered from what is kept: %j',
    async (cacheResponse) => {
      const app = personal(cacheResponse)
      const seen = [
        await look(app, 'GET /', credentials),
        await look(app, 'GET /', credentials),
        await look(app, 'GET /'),
        await look(app, 'GET /', credentials),
      ]
      assert.deepEqual(
        seen.map(({ text, isHit }) => [text, isHit]),
        [1, 2, 3, 4].map((run) => [`{"run":${run}}`, false]),
      )
    },
  )

  it('are kept where they are public', async () => {
    const app = personal({ ...store, public: true })
    const requests = [['GET /', credentials], ['GET /'], ['GET /', { authorization: 'Bearer b' }]] as const
    assert.deepEqual(await answersTo(app, ...requests), ['{"run":1}', '{"run":1}', '{"run":1}'])
  })

  it('are not kept where the handler takes that back', async () => {
    const app = counting({ ...store, public: true }, (run) =>
      respond({ run }, 200, { 'cache-control': 'max-age=60' }),
    )
    assert.isFalse((await look(app, 'GET /', credentials)).isStored)
    assert.isTrue((await look(app, 'GET /')).isStored)
  })

  it('of a guarded route go to those alone whom the guard lets in', async () => {
    let asked = 0
    const app = counting({ ...store, public: true }).authorized(({ requestHeaders }) => {
      asked++
      return requestHeaders.get('authorization') === 'Bearer a'
    })
    await look(app, 'GET /', credentials)
    const hit = await look(app, 'GET /', credentials)
    assert.deepEqual([hit.isHit, asked], [true, 2])
    const refused = await look(app, 'GET /', { authorization: 'Bearer x' })
    assert.deepEqual([refused.status, refused.isHit], [401, false])
    assert.isNull(refused.headers.get('cache-status'))
  })
})
