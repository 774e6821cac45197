import { type CorsOptions, RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet, statusesOf } from '../../decisions/asking.ts'

const PAGE = 'https://app.example.com'

function appWith(cors: CorsOptions) {
  return new RestApplication({ logger: quiet })
    .cors(cors)
    .get('/note', () => ({ note: 'milk' }), { etag: () => 'v1' })
    .put('/note', () => ({}), { authorized: () => false })
    .get('/broken', () => Promise.reject(new Error('broken')))
    .get('/nothing', () => undefined)
    .get('/moved', () => ({}), { resourceExists: () => false, movedTemporarily: () => '/note' })
}

const app = appWith({ origins: PAGE, credentials: true, exposeHeaders: ['ETag'] })
const from = (origin: string, headers: Record<string, string> = {}) => ({ headers: { origin, ...headers } })

const preflight = (method: string, headers: Record<string, string> = {}, origin = PAGE) =>
  from(origin, { 'access-control-request-method': method, ...headers })

describe('Fetch §3.2.3, answers to a CORS request', () => {
  it.for([
    ['GET /note', 200, {}],
    ['HEAD /note', 200, {}],
    ['GET /nothing', 204, {}],
    ['GET /note', 304, { 'if-none-match': '"v1"' }],
    ['GET /moved', 307, {}],
    ['GET /note', 406, { accept: 'image/png' }],
    ['PUT /note', 401, {}],
    ['GET /absent', 404, {}],
    ['DELETE /note', 405, {}],
    ['GET /broken', 500, {}],
    ['LINK /note', 501, {}],
  ] as const)(
    'learns of every answer whether its page may read it: %s is %i',
    async ([target, status, headers]) => {
      const response = await expectStatus(app, target, status, from(PAGE, headers))
      assert.equal(response.headers.get('access-control-allow-origin'), PAGE)
      assert.equal(response.headers.get('access-control-allow-credentials'), 'true')
      assert.equal(response.headers.get('access-control-expose-headers'), 'ETag')
    },
  )

  it('is answered all the same where it is not shared: the browser keeps it from the page', async () => {
    const response = await expectStatus(app, 'GET /note', 200, from('https://evil.example'))
    for (const [name] of response.headers) assert.notMatch(name, /^access-control-/)
  })

  it('may come without Origin: then nothing is shared', async () => {
    const { headers } = await ask(app, 'GET /note')
    assert.isNull(headers.get('access-control-allow-origin'))
  })
})

describe('Fetch §3.2.3, Access-Control-Allow-Origin', () => {
  it('is the origin byte for byte, never a list', async () => {
    const several = appWith({ origins: [PAGE, 'https://b.example'] })
    for (const origin of [PAGE, 'https://b.example']) {
      const { headers } = await ask(several, 'GET /note', from(origin))
      assert.equal(headers.get('access-control-allow-origin'), origin)
    }
  })

  it('is not given to an origin that only looks like the allowed one', async () => {
    for (const origin of [
      'http://app.example.com',
      'https://app.example.com:8443',
      'https://app.example.com.evil.example',
      'https://evil-app.example.com',
      `${PAGE}/`,
      'null',
      `${PAGE}, ${PAGE}`,
    ]) {
      const { headers } = await ask(app, 'GET /note', from(origin))
      assert.isNull(headers.get('access-control-allow-origin'), origin)
    }
  })
})

describe('Fetch §3.2.5, credentials', () => {
  it('never go with the wildcard: an application that wants both does not start', () => {
    assert.throws(() => appWith({ origins: '*', credentials: true }), /credentials/)
  })

  it('are not allowed unless the application says so', async () => {
    const { headers } = await ask(appWith({ origins: PAGE }), 'GET /note', from(PAGE))
    assert.isNull(headers.get('access-control-allow-credentials'))
  })

  it('never go with names of any field or method: "*" would be taken by its letter', () => {
    assert.throws(() => appWith({ origins: PAGE, credentials: true, exposeHeaders: ['*'] }), /\*/)
    assert.throws(() => appWith({ origins: PAGE, credentials: true, methods: ['*'] }), /\*/)
  })
})

describe('Fetch §3.2.2, a preflight', () => {
  it('is answered with a status of success, before anybody is asked who he is', async () => {
    const { headers } = await expectStatus(app, 'OPTIONS /note', 204, preflight('PUT'))
    assert.equal(headers.get('access-control-allow-origin'), PAGE)
    assert.equal(headers.get('access-control-allow-credentials'), 'true')
    assert.include(headers.get('access-control-allow-methods')?.split(', ') ?? [], 'PUT')
    await expectStatus(app, 'PUT /note', 401, from(PAGE))
  })

  it('names the fields that a page may set, those that it asks for among them', async () => {
    const requested = { 'access-control-request-headers': 'authorization,content-type' }
    const { headers } = await expectStatus(app, 'OPTIONS /note', 204, preflight('PUT', requested))
    const allowed = (headers.get('access-control-allow-headers') ?? '').toLowerCase().split(', ')
    for (const name of ['authorization', 'content-type']) assert.include(allowed, name)
  })

  it('may be kept for as long as it says, in seconds', async () => {
    const { headers } = await ask(
      appWith({ origins: PAGE, maxAge: '10m' }),
      'OPTIONS /note',
      preflight('PUT'),
    )
    assert.equal(headers.get('access-control-max-age'), '600')
  })

  it.for([
    ['for another origin', preflight('PUT', {}, 'https://evil.example')],
    ['for a method that the target does not have', preflight('DELETE')],
    ['for a method in another case', preflight('put')],
    ['for a field that is not allowed', preflight('PUT', { 'access-control-request-headers': 'x-admin' })],
  ] as const)('that may not be has no leave in its answer: %s', async ([, sent]) => {
    const { headers } = await ask(app, 'OPTIONS /note', sent)
    for (const name of ['access-control-allow-methods', 'access-control-allow-headers'])
      assert.isNull(headers.get(name), name)
  })

  it('is no preflight without the method that it asks for: then it is an OPTIONS like any other', async () => {
    const { headers } = await expectStatus(app, 'OPTIONS /note', 204, from(PAGE))
    assert.equal(headers.get('allow'), 'GET, HEAD, OPTIONS, PUT')
    assert.isNull(headers.get('access-control-allow-methods'))
  })
})

describe('Fetch §3.2.5, CORS and caches', () => {
  it('are told by Vary that answers differ, also that without Origin', async () => {
    for (const sent of [{}, from(PAGE), from('https://evil.example')]) {
      const { headers } = await ask(app, 'GET /note', sent)
      assert.include(headers.get('vary')?.split(', ') ?? [], 'origin')
    }
  })

  it('need not be told where everybody gets the same', async () => {
    const open = appWith({ origins: '*' })
    for (const sent of [{}, from(PAGE)]) {
      const { headers } = await ask(open, 'GET /note', sent)
      assert.equal(headers.get('access-control-allow-origin'), '*')
      assert.notInclude(headers.get('vary')?.split(', ') ?? [], 'origin')
    }
  })
})

describe('Fetch §3.2.1, what CORS is not', () => {
  it('decide nothing about what is done: a page that may not read may still ask', async () => {
    const evil = from('https://evil.example')
    assert.deepEqual(await statusesOf(app, ['GET /note', evil], ['GET /nothing', evil]), [200, 204])
  })
})
