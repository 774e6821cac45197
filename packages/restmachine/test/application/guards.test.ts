import { challenge, HttpError, RestApplication, Router, retryAfter } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { ask, askJson, createLog } from './asking.ts'

const byHeader = ({ requestHeaders }: { requestHeaders: { get(name: string): string | null } }) =>
  requestHeaders.get('x-user') ?? undefined

const signedIn = { headers: { 'x-user': 'Ada' } }

function fail(error: Error): never {
  throw error
}

/** A route of every kind below a guard that has a name nobody uses. */
function guarded() {
  return new RestApplication({ logger: createLog() })
    .authorized('user', byHeader)
    .get('/', () => 1)
    .delete('/', () => undefined)
    .get('/using', ({ user }) => user)
    .get('/public', () => 2, { skipAuthCheck: true })
    .resource('/resource', (resource) => resource.get(() => 3))
    .mount(
      '/router',
      new Router().get('/', () => 4).resource('/resource', (resource) => resource.get(() => 5)),
    )
}

describe('a guard of an application', () => {
  it.each([
    ['GET', '/'],
    ['HEAD', '/'],
    ['DELETE', '/'],
    ['OPTIONS', '/'],
    ['GET', '/using'],
    ['GET', '/resource'],
    ['GET', '/router'],
    ['GET', '/router/resource'],
  ])('acts on %s %s, whether its name is used or not', async (method, path) => {
    expect((await ask(guarded(), path, { method })).status).toBe(401)
    expect((await ask(guarded(), path, { ...signedIn, method })).status).toBeLessThan(300)
  })

  it('does not act where a route says skipAuthCheck', async () => {
    expect((await ask(guarded(), '/public')).status).toBe(200)
  })

  it.each([
    ['forbidden', 403],
    ['rateLimited', 429],
  ] as const)('is also %s, and skipAuthCheck leaves it standing', async (guard, status) => {
    const app = new RestApplication()[guard](() => true).get('/', () => 1, { skipAuthCheck: true })
    expect((await ask(app)).status).toBe(status)
  })

  it('gives its value to those who ask', async () => {
    expect(await askJson(guarded(), '/using', signedIn)).toBe('Ada')
  })

  const failing: readonly (readonly [string, () => unknown, number])[] = [
    ['throws', () => fail(new Error('no database')), 500],
    ['rejects', () => Promise.reject(new Error('no database')), 500],
    ['throws an HttpError', () => fail(new HttpError(503)), 503],
    ['promises nothing', async () => undefined, 401],
    ['promises false', async () => false, 401],
  ]
  it.each(failing)('lets nobody in when it %s', async (_, guard, status) => {
    let ran = false
    const app = new RestApplication({ logger: createLog() }).authorized(guard).get('/', () => {
      ran = true
    })
    expect((await ask(app)).status).toBe(status)
    expect(ran).toBe(false)
  })

  it('lets nobody in when what it asks for fails', async () => {
    const app = new RestApplication({ logger: createLog() })
      .dependency('keys', () => Promise.reject(new Error('no keys')))
      .authorized(({ keys }) => keys)
      .get('/', () => 1)
    expect((await ask(app)).status).toBe(500)
  })
})

describe('several guards of one layer', () => {
  it.each(['at once', 'later'])('are asked in turn, until one refuses (%s)', async (when) => {
    const asked: string[] = []
    const answer = (name: string, value: unknown) => () => {
      asked.push(name)
      return when === 'at once' ? value : Promise.resolve(value)
    }
    const app = new RestApplication()
      .authorized(answer('first key', true))
      .authorized(answer('second key', true))
      .forbidden(answer('first ban', false))
      .forbidden(answer('second ban', 'not today'))
      .forbidden(answer('third ban', false))
      .get('/', () => 1)
    expect(await askJson(app)).toMatchObject({ status: 403, detail: 'not today' })
    expect(asked).toEqual(['first key', 'second key', 'first ban', 'second ban'])
  })

  it('let nobody in when only the first does', async () => {
    const app = new RestApplication()
      .authorized(() => true)
      .authorized(async () => false)
      .get('/', () => 1)
    expect((await ask(app)).status).toBe(401)
  })
})

describe('an inner guard', () => {
  const app = new RestApplication()
    .authorized('user', byHeader)
    .get('/', ({ user }) => user)
    .mount(
      '/admin',
      new Router<{ user: string }>()
        .authorized('admin', ({ requestHeaders }) => requestHeaders.get('x-admin') ?? undefined)
        .get('/', () => 'admins')
        .get('/both', ({ user, admin }) => [user, admin])
        .get('/open', () => 'open', { authorized: () => true }),
    )

  it.each([
    ['/', { 'x-user': 'a' }, 200],
    ['/', { 'x-admin': 'b' }, 401],
    ['/admin', { 'x-admin': 'b' }, 200],
    ['/admin', { 'x-user': 'a' }, 401],
    ['/admin/both', { 'x-user': 'a' }, 401],
    ['/admin/both', { 'x-admin': 'b' }, 401],
    ['/admin/both', { 'x-user': 'a', 'x-admin': 'b' }, 200],
    ['/admin/open', {}, 200],
  ])(
    'takes the place of an outer one, unless its value is used: %s with %o is a %i',
    async (path, headers, status) => {
      expect((await ask(app, path, { headers })).status).toBe(status)
    },
  )

  it('does not reach beyond its router', async () => {
    const app = new RestApplication()
      .get('/outside', () => 1)
      .mount(
        '/inside',
        new Router().forbidden(() => true).get('/', () => 2),
      )
    expect((await ask(app, '/outside')).status).toBe(200)
    expect((await ask(app, '/inside')).status).toBe(403)
  })
})

describe('what a guard says when it refuses', () => {
  it('is a challenge', async () => {
    const app = new RestApplication()
      .authorized('user', () => challenge('Bearer', { realm: 'api', error: 'invalid_token' }))
      .get('/', () => 1)
      .get('/using', ({ user }) => user satisfies never)
      .get('/bypass', ({ user }) => user, { bypassStateMachine: true })
    for (const path of ['/', '/using', '/bypass']) {
      const response = await ask(app, path)
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="api", error="invalid_token"')
    }
  })

  it('is the scheme Bearer when it says nothing', async () => {
    const response = await ask(new RestApplication().authorized(() => false).get('/', () => 1))
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
  })

  it.each([
    ['forbidden', 403],
    ['malformedRequest', 400],
    ['unavailableForLegalReasons', 451],
    ['rateLimited', 429],
  ] as const)('is the string that %s gives, as the detail', async (guard, status) => {
    const app = new RestApplication()[guard](() => `no <${guard}>`).get('/', () => 1)
    expect(await askJson(app)).toMatchObject({ status, detail: `no <${guard}>` })
  })

  it('is nothing when forbidden is true', async () => {
    const problem = await askJson(new RestApplication().forbidden(async () => true).get('/', () => 1))
    expect(problem).toMatchObject({ status: 403, title: 'Forbidden' })
    expect(problem).not.toHaveProperty('detail')
  })

  it.each([
    ['seconds', 30, '30'],
    ['a fraction of seconds', 0.2, '1'],
    ['retryAfter(seconds)', retryAfter(120), '120'],
    ['retryAfter(date)', retryAfter(new Date('2030-01-02T03:04:05Z')), 'Wed, 02 Jan 2030 03:04:05 GMT'],
    ['true', true, '10'],
  ])('is how long to wait: %s', async (_, value, seconds) => {
    const response = await ask(new RestApplication().rateLimited(() => value).get('/', () => 1))
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe(seconds)
  })

  it('is how long the service is away', async () => {
    const response = await ask(new RestApplication().serviceAvailable(() => retryAfter(60)).get('/', () => 1))
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('60')
  })
})
