import { challenge, HttpError, RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet, statusesOf } from '../../decisions/asking.ts'

const OFFERS = 'Basic realm="staff, only", charset="UTF-8", Bearer realm="api"'

const app = new RestApplication({ logger: quiet })
  .authorized('user', ({ requestHeaders }) => {
    const [, name] = /^Bearer (\w+)$/i.exec(requestHeaders.get('authorization') ?? '') ?? []
    return name === 'ada' || name === 'guest'
      ? name
      : challenge('Bearer', { realm: 'the "api"', error: 'invalid_token' })
  })
  .forbidden(({ user, request }) => request.method !== 'GET' && user === 'guest')
  .get('/me', ({ user }) => ({ user }))
  .delete('/me', () => undefined)
  .get('/hidden', () => undefined, { resourceExists: ({ user }) => user === 'ada' })

const open = new RestApplication({ logger: quiet })
  .get('/both', () => {
    throw new HttpError(401, 'Say who you are', { headers: { 'WWW-Authenticate': OFFERS } })
  })
  .get('/public', () => ({ open: true }))

const by = (authorization: string) => ({ headers: { authorization } })

describe('RFC 9110 §11.1, authentication schemes', () => {
  it('are the business of the application, which gets the field as it came', async () => {
    assert.deepEqual(
      await statusesOf(
        app,
        ['GET /me', by('Bearer ada')],
        ['GET /me', by('bearer ada')],
        ['GET /me', by('BEARER ada')],
      ),
      [200, 200, 200],
    )
  })
})

describe('RFC 9110 §11.4, what answers to credentials', () => {
  it('is 401 with a challenge when there are none, or none that hold', async () => {
    for (const sent of [{}, by('Bearer eve'), by('Basic YTpi'), by('')]) {
      const { headers } = await expectStatus(app, 'GET /me', 401, sent)
      assert.equal(headers.get('www-authenticate'), 'Bearer realm="the \\"api\\"", error="invalid_token"')
    }
  })

  it('is 403 when they hold and are not enough, and then asks for no others', async () => {
    const { headers } = await expectStatus(app, 'DELETE /me', 403, by('Bearer guest'))
    assert.isNull(headers.get('www-authenticate'))
    await expectStatus(app, 'DELETE /me', 204, by('Bearer ada'))
  })

  it('may be 404, to hide that there is something (§15.5.4)', async () => {
    assert.deepEqual(
      await statusesOf(app, ['GET /hidden', by('Bearer ada')], ['GET /hidden', by('Bearer guest')]),
      [204, 404],
    )
  })
})

describe('RFC 9110 §11.6.1, WWW-Authenticate', () => {
  it('may offer several ways in one field', async () => {
    const { headers } = await expectStatus(open, 'GET /both', 401)
    assert.equal(headers.get('www-authenticate'), OFFERS)
  })

  it('has the realm as a quoted string, also where it is a token (§11.5)', async () => {
    const plain = new RestApplication()
      .authorized(() => challenge('Basic', { realm: 'here' }))
      .get('/', () => ({}))
    assert.equal((await ask(plain, 'GET /')).headers.get('www-authenticate'), 'Basic realm="here"')
  })

  it('comes with 401 to HEAD, and to content of every type', async () => {
    for (const [target, headers] of [
      ['HEAD /me', {}],
      ['GET /me', { accept: 'text/html' }],
      ['DELETE /me', {}],
    ] as const)
      assert.isNotNull((await expectStatus(app, target, 401, { headers })).headers.get('www-authenticate'))
  })
})

describe('RFC 9110 §11.6.2, Authorization', () => {
  it('may come where nobody asks for it', async () => {
    await expectStatus(open, 'GET /public', 200, by('Bearer whoever'))
  })
})
