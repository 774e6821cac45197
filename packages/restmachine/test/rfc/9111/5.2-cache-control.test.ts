import { type CacheControl, RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet } from '../../decisions/asking.ts'
import { overWire } from '../over-wire.ts'

const cached = (cacheResponse: CacheControl) =>
  new RestApplication({ logger: quiet }).get('/', () => ({ a: 1 }), { cacheResponse })

const sentBy = async (cacheResponse: CacheControl) =>
  (await ask(cached(cacheResponse), 'GET /')).headers.get('cache-control')

describe('RFC 9111 §5.2.2, directives of an answer', () => {
  it.for([
    [{ maxAge: 60 }, 'max-age=60'],
    [{ maxAge: 0 }, 'max-age=0'],
    [{ mustRevalidate: true, maxAge: 1 }, 'max-age=1, must-revalidate'],
    [{ mustUnderstand: true, noStore: true }, 'no-store, must-understand'],
    [{ noCache: true }, 'no-cache'],
    [{ noStore: true }, 'no-store'],
    [{ noTransform: true }, 'no-transform'],
    [{ private: true }, 'private'],
    [{ proxyRevalidate: true }, 'proxy-revalidate'],
    [{ public: true, sMaxAge: 5 }, 'public, s-maxage=5'],
  ] as const)('are written as they are asked for: %j', async ([cacheControl, value]) => {
    assert.equal(await sentBy(cacheControl), value)
  })

  it('name fields in quotes, one as well as several (§5.2.2.4, §5.2.2.7)', async () => {
    assert.equal(await sentBy({ noCache: ['set-cookie'] }), 'no-cache="set-cookie"')
    assert.equal(await sentBy({ private: ['x-a', 'x-b'] }), 'private="x-a, x-b"')
  })

  it('have times of whole seconds without quotes (§1.2.2)', async () => {
    for (const maxAge of [-1, 0.5, Number.NaN, 2 ** 31 + 1]) {
      const fault = await cached({ maxAge })
        .startup()
        .catch((error: unknown) => String(error))
      assert.match(fault ?? 'it started', /whole seconds from 0 to 2147483648/)
    }
    assert.equal(await sentBy({ maxAge: 2 ** 31 }), 'max-age=2147483648')
  })

  it('come with HEAD and 304 as with GET, and with nothing that must not be kept so long', async () => {
    const app = new RestApplication({ logger: quiet })
      .get('/', () => ({}), { cacheResponse: { maxAge: 60 }, etag: () => 'v1' })
      .get('/broken', () => Promise.reject(new Error('broken')), { cacheResponse: { maxAge: 60 } })
    const cacheControl = async (target: string, headers = {}) =>
      (await ask(app, target, { headers })).headers.get('cache-control')
    assert.equal(await cacheControl('HEAD /'), 'max-age=60')
    assert.equal(await cacheControl('GET /', { 'if-none-match': '"v1"' }), 'max-age=60')
    assert.isNull(await cacheControl('GET /', { 'if-match': '"v0"' }))
    assert.isNull(await cacheControl('GET /broken'))
    assert.isNull(await cacheControl('POST /'))
  })

  it('are those that the handler says, where it says any', async () => {
    const app = new RestApplication().get('/', () => respond({}, 200, { 'Cache-Control': 'no-store' }), {
      cacheResponse: { maxAge: 60 },
    })
    assert.equal((await ask(app, 'GET /')).headers.get('cache-control'), 'no-store')
  })
})

describe('RFC 9111 §5.2.1, directives of a request', () => {
  it.for(['no-cache', 'no-store', 'max-age=0', 'only-if-cached', 'min-fresh=1', 'no-cache="x', '=,='])(
    'are for caches: the origin answers as ever to %s',
    async (value) => {
      const headers = { 'cache-control': value, pragma: 'no-cache' }
      const response = await expectStatus(cached({ maxAge: 60 }), 'GET /', 200, { headers })
      assert.equal(response.headers.get('cache-control'), 'max-age=60')
    },
  )
})

describe('RFC 9111 §5.1, §5.4 and §5.5, Age, Pragma and Warning', () => {
  it('are not sent: the answer is new, and the other two are of the past', async () => {
    const answer = await overWire(cached({ maxAge: 60 }), 'GET /')
    for (const name of ['age', 'pragma', 'warning']) assert.isUndefined(answer.header(name), name)
  })
})

describe('RFC 9111 §5.3, Expires', () => {
  it('goes out as the application says, also beside max-age, which wins', async () => {
    const app = new RestApplication().get(
      '/',
      () => respond({}, 200, { expires: 'Wed, 01 May 2030 10:00:00 GMT' }),
      {
        cacheResponse: { maxAge: 60 },
      },
    )
    const { headers } = await ask(app, 'GET /')
    assert.equal(headers.get('expires'), 'Wed, 01 May 2030 10:00:00 GMT')
    assert.equal(headers.get('cache-control'), 'max-age=60')
  })
})

describe('RFC 9111 §4.1, the key of a stored answer', () => {
  it('can be found again: the same choice has the same Vary, whatever it chose', async () => {
    const app = new RestApplication()
      .languages(['en', 'de'])
      .get('/', () => ({}), { cacheResponse: { maxAge: 60 }, provides: { 'text/html': () => '' } })
    const vary = async (headers: Record<string, string>) =>
      (await ask(app, 'GET /', { headers })).headers.get('vary')
    const plain = await vary({})
    assert.isNotNull(plain)
    for (const headers of [{ accept: 'text/html' }, { 'accept-language': 'de' }, { accept: 'image/png' }])
      assert.sameMembers((await vary(headers))?.split(', ') ?? [], plain?.split(', ') ?? [])
  })
})
