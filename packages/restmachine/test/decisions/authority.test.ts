import { challenge, RestApplication, retryAfter } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet, statusesOf } from './asking.ts'

describe('RFC 9110 §15.5.2, 401 Unauthorized', () => {
  it('always says how to authenticate (MUST)', async () => {
    const app = new RestApplication().authorized(() => false).get('/', () => 'hello')
    assert.equal((await expectStatus(app, 'GET /', 401)).headers.get('www-authenticate'), 'Bearer')
  })

  it('takes the challenge that the application gives', async () => {
    const app = new RestApplication()
      .authorized('user', async ({ requestHeaders }) =>
        requestHeaders.has('authorization') ? { name: 'Ada' } : challenge('Basic', { realm: 'a "b"' }),
      )
      .get('/', ({ user }) => user.name)
    assert.equal(
      (await expectStatus(app, 'GET /', 401)).headers.get('www-authenticate'),
      String.raw`Basic realm="a \"b\""`,
    )
    const known = await expectStatus(app, 'GET /', 200, { headers: { authorization: 'Basic YTpi' } })
    assert.equal(await known.json(), 'Ada')
  })

  it('guards every route of its layer, whether its name is used or not', async () => {
    const app = new RestApplication()
      .authorized('user', () => undefined)
      .get('/', () => 'hello')
      .post('/', () => 'made')
    assert.deepEqual(
      await statusesOf(app, ['GET /'], ['HEAD /'], ['POST /'], ['OPTIONS /']),
      [401, 401, 401, 401],
    )
  })

  it('is no answer to a fault within the check: that is a 500 without its text', async () => {
    const app = new RestApplication({ logger: quiet })
      .authorized(() => {
        throw new Error('the password is hunter2')
      })
      .get('/', () => 'hello')
    const response = await expectStatus(app, 'GET /', 500)
    assert.notInclude(await response.text(), 'hunter2')
    assert.isNull(response.headers.get('www-authenticate'))
  })

  it('is not asked where the route says skipAuthCheck', async () => {
    const app = new RestApplication()
      .authorized(() => false)
      .get('/open', () => 'hello', { skipAuthCheck: true })
      .get('/closed', () => 'secret')
    assert.deepEqual(await statusesOf(app, ['GET /open'], ['HEAD /open'], ['GET /closed']), [200, 200, 401])
  })

  it('names the challenge of a named check also to who asks for the value before the check', async () => {
    const app = new RestApplication()
      .authorized('user', () => challenge('Bearer', { error: 'invalid_token' }))
      .malformedRequest(({ user }) => user === undefined)
      .get('/', () => 'hello')
    assert.equal(
      (await expectStatus(app, 'GET /', 401)).headers.get('www-authenticate'),
      'Bearer error="invalid_token"',
    )
  })
})

describe('RFC 9110 §15.5.4, 403 Forbidden', () => {
  it('answers a present answer, whose text is the detail', async () => {
    const app = new RestApplication()
      .forbidden(({ queryParams }) => queryParams.get('why') ?? queryParams.has('no'))
      .get('/', () => 'hello')
    assert.deepEqual(await statusesOf(app, ['GET /'], ['GET /?no']), [200, 403])
    const response = await expectStatus(app, 'GET /?why=Not+on+Mondays', 403)
    assert.equal((await response.json()).detail, 'Not on Mondays')
  })

  it('comes after 401', async () => {
    const app = new RestApplication()
      .forbidden(() => true)
      .authorized(() => false)
      .get('/', () => 'hello')
    await expectStatus(app, 'GET /', 401)
  })
})

describe('RFC 7725 §3, 451 Unavailable For Legal Reasons', () => {
  it('answers with the sentence that the application gives', async () => {
    const app = new RestApplication()
      .unavailableForLegalReasons(() => 'A court said so')
      .get('/', () => 'hello')
    assert.equal((await (await expectStatus(app, 'GET /', 451)).json()).detail, 'A court said so')
  })
})

describe('RFC 6585 §4, 429 Too Many Requests', () => {
  const limited = (answer: unknown): RestApplication =>
    new RestApplication().rateLimited(() => answer).get('/', () => 'hello')

  it('says how long to wait, whichever way the application puts it', async () => {
    for (const [answer, wait] of [
      [true, '10'],
      [2.5, '3'],
      [retryAfter(60), '60'],
    ] as const) {
      assert.equal((await expectStatus(limited(answer), 'GET /', 429)).headers.get('retry-after'), wait)
    }
  })

  it('passes whoever is within the rate', async () => {
    await expectStatus(limited(undefined), 'GET /', 200)
    await expectStatus(limited(Promise.resolve(false)), 'GET /', 200)
  })
})

describe('RFC 9110 §15.5.6, 405 Method Not Allowed', () => {
  const app = new RestApplication()
    .get('/notes/{noteId}', ({ noteId }) => noteId)
    .delete('/notes/{noteId}', () => undefined)
    .post('/notes', () => 'made')

  it('lists the methods of the target in Allow (MUST)', async () => {
    const response = await expectStatus(app, 'PUT /notes/1', 405)
    assert.equal(response.headers.get('allow'), 'DELETE, GET, HEAD, OPTIONS')
    assert.include((await response.json()).detail, 'PUT is not among DELETE, GET, HEAD, OPTIONS')
    assert.equal((await ask(app, 'GET /notes')).headers.get('allow'), 'OPTIONS, POST')
  })

  it('answers OPTIONS by the same list (§9.3.7)', async () => {
    const response = await expectStatus(app, 'OPTIONS /notes/1', 204)
    assert.equal(response.headers.get('allow'), 'DELETE, GET, HEAD, OPTIONS')
    assert.isNull(response.headers.get('content-type'))
  })

  it('leaves OPTIONS to a handler that is there', async () => {
    const own = new RestApplication().options('/', () => ({ own: true })).get('/', () => 'hello')
    assert.deepEqual(await (await expectStatus(own, 'OPTIONS /', 200)).json(), { own: true })
  })

  it('answers where the application does not allow the method now', async () => {
    const frozen = new RestApplication().resource('/', (note) =>
      note
        .methodAllowed(({ request }) => request.method === 'GET')
        .get(() => 'hello')
        .put(() => 'changed'),
    )
    assert.deepEqual(await statusesOf(frozen, ['GET /'], ['PUT /']), [200, 405])
    assert.isString((await ask(frozen, 'PUT /')).headers.get('allow'))
  })
})
