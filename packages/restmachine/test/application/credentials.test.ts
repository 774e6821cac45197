import { request } from 'node:http'
import {
  type Credentials,
  challenge,
  HttpError,
  RestApplication,
  Router,
  type StandardSchema,
  sameSecret,
} from 'restmachine'
import { serve } from 'restmachine/node'
import { describe, expect, it, onTestFinished } from 'vitest'
import { check, type Equal } from '../types/equal.ts'
import { ask, askJson, createLog, startFault } from './asking.ts'

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`
const by = (authorization: string): RequestInit => ({ headers: { authorization } })

describe('credentials', () => {
  const app = new RestApplication()
    .get('/', ({ credentials }) => ({ credentials }))
    .get('/fast', ({ credentials }) => ({ credentials }), { bypassStateMachine: true })

  it.each([
    ['Bearer abc', { scheme: 'bearer', token: 'abc' }],
    [basic('Ada:a:b'), { scheme: 'basic', username: 'Ada', password: 'a:b' }],
    ['Digest a=b', { scheme: 'other', name: 'digest', parameters: { a: 'b' } }],
    ['Negotiate abc==', { scheme: 'other', name: 'negotiate', token: 'abc==', parameters: {} }],
    ['Bearer', undefined],
    ['Basic Ada', undefined],
    ['', undefined],
    ['🤷', undefined],
  ])('are read from %j', async (authorization, credentials) => {
    const encoded = Buffer.from(authorization).toString('latin1')
    for (const path of ['/', '/fast']) {
      expect(await askJson(app, path, by(encoded))).toEqual(credentials === undefined ? {} : { credentials })
    }
  })

  it('are undefined where there are none, and where there are two', async () => {
    const serving = await serve(app, { port: 0, signals: false })
    onTestFinished(() => void serving.close())
    expect(await (await fetch(serving.url)).json()).toEqual({})
    const twice = await new Promise<string>((resolve, reject) => {
      const lines = ['Host', 'x', 'Authorization', 'Bearer good', 'Authorization', 'Bearer evil']
      const sent = request(serving.url, { headers: lines }, async (response) => {
        let text = ''
        for await (const chunk of response) text += chunk
        resolve(text)
      })
      sent.on('error', reject).end()
    })
    expect(twice).not.toContain('good')
    expect(twice).not.toContain('evil')
  })

  it('have the type that their scheme tells', () => {
    new RestApplication().get('/', ({ credentials }) => {
      check<Equal<typeof credentials, Credentials | undefined>>()
      if (credentials?.scheme === 'bearer') check<Equal<typeof credentials.token, string>>()
      else if (credentials?.scheme === 'basic') check<Equal<typeof credentials.password, string>>()
      else if (credentials !== undefined) {
        check<Equal<typeof credentials.scheme, 'other'>>()
        check<Equal<typeof credentials.token, string | undefined>>()
      }
    })
  })

  it('are a name of the framework', async () => {
    const app = new RestApplication().dependency('credentials', () => 'mine').get('/', () => 1)
    expect(await startFault(app)).toContain('dependency "credentials": the name belongs to the framework')
  })
})

/** Two schemes side by side: whoever has either is in. */
function doubleDoor() {
  return new RestApplication({ logger: createLog() })
    .authorized('user', ({ credentials }) => {
      if (credentials?.scheme === 'bearer' && sameSecret(credentials.token, 't0ken'))
        return { name: 'service' }
      if (credentials?.scheme === 'basic' && sameSecret(credentials.password, 'open sesame'))
        return { name: credentials.username }
      return challenge('Bearer', { realm: 'api' })
        .and('Basic', { realm: 'api', charset: 'UTF-8' })
        .and('Negotiate')
    })
    .get('/', () => 'in')
    .get('/me', ({ user }) => user)
    .get('/fast', ({ user }) => user, { bypassStateMachine: true })
    .get('/open', ({ credentials }) => credentials?.scheme ?? 'nobody', { skipAuthCheck: true })
}

describe('a challenge of several schemes', () => {
  it.each(['/', '/me', '/fast'])('offers them all, in one field (RFC 9110 §11.6.1): %s', async (path) => {
    const refused = await ask(doubleDoor(), path, by('Bearer guess'))
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer realm="api", Basic realm="api", charset="UTF-8", Negotiate',
    )
  })

  it('is left as it was by what is added', () => {
    const one = challenge('Bearer')
    const two = one.and('Basic', { realm: 'a' })
    expect([one.headers[1], two.headers[1]]).toEqual(['Bearer', 'Bearer, Basic realm="a"'])
  })

  it('lets those in who meet one of them', async () => {
    expect(await askJson(doubleDoor(), '/me', by('bearer t0ken'))).toEqual({ name: 'service' })
    expect(await askJson(doubleDoor(), '/me', by(basic('Jürgen:open sesame')))).toEqual({ name: 'Jürgen' })
  })

  it('has no scheme that is none', () => {
    expect(() => challenge('Bearer').and('not a scheme')).toThrow('Cannot format a challenge')
  })
})

describe('skipAuthCheck', () => {
  it('leaves the credentials to be read, for nothing of them is said to be right', async () => {
    expect(await askJson(doubleDoor(), '/open', by('Bearer guess'))).toBe('bearer')
    expect(await askJson(doubleDoor(), '/open')).toBe('nobody')
  })

  it.each([
    [
      'the handler',
      (app: ReturnType<typeof doubleDoor>) => app.get('/x', ({ user }) => user, { skipAuthCheck: true }),
    ],
    [
      'a provider of the handler',
      (app: ReturnType<typeof doubleDoor>) =>
        app
          .dependency('greeting', ({ user }) => `Hi ${user.name}`)
          .get('/x', ({ greeting }) => greeting, { skipAuthCheck: true }),
    ],
    [
      'another guard',
      (app: ReturnType<typeof doubleDoor>) =>
        app.get('/x', () => 1, { skipAuthCheck: true, forbidden: ({ user }) => user.name === 'Eve' }),
    ],
    [
      'a renderer',
      (app: ReturnType<typeof doubleDoor>) =>
        app.get('/x', () => 1, { skipAuthCheck: true, provides: { 'text/plain': ({ user }) => user.name } }),
    ],
    [
      'a bypassed route',
      (app: ReturnType<typeof doubleDoor>) =>
        app.get('/x', ({ user }) => user, { skipAuthCheck: true, bypassStateMachine: true }),
    ],
    [
      'a router that is mounted',
      (app: ReturnType<typeof doubleDoor>) =>
        app.mount(
          '/',
          new Router<{ user: { name: string } }>().get('/x', ({ user }) => user, { skipAuthCheck: true }),
        ),
    ],
  ])('is refused at the start where %s uses what only the check makes safe', async (_, add) => {
    const fault = await startFault(add(doubleDoor()))
    expect(fault).toContain('GET /x: skipAuthCheck, yet it uses "user", which only the check makes safe')
    expect(fault).toContain('the check:    authorized "user"')
    expect(fault).toContain('remove skipAuthCheck, or do not ask for "user"')
  })
})

describe('a guard', () => {
  it('is asked before anything of the request is validated', async () => {
    let validated = 0
    const counting: StandardSchema<number> = { '~standard': { validate: () => ({ value: ++validated }) } }
    const app = new RestApplication()
      .authorized(({ credentials }) => credentials?.scheme === 'bearer')
      .forbidden(({ credentials }) => credentials?.scheme === 'bearer' && credentials.token === 'eve')
      .validates('input', counting, ({ jsonBody }) => jsonBody)
      .post('/', ({ input }) => input)
    const post = async (init: RequestInit, body = '{}'): Promise<number> => {
      const headers = { ...(init.headers as Record<string, string>), 'content-type': 'application/json' }
      return (await ask(app, '/', { method: 'POST', headers, body })).status
    }
    expect([await post({}), await post(by('Bearer eve')), await post({}, '{')]).toEqual([401, 403, 401])
    expect(validated).toBe(0)
    expect([await post(by('Bearer ada')), validated]).toEqual([200, 1])
  })
})

describe('guards of layers', () => {
  const roles = { ada: ['admin'], grace: ['reader'] } as Readonly<Record<string, readonly string[]>>
  const app = new RestApplication({ logger: createLog() })
    .authorized('user', ({ credentials }) => {
      const name = credentials?.scheme === 'bearer' ? credentials.token : ''
      return Object.hasOwn(roles, name)
        ? { name, roles: roles[name] as readonly string[] }
        : challenge('Bearer')
    })
    .get('/', ({ user }) => user.name)
    .mount(
      '/admin',
      new Router<{ user: { name: string; roles: readonly string[] } }>()
        .forbidden(({ user }) => !user.roles.includes('admin') && 'Only for admins')
        .get('/', () => 'secrets')
        .get('/stop', () => {
          throw new HttpError(403, 'Not even you')
        }),
    )
    .resource('/notes/{name}', (note) =>
      note.forbidden(({ user, name }) => user.name !== name).get(({ name }) => `of ${name}`),
    )

  it.each([
    ['/', undefined, 401],
    ['/', 'grace', 200],
    ['/', 'eve', 401],
    ['/', 'constructor', 401],
    ['/admin', undefined, 401],
    ['/admin', 'grace', 403],
    ['/admin', 'ada', 200],
    ['/admin/stop', 'ada', 403],
    ['/notes/ada', undefined, 401],
    ['/notes/ada', 'grace', 403],
    ['/notes/ada', 'ada', 200],
  ])('%s by %s is a %i', async (path, token, status) => {
    const init = token === undefined ? {} : by(`Bearer ${token}`)
    for (const method of ['GET', 'HEAD']) {
      const response = await ask(app, path, { ...init, method })
      expect(response.status).toBe(status)
      expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null)
    }
  })

  it('tells why it forbids, and nothing of who asked', async () => {
    const problem = await askJson(app, '/admin', by('Bearer grace'))
    expect(problem).toMatchObject({ status: 403, detail: 'Only for admins' })
    expect(JSON.stringify(problem)).not.toContain('grace')
  })
})
