import { inject, RestApplication, Router } from 'restmachine'
import { checkApplication } from 'restmachine/check'
import { patches } from 'restmachine/patch'
import { assert, describe, it } from 'vitest'
import { messagesOf } from './advised.ts'

const Anything = {
  '~standard': { version: 1, vendor: 'own', validate: (value: unknown) => ({ value }) },
} as const

describe('unused-decision', () => {
  const found = (app: Parameters<typeof messagesOf>[1]): readonly string[] =>
    messagesOf('unused-decision', app)

  it('tells of a named decision whose name nobody uses', () => {
    const app = new RestApplication()
      .resourceExists('user', () => undefined)
      .get('/users/{id}', ({ id }) => id)
    assert.deepEqual(found(app), ['resourceExists "user": no route asks for "user", so it is never asked'])
    // Said once.
    assert.deepEqual(messagesOf('unused-provider', app), [])
  })

  it('tells of a decision that each route answers itself or leaves out, and of one without routes', () => {
    const app = new RestApplication()
      .etag(() => 1)
      .get('/a', () => 1, { etag: () => 2 })
      .get('/b', () => 1, { bypassStateMachine: true })
      .mount(
        '/empty',
        new Router().conflict(() => true),
      )
    assert.deepEqual(found(app), ['etag: it acts on no route', 'conflict: it acts on no route'])
  })

  it('is silent where the name is used: by a handler, a provider, a renderer, another decision, a parser', () => {
    const app = new RestApplication()
      .resourceExists('one', () => 1)
      .resourceExists('two', () => 2)
      .resourceExists('three', () => 3)
      .resourceExists('four', () => 4)
      .resourceExists('five', () => ({}))
      .dependency('double', ({ two }) => two * 2)
      .get('/1', ({ one }) => one)
      .get('/2', ({ double }) => double)
      .get('/3', () => 1, { provides: { 'text/plain': ({ three }) => String(three) } })
      .get('/4', () => 1, { etag: ({ four }) => four })
      .patch('/5', ({ parsedBody }) => parsedBody, { accepts: patches(({ five }) => five) })
    assert.deepEqual(found(app), [])
  })

  it('is silent about guards, and about what is asked where no route stands', () => {
    const app = new RestApplication()
      .authorized('me', () => ({ id: 7 }))
      .serviceAvailable(() => true)
      .get('/a', () => 1, { serviceAvailable: () => true, skipAuthCheck: true })
      // OPTIONS of the path are asked, and methods that it does not take.
      .resource('/b', (b) => b.rateLimited(() => false).get(() => 1, { rateLimited: () => false }))
    assert.deepEqual(found(app), [])
  })
})

describe('unused-provider', () => {
  const found = (app: Parameters<typeof messagesOf>[1]): readonly string[] =>
    messagesOf('unused-provider', app)

  it('tells of providers that nobody asks for, of the request and of the session', () => {
    const app = new RestApplication()
      .dependency('clock', () => Date.now())
      .dependency('rates', () => ({}), { ttl: '5m' })
      .validates('note', Anything, ({ jsonBody }) => jsonBody)
      .dependency('base', () => 1)
      .dependency('top', ({ base }) => base)
      .post('/notes', () => 1)
    assert.deepEqual(found(app), [
      'dependency "clock": nobody asks for "clock"',
      'dependency "rates": nobody asks for "rates"',
      'validates "note": nobody asks for "note", so nothing is checked',
      'dependency "base": nobody asks for "base"',
      'dependency "top": nobody asks for "top"',
    ])
  })

  it('tells of one that an inner layer replaces', () => {
    const app = new RestApplication()
      .dependency('limit', () => 1)
      .resource('/a', (a) => a.dependency('limit', () => 2).get(({ limit }) => limit))
    const [advice] = checkApplication(app, { rules: { 'read-without-validator': false } })
    assert.equal(advice?.rule, 'unused-provider')
    assert.match(advice?.place?.file ?? '', /unused\.test\.ts$/)
  })

  it('is silent about what start-up, shutdown, other values, policies and errors use', () => {
    const app = new RestApplication()
      .dependency('settings', () => ({ size: 1 }), { scope: 'session' })
      .dependency('late', () => 1, { scope: 'session' })
      .onStartup('pool', ({ settings }) => settings.size)
      .dependency('texts', () => ['a'], { scope: 'session' })
      .onStartup('warm', ({ texts }) => texts.length)
      .onShutdown(({ late }) => late)
      .dependency('tenant', () => 'a')
      .dependency('help', () => 'text')
      .dependency('id', () => 'x')
      .requestId(({ id }) => id)
      .traceId(() => 'b')
      .defaultHeaders(({ tenant }) => ({ 'x-tenant': tenant }))
      .handlesError(500, ({ help }) => help)
      .get('/a', ({ pool }) => pool)
      .files('/static', import.meta.dirname)
    assert.deepEqual(found(app), [])
  })
})

describe('missing-name', () => {
  const found = (app: Parameters<typeof messagesOf>[1]): readonly string[] => messagesOf('missing-name', app)
  const lulled = 'the application starts only because nobody asks for it'

  it('tells of names that a start does not miss, because nobody gets that far', async () => {
    const app = new RestApplication()
      .dependency('clock', () => 1)
      .dependency('time', (given: object) => given)
    const wrong = ({ clok }: { readonly clok: number }) => clok
    const router = new Router<{ readonly clok: number }>().dependency('late', wrong)
    app.mount('/r', router as never)
    // It is so: what cannot be read is silent at the start as well.
    assert.deepEqual(found(app), [
      'dependency "time": cannot read the names it asks for: the first parameter is not a pattern, so nothing says which names are needed',
      `dependency "late": nothing provides "clok"; ${lulled}`,
    ])
    await app.startup()
    const hints = checkApplication(app).filter(({ rule }) => rule === 'missing-name')
    assert.equal(hints.at(-1)?.mend, 'did you mean "clock"?')
  })

  it('is silent about names of inner layers, of paths, of the framework, and those that need not be there', () => {
    const router = new Router<{ readonly inner: number; readonly userId: string }>()
      .dependency('one', ({ inner }) => inner)
      .dependency('two', ({ userId }) => userId)
      .dependency('three', ({ request, logger }) => [request, logger])
      .dependency(
        'four',
        inject(['request'], ({ request }) => request),
      )
      .dependency('five', (({ nobody = 1 }: { nobody?: number }) => nobody) as () => number)
      .get('/a', () => 1, { authorized: () => true })
    const app = new RestApplication().dependency('inner', () => 1).mount('/users/{userId}', router)
    assert.deepEqual(found(app), [])
  })
})

describe('unused-language', () => {
  const found = (app: Parameters<typeof messagesOf>[1]): readonly string[] =>
    messagesOf('unused-language', app)

  it('tells of languages that nothing is written in', () => {
    const app = new RestApplication()
      .languages(['en', 'de-CH'])
      .get('/a', () => 1)
      .get('/b', () => 2)
    assert.deepEqual(found(app), [
      'GET /a, GET /b: answers say that they are in en or de-CH, and nothing asks in which',
    ])
  })

  it('is silent where one route asks, and where there is only one language', () => {
    const app = new RestApplication()
      .languages(['en', 'de'])
      .get('/a', () => 1)
      .get('/b', ({ language }) => language)
    assert.deepEqual(found(app), [])
    assert.deepEqual(found(new RestApplication().languages(['en']).get('/a', () => 1)), [])
  })
})
