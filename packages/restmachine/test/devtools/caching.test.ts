import { file, RestApplication, respond, streams } from 'restmachine'
import { checkApplication } from 'restmachine/check'
import { assert, describe, it } from 'vitest'
import { messagesOf } from './advised.ts'

describe('read-without-validator', () => {
  const found = (app: Parameters<typeof messagesOf>[1]): readonly string[] =>
    messagesOf('read-without-validator', app)
  const what = 'nothing tells a client whether the answer has changed, so it is made and sent anew each time'

  it('tells of each route where others have one', () => {
    const app = new RestApplication()
      .get('/a', () => 1)
      .get('/b', () => 2, { etag: () => 2 })
      .get('/c', () => 3)
    assert.deepEqual(found(app), [`GET /a: ${what}`, `GET /c: ${what}`])
  })

  it('tells of three routes one by one, and of more at once', () => {
    const paths = (count: number): readonly string[] =>
      Array.from({ length: count }, (_, index) => `/${index}`)
    const of = (count: number) =>
      paths(count).reduce((app, path) => app.get(path, () => 1), new RestApplication())
    assert.deepEqual(found(of(1)), [`GET /0: ${what}`])
    assert.lengthOf(found(of(3)), 3)
    const told =
      '4 routes tell no client whether their answers have changed, so these are made and sent anew each time'
    assert.deepEqual(found(of(4)), [`${told}: GET /0, GET /1, GET /2, GET /3`])
    assert.match(found(of(10))[0] ?? '', /, GET \/9$/)
    assert.match(found(of(12))[0] ?? '', /, GET \/9 and 2 more$/)
    const [advice] = checkApplication(of(4))
    assert.equal(advice?.route, undefined)
  })

  it('is silent where a validator or a policy acts, on whichever layer', () => {
    assert.deepEqual(found(new RestApplication().etag('auto').get('/a', () => 1)), [])
    const app = new RestApplication()
      .get('/a', () => 1, { lastModified: () => new Date(0) })
      .get('/b', () => 1, { cacheResponse: { maxAge: 60 } })
      .get('/c', () => 1, { cacheResponse: { noStore: true } })
      .get('/d', () => respond(1, 200, { 'cache-control': 'max-age=60' }))
      .get('/e', ({ responseHeaders }) => responseHeaders.set('ETag', '"1"'))
      .get('/f', () => file('/etc/hostname'))
      .resource('/g', (at) => at.etag(() => 1).get(() => 1))
    assert.deepEqual(found(app), [])
    const headers = new RestApplication()
      .defaultHeaders(() => ({ 'cache-control': 'no-cache' }))
      .get('/a', () => 1)
    assert.deepEqual(found(headers), [])
  })

  it('is silent about streams, writes, and what bypasses the graph', () => {
    const app = new RestApplication()
      .get(
        '/a',
        function* () {
          yield 1
        },
        { provides: streams() },
      )
      .get('/b', () => [1], { provides: streams() })
      .post('/c', () => 1)
      .get('/d', () => 1, { bypassStateMachine: true })
    assert.deepEqual(found(app), [])
  })
})

describe('shared-private-answer', () => {
  const found = (app: Parameters<typeof messagesOf>[1]): readonly string[] =>
    messagesOf('shared-private-answer', app)
  const guarded = () => new RestApplication().authorized('me', ({ credentials }) => credentials && { id: 7 })

  it('tells of an answer made for one client that caches may give to others', () => {
    const app = guarded()
      .dependency('orders', ({ me }) => [me.id])
      .get('/a', ({ me }) => me, { cacheResponse: { public: true, maxAge: 60 } })
      .get('/b', ({ orders }) => orders, { cacheResponse: { sMaxAge: 60 } })
      .get('/c', () => 1, {
        cacheResponse: { public: true, maxAge: 60 },
        provides: { 'text/plain': ({ me }) => String(me.id) },
      })
      .get('/d', ({ cookies }) => cookies, { cacheResponse: { maxAge: 60 } })
    const lets = (name: string): string =>
      `cacheResponse lets caches give to everybody what "${name}" made for one client`
    assert.deepEqual(found(app), [
      `GET /a: ${lets('me')}`,
      `GET /b: ${lets('me')}`,
      `GET /c: ${lets('me')}`,
      `GET /d: ${lets('cookies')}`,
    ])
  })

  it('is silent where everybody who is let in gets the same, or each keeps their own', () => {
    const app = guarded()
      .get('/a', () => 'news', { cacheResponse: { public: true, maxAge: 60 } })
      .get('/b', ({ me }) => me, { cacheResponse: { private: true, maxAge: 60 } })
      .get('/c', ({ me }) => me, { cacheResponse: { maxAge: 60 } })
      .get('/d', ({ cookies }) => cookies, { cacheResponse: { public: true, maxAge: 60, vary: ['Cookie'] } })
      .get('/e', ({ cookies }) => cookies, { cacheResponse: { private: true, maxAge: 60 } })
    assert.deepEqual(found(app), [])
  })
})
