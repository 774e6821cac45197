import { inject, RestApplication, Router } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { startFault } from './asking.ts'

describe('a name that nothing provides', () => {
  it('is a fault of the route that asks for it, with the name that is meant', async () => {
    const app = new RestApplication()
      .dependency('clock', () => 42)
      // @ts-expect-error nothing provides "clok"
      .get('/time', ({ clok }) => clok)
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 1 fault
      1.   GET /time: nothing provides "clok"
           provided:     cache, clock, logger, …
           did you mean "clock"?
           declared at:  missing-names.test.ts"
    `)
  })

  it('is a fault of the provider that asks for it, with the way to it', async () => {
    const app = new RestApplication()
      // @ts-expect-error nothing provides "settings"
      .dependency('pool', ({ settings }) => settings)
      .dependency('connection', ({ pool }) => pool)
      .get('/', ({ connection }) => connection)
      .get('/again', ({ connection }) => connection)
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 1 fault
      1.   dependency "pool": nothing provides "settings"
           asked for by: GET / (missing-names.test.ts) → dependency "connection" (missing-names.test.ts) → dependency "pool" (missing-names.test.ts)
           provided:     cache, connection, logger, pool, …
           declared at:  missing-names.test.ts"
    `)
  })

  it('is a fault of a decision, a renderer, a parser, an error handler and default headers', async () => {
    const asking = inject(['nowhere'], ({ nowhere }: { nowhere: string }) => nowhere) as never
    const app = new RestApplication()
      .authorized(asking)
      .resourceExists('found', asking)
      .provides('text/html', asking)
      .accepts('text/csv', asking)
      .handlesError(404, asking)
      .handlesError('all', asking)
      .defaultHeaders(asking)
      .requestId(asking)
      .post('/', ({ found, parsedBody }) => [found, parsedBody])
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 8 faults
      1.   resourceExists "found": nothing provides "nowhere"
           asked for by: POST / (missing-names.test.ts) → resourceExists "found" (missing-names.test.ts)
           provided:     cache, found, logger, …
           declared at:  missing-names.test.ts
      2.   provides "text/html": nothing provides "nowhere"
           provided:     cache, found, logger, …
           declared at:  missing-names.test.ts
      3.   authorized: nothing provides "nowhere"
           provided:     cache, found, logger, …
           declared at:  missing-names.test.ts
      4.   accepts "text/csv": nothing provides "nowhere"
           provided:     cache, found, logger, …
           declared at:  missing-names.test.ts
      5.   defaultHeaders: nothing provides "nowhere"
           provided:     cache, found, logger, …
           declared at:  missing-names.test.ts
      6.   requestId: nothing provides "nowhere"
           provided:     cache, found, logger, …
           declared at:  missing-names.test.ts
      7.   handlesError 404: nothing provides "nowhere"
           provided:     cache, found, logger, …
           declared at:  missing-names.test.ts
      8.   handlesError all: nothing provides "nowhere"
           provided:     cache, found, logger, …
           declared at:  missing-names.test.ts"
    `)
  })

  it('is a fault also where no route of the user stands', async () => {
    const router = new Router()
      .authorized(() => true)
      .defaultHeaders(() => ({}))
      .get('/', () => 'hello')
    const app = new RestApplication()
      // @ts-expect-error nothing provides "role"
      .authorized(({ role }) => role)
      .mount('/', router)
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 1 fault
      1.   authorized: nothing provides "role"
           provided:     cache, logger, …
           declared at:  missing-names.test.ts"
    `)
  })

  it('is a fault of what runs at the start and at the end', async () => {
    const app = new RestApplication()
      // @ts-expect-error nothing provides "configuration"
      .onStartup('pool', ({ configuration }) => configuration)
      // @ts-expect-error nothing provides "request"
      .onStartup(({ request }) => request)
      // @ts-expect-error nothing provides "pol"
      .onShutdown(({ pol }) => pol)
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 3 faults
      1.   onStartup "pool": nothing provides "configuration" to the session
           provided:     cache, logger, pool, …
           the session cannot use what only a request has
           declared at:  missing-names.test.ts
      2.   onStartup: nothing provides "request" to the session
           provided:     cache, logger, pool, …
           the session cannot use what only a request has
           declared at:  missing-names.test.ts
      3.   onShutdown: nothing provides "pol" to the session
           provided:     cache, logger, pool, …
           the session cannot use what only a request has
           did you mean "pool"?
           declared at:  missing-names.test.ts"
    `)
  })

  it('is a fault of a session value that asks for what only a request has', async () => {
    const app = new RestApplication()
      .dependency('connection', () => 1)
      // @ts-expect-error nothing provides "connection" to the session
      .dependency('pool', ({ connection }) => connection, { scope: 'session' })
      .get('/', ({ pool }) => pool)
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 1 fault
      1.   dependency "pool": nothing provides "connection" to the session
           provided:     cache, logger, pool, …
           the session cannot use what only a request has
           declared at:  missing-names.test.ts"
    `)
  })

  it('is a fault when only another router provides it', async () => {
    const app = new RestApplication()
      .mount(
        '/books',
        new Router().dependency('books', () => []).get('/', ({ books }) => books),
      )
      // @ts-expect-error nothing provides "books"
      .get('/', ({ books }) => books)
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 1 fault
      1.   GET /: nothing provides "books"
           provided:     cache, logger, …
           declared at:  missing-names.test.ts"
    `)
  })

  it('is a fault when a handler asks for its own result', async () => {
    const app = new RestApplication()
      // @ts-expect-error nothing provides "result"
      .get('/', ({ result }) => result)
      // @ts-expect-error nothing provides "exception"
      .post('/', ({ exception }) => exception)
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 2 faults
      1.   GET /: nothing provides "result" here
           provided:     cache, logger, …
           declared at:  missing-names.test.ts
      2.   POST /: nothing provides "exception" here
           provided:     cache, logger, …
           declared at:  missing-names.test.ts"
    `)
  })
})

describe('a circle', () => {
  it('is told once, with the whole way round', async () => {
    const app = new RestApplication()
      // @ts-expect-error nothing provides "second"
      .dependency('first', ({ second }) => second)
      // @ts-expect-error nothing provides "third"
      .dependency('second', ({ third }) => third)
      .dependency('third', ({ first }) => first)
      .get('/', ({ second }) => second)
      .get('/third', ({ third, first }) => [third, first])
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 1 fault
      1.   dependency "first": it needs itself
           circle:       first → second → third → first
           take one of them out of the circle, or let one take what they share from a third
           declared at:  missing-names.test.ts"
    `)
  })

  it('of one is told, too', async () => {
    const app = new RestApplication()
      // @ts-expect-error nothing provides "user"
      .dependency('user', ({ user }) => user, { scope: 'session' })
      .get('/', ({ user }) => user)
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 1 fault
      1.   dependency "user": it needs itself
           circle:       user → user
           take one of them out of the circle, or let one take what they share from a third
           declared at:  missing-names.test.ts"
    `)
  })
})
