import { HttpError, RestApplication } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { ask, createLog, sending } from './asking.ts'

const secret = (): Error =>
  Object.assign(new Error('the secret message', { cause: new Error('the secret cause') }), {
    details: 'secret details',
    toJSON: () => ({ secret: true }),
  })

function fail(error: unknown): never {
  throw error
}

/** One route for each place where something can fail, all of them below a 500. */
function failingEverywhere(development: boolean) {
  const log = createLog()
  const app = new RestApplication({ logger: log, development })
    .dependency('broken', () => fail(secret()))
    .dependency('refusing', (): number => fail(secret()), { scope: 'session' })
    .dependency('closing', function* () {
      yield 1
      throw secret()
    })
    .validates('checked', { '~standard': { validate: () => fail(secret()) } }, () => 1)
    .get('/handler', () => fail(secret()))
    .get('/later', () => Promise.reject(secret()))
    .get('/text', () => fail('the secret text'))
    .get('/object', () => fail({ secret: true, status: 200, message: 'secret' }))
    .get('/provider', ({ broken }) => broken)
    .get('/session', ({ refusing }) => refusing)
    .get('/closing', ({ closing }) => closing)
    .get('/checked', ({ checked }) => checked)
    .get('/decision', () => 1, { forbidden: () => fail(secret()) })
    .get('/etag', () => 1, { etag: () => Promise.reject(secret()) })
    .get('/renderer', () => 1, { provides: { 'application/json': () => fail(secret()) } })
    .get('/unwritable', () => ({ secret: 1n, toJSON: () => fail(secret()) }))
    .get('/status', () => fail(new HttpError(500, undefined, { cause: secret() })))
    .get('/timeout', () => new Promise((resolve) => setTimeout(resolve, 1_000, 'the secret text')), {
      timeout: 5,
    })
  return { app, log }
}

const paths = failingEverywhere(false).app.routes.map(({ path }) => path)

describe('in production', () => {
  it.each(
    paths.flatMap((path) => ['application/json', 'text/html', 'text/plain'].map((type) => [path, type])),
  )('a failure at %s shows nothing of itself as %s, and stands in the log', async (path, accept) => {
    const { app, log } = failingEverywhere(false)
    const response = await ask(app, path, { headers: { accept: `${accept}, */*;q=0.1` } })
    expect(response.status).toBe(path === '/timeout' ? 503 : 500)
    const shown = `${JSON.stringify([...response.headers])} ${await response.text()}`
    expect(response.headers.get('content-type')).toContain(accept?.replace('application/', ''))
    expect(shown).not.toMatch(/secret|\.test\.ts|node_modules| at /)
    expect(log.lines.some(({ message }) => message.includes(` GET ${path}`))).toBe(true)
  })

  it('the cause of an HttpError stays inside, its detail does not', async () => {
    const app = new RestApplication({ logger: createLog() }).get('/', () =>
      fail(new HttpError(409, 'for you', { cause: secret() })),
    )
    const text = await (await ask(app)).text()
    expect(text).toContain('for you')
    expect(text).not.toContain('secret')
  })

  it('a client error is no line in the log', async () => {
    const log = createLog()
    const app = new RestApplication({ logger: log }).post('/', ({ jsonBody }) => jsonBody)
    expect((await ask(app, '/', { ...sending({}), body: '{' })).status).toBe(400)
    expect((await ask(app, '/nowhere')).status).toBe(404)
    expect(log.lines).toEqual([])
  })
})

describe('in development', () => {
  it.each(['/handler', '/later', '/provider', '/closing'])(
    'a failure at %s is shown in the problem',
    async (path) => {
      const { app } = failingEverywhere(true)
      const problem = (await (await ask(app, path)).json()) as { exception: { stack: string[] } }
      expect(problem).toMatchObject({
        status: 500,
        exception: { name: 'Error', message: 'the secret message' },
      })
      expect(problem.exception.stack.join('\n')).toContain('secrecy.test.ts')
    },
  )

  it('what is no error is shown as text', async () => {
    const { app } = failingEverywhere(true)
    expect(await (await ask(app, '/text')).json()).toMatchObject({ exception: 'the secret text' })
  })

  it('a refusal shows no exception', async () => {
    const { app } = failingEverywhere(true)
    expect(await (await ask(app, '/nowhere')).json()).not.toHaveProperty('exception')
  })
})
