import { file, RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, json, quiet } from '../../decisions/asking.ts'
import { AT, at } from '../../representation/files.ts'

const LATER = 'Thu, 02 May 2024 10:00:00 GMT'
const EARLIER = 'Tue, 30 Apr 2024 10:00:00 GMT'

let asked = 0
let state = { text: 'one' }
const app = new RestApplication({ logger: quiet })
  .resource('/auto', (auto) =>
    auto
      .etag('auto')
      .get(() => {
        asked++
        return state
      })
      .put(({ jsonBody }) => {
        state = jsonBody as typeof state
        return state
      }),
  )
  .get('/auto-option', () => new TextEncoder().encode('bytes'), { etag: 'auto' })
  .get('/auto-empty', (): { a: number } | undefined => undefined, {
    etag: 'auto',
    provides: { 'application/json': ({ result }) => (result as { a: number }).a.toFixed() },
  })
  .get(
    '/auto-stream',
    () =>
      (function* () {
        yield 1
      })(),
    { etag: 'auto' },
  )
  .get('/auto-web', () => new Response('web'), { etag: 'auto' })
  .get('/auto-error', () => respond('gone', 410), { etag: 'auto' })
  .get('/auto-own', () => respond('own', 200, { etag: '"own"' }), { etag: 'auto' })
  .get('/auto-types', () => 'text', { etag: 'auto', provides: { 'text/plain': ({ result }) => result } })
  .get('/tag', () => respond({ a: 1 }, 200, { ETag: '"v1"', 'cache-control': 'max-age=5', 'x-other': '1' }))
  .get('/weak', () => respond({ a: 1 }, 200, { etag: 'W/"v1"' }))
  .get('/date', () => respond({ a: 1 }, 200, { 'last-modified': AT }))
  .get('/both', () => respond({ a: 1 }, 200, { etag: '"v1"', 'last-modified': AT }))
  .get('/over', () => respond({ a: 1 }, 200, { etag: '"answer"' }), { etag: () => 'declared' })
  .get('/file', () => file(at('digits.txt')))
  .get('/status/{status}', ({ status }) => respond({ a: 1 }, Number(status), { etag: '"v1"' }))
  .post('/tag', () => respond({ a: 1 }, 200, { etag: '"v1"' }))
  .get('/bypassed', () => respond({ a: 1 }, 200, { etag: '"v1"' }), { bypassStateMachine: true })

const having = (tag: string) => ({ headers: { 'if-none-match': tag } })
const tagOf = async (path: string, headers = {}) =>
  (await expectStatus(app, `GET ${path}`, 200, { headers })).headers.get('etag')

describe('RFC 9110 §8.8.3, a tag made from the answer', () => {
  it('is strong, the same for the same bytes, and another for others', async () => {
    state = { text: 'one' }
    const one = await tagOf('/auto')
    assert.match(one ?? '', /^"[\w-]{22}"$/)
    assert.equal(await tagOf('/auto'), one)
    state = { text: 'two' }
    const two = await tagOf('/auto')
    assert.notEqual(two, one)
    state = { text: 'one' }
    assert.equal(await tagOf('/auto'), one)
  })

  it('tells representations apart', async () => {
    const json = await tagOf('/auto-types')
    const text = await tagOf('/auto-types', { accept: 'text/plain' })
    assert.notEqual(json, text)
    const headers = { accept: 'text/plain', 'if-none-match': text ?? '' }
    await expectStatus(app, 'GET /auto-types', 304, { headers })
    await expectStatus(app, 'GET /auto-types', 200, { headers: { ...headers, accept: 'application/json' } })
  })

  it('spares the transfer, not the making: GET and HEAD get 304', async () => {
    for (const path of ['/auto', '/auto-option']) {
      const tag = (await tagOf(path)) ?? ''
      for (const method of ['GET', 'HEAD']) {
        const response = await expectStatus(app, `${method} ${path}`, 304, having(`"other", ${tag}`))
        assert.equal(response.headers.get('etag'), tag)
        assert.isNull(response.headers.get('content-length'))
        await expectStatus(app, `${method} ${path}`, 200, having('"other"'))
      }
    }
    asked = 0
    await ask(app, 'GET /auto', having((await tagOf('/auto')) ?? ''))
    assert.equal(asked, 2)
  })

  it('is compared with If-Match and If-Range of a read', async () => {
    const tag = (await tagOf('/auto')) ?? ''
    await expectStatus(app, 'GET /auto', 200, { headers: { 'if-match': tag } })
    await expectStatus(app, 'GET /auto', 412, { headers: { 'if-match': '"other"' } })
    await expectStatus(app, 'GET /auto', 412, { headers: { 'if-match': `W/${tag}` } })
    await expectStatus(app, 'GET /auto', 200, { headers: { 'if-match': '*' } })
    await expectStatus(app, 'GET /auto', 206, { headers: { range: 'bytes=0-1', 'if-range': tag } })
    await expectStatus(app, 'GET /auto', 200, { headers: { range: 'bytes=0-1', 'if-range': '"other"' } })
  })

  it('is not there for a write', async () => {
    assert.isNull((await expectStatus(app, 'PUT /auto', 200, json({ text: 'one' }))).headers.get('etag'))
  })

  it.for([
    ['/auto-empty', 204],
    ['/auto-stream', 200],
    ['/auto-web', 200],
    ['/auto-error', 410],
  ] as const)(
    'is not there for what has no bytes yet, and for what is no representation: %s',
    async ([path, status]) => {
      const response = await expectStatus(app, `GET ${path}`, status)
      assert.isNull(response.headers.get('etag'))
    },
  )

  it('gives way to a tag that comes with the answer', async () => {
    assert.equal(await tagOf('/auto-own'), '"own"')
    await expectStatus(app, 'GET /auto-own', 304, having('"own"'))
  })
})

describe('RFC 9110 §13.2, validators that come with the answer', () => {
  it.for([
    ['/tag', { 'if-none-match': '"v1"' }, 304],
    ['/tag', { 'if-none-match': 'W/"v1"' }, 304],
    ['/tag', { 'if-none-match': '"v2"' }, 200],
    ['/tag', { 'if-modified-since': LATER }, 200],
    ['/weak', { 'if-none-match': '"v1"' }, 304],
    ['/date', { 'if-modified-since': AT }, 304],
    ['/date', { 'if-modified-since': LATER }, 304],
    ['/date', { 'if-modified-since': EARLIER }, 200],
    ['/date', { 'if-modified-since': 'yesterday' }, 200],
    ['/date', { 'if-none-match': '"v1"', 'if-modified-since': LATER }, 200],
    ['/both', { 'if-none-match': '"v2"', 'if-modified-since': LATER }, 200],
    ['/both', { 'if-none-match': '"v1"', 'if-modified-since': EARLIER }, 304],
    ['/tag', { 'if-match': '"v1"' }, 200],
    ['/tag', { 'if-match': '"v0", "v1"' }, 200],
    ['/tag', { 'if-match': '*' }, 200],
    ['/tag', { 'if-match': '"v2"' }, 412],
    ['/weak', { 'if-match': 'W/"v1"' }, 412],
    ['/date', { 'if-match': '"v1"' }, 412],
    ['/date', { 'if-unmodified-since': AT }, 200],
    ['/date', { 'if-unmodified-since': LATER }, 200],
    ['/date', { 'if-unmodified-since': EARLIER }, 412],
    ['/date', { 'if-unmodified-since': 'yesterday' }, 200],
    ['/both', { 'if-match': '"v1"', 'if-unmodified-since': EARLIER }, 200],
    ['/both', { 'if-match': '"v2"', 'if-none-match': '"v1"' }, 412],
    ['/both', { 'if-match': '"v1"', 'if-none-match': '"v1"' }, 304],
    ['/tag', { 'if-unmodified-since': EARLIER }, 200],
  ] as const)('decide as declared ones do (§13.2.2): %s, %j is %i', async ([path, headers, status]) => {
    await expectStatus(app, `GET ${path}`, status, { headers })
    await expectStatus(app, `HEAD ${path}`, status, { headers })
  })

  it('stand in the 304, with the fields that a 200 would have had for caches (§15.4.5)', async () => {
    const { headers } = await expectStatus(app, 'GET /tag', 304, having('"v1"'))
    assert.deepEqual(
      [...headers],
      [
        ['cache-control', 'max-age=5'],
        ['etag', '"v1"'],
      ],
    )
  })

  it('decide only where the answer would be 2xx: not with an error (§13.2.1)', async () => {
    for (const status of [404, 410, 500])
      await expectStatus(app, `GET /status/${status}`, status, having('"v1"'))
    await expectStatus(app, 'GET /status/404', 404, { headers: { 'if-match': '"v1"' } })
  })

  it('say nothing about what a POST has done', async () => {
    await expectStatus(app, 'POST /tag', 200, having('"v2"'))
  })

  it('go before those that the route declares', async () => {
    assert.equal(await tagOf('/over'), '"answer"')
    await expectStatus(app, 'GET /over', 304, having('"answer"'))
  })

  it('are passed over where the graph is', async () => {
    await expectStatus(app, 'GET /bypassed', 200, having('"v1"'))
  })
})

describe('RFC 9110 §13.1, conditions on files', () => {
  const sending = (headers: Record<string, string>) => ({ headers })

  it('compare If-Match with the tag of the file', async () => {
    const tag = (await tagOf('/file')) ?? ''
    assert.match(tag, /^"/)
    await expectStatus(app, 'GET /file', 200, sending({ 'if-match': tag }))
    await expectStatus(app, 'GET /file', 200, sending({ 'if-match': '*' }))
    await expectStatus(app, 'GET /file', 412, sending({ 'if-match': '"other"' }))
    await expectStatus(app, 'HEAD /file', 412, sending({ 'if-match': '"other"' }))
  })

  it('let a client go on with a part only while the file is the same', async () => {
    const range = { range: 'bytes=5-' }
    const part = await expectStatus(app, 'GET /file', 206, sending({ ...range, 'if-unmodified-since': AT }))
    assert.equal(await part.text(), '56789')
    await expectStatus(app, 'GET /file', 412, sending({ ...range, 'if-unmodified-since': EARLIER }))
    const tag = (await tagOf('/file')) ?? ''
    await expectStatus(app, 'GET /file', 206, sending({ ...range, 'if-match': tag }))
    await expectStatus(app, 'GET /file', 412, sending({ ...range, 'if-match': '"other"' }))
    await expectStatus(app, 'GET /file', 304, sending({ ...range, 'if-none-match': tag }))
  })
})
