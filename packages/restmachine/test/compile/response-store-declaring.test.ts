import { type BuiltIns, type CacheResponseOptions, RestApplication, Router } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { startFault } from '../application/asking.ts'
import { quiet } from '../decisions/asking.ts'

const store = { maxAge: 60, store: true } as const
const shared = { cacheResponse: { ...store, public: true } }
const create = () => new RestApplication({ logger: quiet })

describe('a route that stores its answers is refused at the start', () => {
  it.for([
    [{ store: true }, 'Cannot store answers: maxAge or sMaxAge says how long'],
    [{ store: true, maxAge: 0 }, 'maxAge or sMaxAge says how long, from 1 second on'],
    [{ store: true, maxAge: 60, sMaxAge: 0 }, 'maxAge or sMaxAge says how long, from 1 second on'],
    [{ ...store, private: true }, 'Cannot store answers that are private, noStore or noCache'],
    [{ ...store, private: ['x-a'] }, 'Cannot store answers that are private, noStore or noCache'],
    [{ ...store, noStore: true }, 'Cannot store answers that are private, noStore or noCache'],
    [{ ...store, noCache: true }, 'Cannot store answers that are private, noStore or noCache'],
    [{ ...store, noCache: ['x-a'] }, 'Cannot store answers that are private, noStore or noCache'],
    [{ ...store, vary: ['*'] }, 'Cannot store answers that vary by "*"'],
    [{ ...store, maxAge: 1.5 }, 'whole seconds'],
  ] as const)('with %j', async ([cacheResponse, message]) => {
    const app = create().get('/', () => 1, { cacheResponse: cacheResponse as CacheResponseOptions })
    assert.include(await startFault(app), message)
  })

  it.for([
    ['authorized', (app: RestApplication) => app.authorized(() => true)],
    ['forbidden', (app: RestApplication) => app.forbidden(() => false)],
  ] as const)('when %s guards it and nobody says that all get the same', async ([name, guard]) => {
    const fault = await startFault(guard(create()).get('/', () => 1, { cacheResponse: store }))
    assert.include(fault, `GET /: cacheResponse stores what ${name} guards`)
    assert.include(fault, 'say public: true')
    await guard(create())
      .get('/', () => 1, shared)
      .startup()
    // The time for shared caches does not say it.
    const timed = guard(create()).get('/', () => 1, { cacheResponse: { ...store, sMaxAge: 60 } })
    assert.include(await startFault(timed), `stores what ${name} guards`)
  })

  it('where the guard stands on a router or a resource, too, but not where its check is skipped', async () => {
    const guarded = new Router().authorized(() => true).get('/a', () => 1, { cacheResponse: store })
    assert.include(await startFault(create().mount('/in', guarded)), 'GET /in/a: cacheResponse stores')
    const skipped = create()
      .authorized(() => true)
      .get('/', () => 1, { cacheResponse: store, skipAuthCheck: true })
    await skipped.startup()
    const limited = create()
      .rateLimited(() => false)
      .get('/', () => 1, { cacheResponse: store })
    await limited.startup()
  })

  it('when it uses whom the guard let in, though it says it is public', async () => {
    const named = () => create().authorized('user', () => ({ name: 'Ada' }))
    const direct = await startFault(named().get('/', ({ user }) => user, shared))
    assert.include(direct, 'GET /: cacheResponse stores for everybody what depends on "user"')
    assert.include(direct, 'cache.wrap()')
    const through = named()
      .dependency('greeting', ({ user }) => `Hello ${user.name}`)
      .get('/', () => 1, { ...shared, provides: { 'text/html': ({ greeting }) => greeting } })
    assert.include(await startFault(through), 'depends on "user"')
    // Who writes the log or an error may know who it is.
    const elsewhere = named()
      .forbidden(({ user }) => user.name === 'Eve')
      .defaultHeaders(({ user }) => ({ 'x-user': user.name }))
      .handlesError(500, ({ user }) => user)
      .get('/', () => 1, shared)
    await elsewhere.startup()
    const read = create().get('/', ({ credentials }) => credentials, shared)
    assert.include(await startFault(read), 'depends on "credentials"')
    // Without `public` no request with credentials gets as far as that.
    await create()
      .get('/', ({ credentials }) => credentials, { cacheResponse: store })
      .startup()
  })

  it('when it uses cookies without varying by them', async () => {
    const app = (vary: readonly string[]) =>
      create()
        .dependency('theme', ({ cookies }) => cookies.theme ?? 'light')
        .get('/', ({ theme }) => theme, { cacheResponse: { ...store, vary } })
    assert.include(await startFault(app([])), 'GET /: cacheResponse stores what depends on cookies')
    await app(['Cookie']).startup()
    const guarded = create()
      .authorized(({ cookies }) => cookies.session === '1')
      .get('/', () => 1, shared)
    await guarded.startup()
  })

  it.for([
    ['preferences', 'Prefer', ({ preferences }: BuiltIns) => preferences],
    ['lastEventId', 'Last-Event-ID', ({ lastEventId }: BuiltIns) => lastEventId],
  ] as const)('when it uses %s without varying by %s', async ([name, field, read]) => {
    const app = (vary: readonly string[]) =>
      create().get('/', read as (given: BuiltIns) => unknown, { cacheResponse: { ...store, vary } })
    const fault = await startFault(app([]))
    assert.include(fault, `GET /: cacheResponse stores what depends on ${name}`)
    assert.include(fault, `say vary: ['${field.toLowerCase()}']`)
    await app([field]).startup()
  })

  it('when there is a nonce in it', async () => {
    const page = create()
      .csp({ defaultSrc: 'self', nonce: true })
      .get('/', ({ cspNonce }) => `<script nonce="${cspNonce}">`, { cacheResponse: store })
    assert.include(await startFault(page), 'GET /: cacheResponse stores a nonce')
    await create()
      .csp({ defaultSrc: 'self', nonce: true })
      .get('/', () => 1, { cacheResponse: store })
      .startup()
  })

  it('when it bypasses the graph, in which the store is asked', async () => {
    const app = create().get('/', () => 1, { cacheResponse: store, bypassStateMachine: true })
    assert.include(await startFault(app), 'GET /: bypassStateMachine asks no store')
    await create()
      .get('/', () => 1, { cacheResponse: { maxAge: 60 }, bypassStateMachine: true })
      .startup()
  })
})
