import { HttpError, RestApplication, Router, respond } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { ask, createLog } from './asking.ts'

describe('default headers', () => {
  it('stand on every response of their layer, errors and unknown paths too', async () => {
    const app = new RestApplication({ logger: createLog() })
      .defaultHeaders(({ request }) => ({ 'X-Path': request.path, 'x-list': ['a', 'b'], 'x-number': 1 }))
      .get('/data', () => 1)
      .delete('/data', () => undefined)
      .get('/missing', () => 2, { resourceExists: () => false })
      .get('/broken', () => Promise.reject(new Error('broken')))
      .get('/refused', () => Promise.reject(new HttpError(409)))
      .get('/web', () => new Response('web'))
    const asked: readonly (readonly [string, string, number])[] = [
      ['GET', '/data', 200],
      ['HEAD', '/data', 200],
      ['DELETE', '/data', 204],
      ['OPTIONS', '/data', 204],
      ['PUT', '/data', 405],
      ['GET', '/missing', 404],
      ['GET', '/broken', 500],
      ['GET', '/refused', 409],
      ['GET', '/web', 200],
      ['GET', '/nowhere', 404],
      ['BREW', '/data', 501],
    ]
    for (const [method, path, status] of asked) {
      const response = await ask(app, path, { method })
      expect(response.status, `${method} ${path}`).toBe(status)
      expect(response.headers.get('x-path')).toBe(path)
      expect(response.headers.get('x-list')).toBe('a, b')
      expect(response.headers.get('x-number')).toBe('1')
    }
  })

  it('are those of the innermost layer alone', async () => {
    const app = new RestApplication()
      .defaultHeaders(() => ({ 'x-application': '1' }))
      .get('/', () => 1)
      .mount(
        '/router',
        new Router()
          .defaultHeaders(() => ({ 'x-router': '1' }))
          .get('/', () => 2)
          .resource('/resource', (resource) =>
            resource
              .defaultHeaders(() => ({ 'x-first': '1', 'x-twice': 'a' }))
              .defaultHeaders(async () => ({ 'x-second': '1', 'x-twice': 'b' }))
              .get(() => 3),
          ),
      )
    const own = async (path: string) =>
      [...(await ask(app, path)).headers]
        .filter(([name]) => name.startsWith('x-'))
        .map((line) => line.join(' '))
    expect(await own('/')).toEqual(['x-application 1'])
    expect(await own('/router')).toEqual(['x-router 1'])
    expect(await own('/router/resource')).toEqual(['x-first 1', 'x-second 1', 'x-twice b'])
  })

  it('give way to what the handler and its providers set', async () => {
    const app = new RestApplication()
      .defaultHeaders(() => ({
        'X-One': 'default',
        'x-two': 'default',
        'x-three': 'default',
        'content-type': 'x/y',
      }))
      .get('/', ({ responseHeaders }) => {
        responseHeaders.set('x-one', 'set')
        return respond({}, 200, { 'X-Two': 'responded' })
      })
      .get('/web', () => new Response('', { headers: { 'x-two': 'web' } }))
    const { headers } = await ask(app)
    expect([headers.get('x-one'), headers.get('x-two'), headers.get('x-three')]).toEqual([
      'set',
      'responded',
      'default',
    ])
    expect(headers.get('content-type')).toBe('application/json')
    expect((await ask(app, '/web')).headers.get('x-two')).toBe('web')
  })

  it.each(['at once', 'later'])(
    'that fail %s are told in the log and left out, the others stand',
    async (when) => {
      const log = createLog()
      const failure = new Error('no secret nonce')
      const app = new RestApplication({ logger: log })
        .defaultHeaders(() => {
          if (when === 'at once') throw failure
          return Promise.reject(failure)
        })
        .defaultHeaders(() => ({ 'x-there': '1' }))
        .get('/', () => 'hello')
      const response = await ask(app)
      expect(response.status).toBe(200)
      expect(response.headers.get('x-there')).toBe('1')
      expect(await response.text()).toBe('"hello"')
      expect(log.lines).toEqual([{ message: 'A policy or default header of GET / failed', details: failure }])
    },
  )

  it('may be none', async () => {
    const app = new RestApplication().defaultHeaders(() => undefined).get('/', () => 1)
    expect((await ask(app)).status).toBe(200)
  })

  it('may ask for values, also those that a decision found', async () => {
    const app = new RestApplication({ logger: createLog() })
      .authorized('user', ({ requestHeaders }) => requestHeaders.get('x-user') ?? undefined)
      .defaultHeaders(async ({ user }) => ({ 'x-seen': user }))
      .get('/', () => 1)
    expect((await ask(app, '/', { headers: { 'x-user': 'Ada' } })).headers.get('x-seen')).toBe('Ada')
    const refused = await ask(app)
    expect([refused.status, refused.headers.get('x-seen')]).toEqual([401, null])
  })
})
