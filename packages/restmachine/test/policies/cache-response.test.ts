import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { type CacheResponseOptions, createCacheResponse } from '../../src/policies/cache-response.ts'
import { ask, expectStatus, quiet } from '../decisions/asking.ts'

describe('createCacheResponse', () => {
  it('parts what goes into Cache-Control from what does not', () => {
    const checked = createCacheResponse({
      maxAge: 60,
      public: true,
      expires: true,
      vary: ['X-Tenant', 'cookie'],
    })
    assert.equal(checked.cacheControl, 'public, max-age=60')
    assert.equal(checked.expiresAfter, 60)
    assert.deepEqual(checked.vary, ['x-tenant', 'cookie'])
    assert.deepEqual(createCacheResponse({ maxAge: 0, expires: true }).expiresAfter, 0)
    assert.isUndefined(createCacheResponse({ maxAge: 60, expires: false }).expiresAfter)
  })

  it.for([
    [{ expires: true }, 'Cannot say when it expires: maxAge is needed'],
    [{ maxAge: 1, vary: ['a b'] }, 'Cannot vary by "a b": the name of a request field is needed'],
    [{ maxAge: 1, vary: [''] }, 'Cannot vary by "": the name of a request field is needed'],
    [{ maxAge: 1, vary: [7] }, 'Cannot vary by 7: the name of a request field is needed'],
  ] as const)('refuses %j', ([options, message]) => {
    assert.throws(() => createCacheResponse(options as unknown as CacheResponseOptions), TypeError, message)
  })
})

const app = new RestApplication({ logger: quiet })
  .resource('/kept', (kept) =>
    kept
      .etag(() => 'v1')
      .get(() => ({ kept: true }), { cacheResponse: { maxAge: 60, expires: true, vary: ['X-Tenant'] } })
      .post(() => ({}), { cacheResponse: { maxAge: 60, expires: true, vary: ['X-Tenant'] } }),
  )
  .get('/gone', () => ({}), { resourceExists: () => false, cacheResponse: { maxAge: 60, expires: true } })
  .query('/found', ({ textBody }) => ({ textBody }), { cacheResponse: { maxAge: 60, vary: ['x-tenant'] } })

const inAMinute = (response: Response): number =>
  Math.abs(Date.parse(response.headers.get('expires') ?? '') - Date.now() - 60_000)

describe('cacheResponse of a route', () => {
  it.for([
    ['GET', 200, {}],
    ['HEAD', 200, {}],
    ['GET', 304, { 'if-none-match': '"v1"' }],
  ] as const)(
    'says as a date, too, until when, and by what answers differ: %s %i',
    async ([method, status, headers]) => {
      const response = await expectStatus(app, `${method} /kept`, status, { headers })
      assert.equal(response.headers.get('cache-control'), 'max-age=60')
      assert.equal(response.headers.get('vary'), 'x-tenant')
      // A date on the wire has whole seconds.
      assert.isAtMost(inAMinute(response), 2_000)
    },
  )

  it('is silent about writes and errors', async () => {
    for (const [target, status] of [
      ['POST /kept', 200],
      ['GET /gone', 404],
    ] as const) {
      const response = await expectStatus(app, target, status)
      assert.isNull(response.headers.get('cache-control'))
      assert.isNull(response.headers.get('expires'))
    }
  })

  it('holds for QUERY, and without `expires` there is no date', async () => {
    const headers = { 'content-type': 'text/plain' }
    const response = await ask(app, 'QUERY /found', { headers, body: 'x' })
    assert.equal(response.headers.get('cache-control'), 'max-age=60')
    assert.equal(response.headers.get('vary'), 'x-tenant')
    assert.isNull(response.headers.get('expires'))
  })

  it('is told at the start when it cannot be had', async () => {
    const wrong = new RestApplication({ logger: quiet }).get('/', () => 1, {
      cacheResponse: { expires: true },
    })
    const fault = await wrong.startup().catch((error: Error) => error.message)
    assert.match(String(fault), /GET \/: Cannot say when it expires: maxAge is needed/)
  })
})
