import { RestApplication, Router, respond } from 'restmachine'
import { describe, expect, it } from 'vitest'

const ask = (app: RestApplication<never, never>, path: string, init?: RequestInit): Promise<Response> =>
  app.fetch(new Request(`http://localhost${path}`, init))

describe('a guard with a name', () => {
  it('still guards where an inner layer provides its name anew', async () => {
    const inner = new Router().dependency('user', () => 'me').get('/x', ({ user }) => user)
    const app = new RestApplication().authorized('user', () => undefined).mount('/a', inner)
    expect((await ask(app as never, '/a/x')).status).toBe(401)
  })

  it('takes an empty key for no key', async () => {
    const app = new RestApplication()
      .authorized('key', ({ requestHeaders }) => requestHeaders.get('x-api-key'))
      .get('/', ({ key }) => key)
    expect((await ask(app as never, '/', { headers: { 'x-api-key': '' } })).status).toBe(401)
    expect((await ask(app as never, '/', { headers: { 'x-api-key': 'k' } })).status).toBe(200)
  })
})

describe('a decision with a name that only a renderer uses', () => {
  it('acts before the handler runs', async () => {
    let ran = false
    const app = new RestApplication()
      .resourceExists('item', () => undefined as undefined | string)
      .post(
        '/',
        () => {
          ran = true
          return respond({}, 201)
        },
        { provides: { 'text/plain': ({ item }) => item } },
      )
    expect((await ask(app as never, '/', { method: 'POST' })).status).toBe(404)
    expect(ran).toBe(false)
  })
})

describe('methodAllowed', () => {
  it('answers 405 with the other methods of the path (RFC 9110 §15.5.6)', async () => {
    const app = new RestApplication()
      .methodAllowed(() => false)
      .get('/', () => 1)
      .put('/', () => 2)
    const response = await ask(app as never, '/')
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('OPTIONS, PUT')
  })
})

describe('an application that has shut down', () => {
  it('answers 503 and hands out no closed values', async () => {
    const app = new RestApplication().onStartup('db', () => ({ open: true })).get('/', ({ db }) => db)
    expect((await ask(app as never, '/')).status).toBe(200)
    await app.shutdown()
    const response = await ask(app as never, '/')
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('10')
  })
})
