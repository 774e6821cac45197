import { RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, json, quiet } from '../../decisions/asking.ts'
import { wireTo } from '../over-wire.ts'

const app = new RestApplication({ logger: quiet })
  .resource('/found', (found) =>
    found
      .etag(() => 'v1')
      .lastModified(() => Date.UTC(2024, 4, 1))
      .query(({ jsonBody }) => ({ found: jsonBody }), { cacheResponse: { maxAge: 60 } })
      .get(() => ({ all: true })),
  )
  .query('/auto', ({ jsonBody }) => ({ found: jsonBody }), { etag: 'auto' })
  .query('/stored', ({ jsonBody }) => respond({ found: jsonBody }, 200, { 'content-location': '/stored/1' }))
  .query('/many', ({ parsedBody }) => ({ parsedBody }), {
    accepts: {
      'application/sql': () => 'sql',
      '3d/model': () => '3d',
      'text/csv': () => 'csv',
    },
  })
  .query('/any', ({ bytesBody }) => ({ length: bytesBody.length }))
  .query('/unread', () => ({ ok: true }))

const asking = (value: unknown = { a: 1 }, headers = {}) => json(value, headers)

describe('RFC 10008 §2, QUERY', () => {
  it('is answered with the result of its content', async () => {
    const response = await expectStatus(app, 'QUERY /found', 200, asking())
    assert.deepEqual(await response.json(), { found: { a: 1 } })
  })

  it('says where its result can be had again', async () => {
    const response = await expectStatus(app, 'QUERY /stored', 200, asking())
    assert.equal(response.headers.get('content-location'), '/stored/1')
  })

  it('needs a Content-Type with its content: 400', async () => {
    for (const path of ['/found', '/any', '/many']) {
      const response = await expectStatus(app, `QUERY ${path}`, 400, { body: '{}' })
      const { detail } = (await response.json()) as { detail: string }
      assert.equal(detail, 'The content of QUERY needs a Content-Type')
    }
    await expectStatus(app, 'QUERY /any', 200, { headers: { 'content-type': 'a/b' }, body: '{}' })
  })

  it('is refused over the wire in the same way', async () => {
    const wire = await wireTo(app)
    wire.ask('QUERY /found HTTP/1.1', 'Host: localhost', 'Content-Length: 2')
    assert.equal((await wire.send('{}').response('QUERY')).status, 400)
  })

  it('that asks nothing of its content needs none', async () => {
    await expectStatus(app, 'QUERY /unread', 200)
  })

  it('is 405 where only GET is, and GET is 405 where only QUERY is', async () => {
    const onlyGet = new RestApplication({ logger: quiet }).get('/', () => 1)
    const response = await expectStatus(onlyGet, 'QUERY /', 405)
    assert.equal(response.headers.get('allow'), 'GET, HEAD, OPTIONS')
    assert.equal((await expectStatus(app, 'GET /auto', 405)).headers.get('allow'), 'OPTIONS, QUERY')
  })
})

describe('RFC 10008 §3, Accept-Query', () => {
  it('says with 415 what would be understood, as a structured list (RFC 9651 §3.1)', async () => {
    const headers = { 'content-type': 'text/xml' }
    const one = await expectStatus(app, 'QUERY /found', 415, { headers, body: '<a/>' })
    assert.equal(one.headers.get('accept-query'), 'application/json')
    assert.isNull(one.headers.get('accept'))
    const many = await expectStatus(app, 'QUERY /many', 415, { headers, body: '<a/>' })
    assert.equal(many.headers.get('accept-query'), 'application/sql, "3d/model", text/csv')
  })

  it('says it with OPTIONS, too', async () => {
    const response = await expectStatus(app, 'OPTIONS /found', 204)
    assert.equal(response.headers.get('accept-query'), 'application/json')
    assert.equal(response.headers.get('allow'), 'GET, HEAD, OPTIONS, QUERY')
    assert.isNull((await expectStatus(app, 'OPTIONS /any', 204)).headers.get('accept-query'))
  })
})

describe('RFC 10008 §2.6, conditions on QUERY', () => {
  it.for([
    [{ 'if-none-match': '"v1"' }, 304],
    [{ 'if-none-match': '"v2"' }, 200],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-modified-since': 'Wed, 01 May 2024 00:00:00 GMT' }, 304],
    [{ 'if-modified-since': 'Tue, 30 Apr 2024 00:00:00 GMT' }, 200],
    [{ 'if-match': '"v2"' }, 412],
    [{ 'if-match': '"v1"' }, 200],
    [{ 'if-unmodified-since': 'Tue, 30 Apr 2024 00:00:00 GMT' }, 412],
  ] as const)('are those on a read: %j is %i', async ([headers, status]) => {
    const response = await expectStatus(app, 'QUERY /found', status, asking({ a: 1 }, headers))
    if (status < 400) assert.equal(response.headers.get('etag'), '"v1"')
  })

  it('compare with the result: another query has another tag', async () => {
    const tagOf = async (value: unknown) =>
      (await ask(app, 'QUERY /auto', asking(value))).headers.get('etag') ?? ''
    const [one, two] = [await tagOf({ a: 1 }), await tagOf({ a: 2 })]
    assert.notEqual(one, two)
    await expectStatus(app, 'QUERY /auto', 304, asking({ a: 1 }, { 'if-none-match': one }))
    await expectStatus(app, 'QUERY /auto', 200, asking({ a: 2 }, { 'if-none-match': one }))
  })

  it('do not ask for parts: a server may pass over Range (RFC 9110 §14.2)', async () => {
    await expectStatus(app, 'QUERY /found', 200, asking({ a: 1 }, { range: 'bytes=0-1' }))
  })
})

describe('RFC 10008 §2.7, caching of QUERY', () => {
  it('is told how long its answer may be kept', async () => {
    const response = await expectStatus(app, 'QUERY /found', 200, asking())
    assert.equal(response.headers.get('cache-control'), 'max-age=60')
    const current = await expectStatus(app, 'QUERY /found', 304, asking({}, { 'if-none-match': '"v1"' }))
    assert.equal(current.headers.get('cache-control'), 'max-age=60')
  })
})
