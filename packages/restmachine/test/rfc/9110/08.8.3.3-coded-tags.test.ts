import { gunzipSync } from 'node:zlib'
import { RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, json, quiet, statusesOf } from '../../decisions/asking.ts'

const BIG = 'text '.repeat(400)
const TEXT = { 'content-type': 'text/plain' }

const app = new RestApplication({ logger: quiet })
  .compression()
  .resource('/strong', (strong) =>
    strong
      .etag(() => 'v1')
      .lastModified(() => Date.UTC(2024, 0, 1))
      .get(() => ({ text: BIG }), { provides: { 'text/plain': ({ result }) => result.text } })
      .put(({ jsonBody }) => jsonBody)
      .delete(() => undefined),
  )
  .get('/weak', () => ({ text: BIG }), { etag: () => 'W/"v1"' })
  .get('/weak-dated', () => ({ text: BIG }), {
    etag: () => 'W/"v1"',
    lastModified: () => Date.UTC(2024, 0, 1),
  })
  .get('/small', () => ({ text: '' }), { etag: () => 'v1' })
  .get('/own', () => respond({ text: BIG }, 200, { etag: '"own"' }))
  .get('/web', () => new Response(BIG, { headers: { ...TEXT, etag: '"web"' } }))
  .get('/auto', () => ({ text: BIG }), { etag: 'auto' })

const asking = (headers: Record<string, string>, coding = 'gzip') => ({
  headers: { 'accept-encoding': coding, ...headers },
})
const tagOf = async (path: string, coding: string) =>
  (await expectStatus(app, `GET ${path}`, 200, asking({}, coding))).headers.get('etag')

describe('RFC 9110 §8.8.3.3, entity tags of what is coded', () => {
  it('are others for other bytes when they are strong', async () => {
    const tags = []
    for (const coding of ['identity', 'gzip', 'br', 'zstd']) tags.push(await tagOf('/strong', coding))
    assert.deepEqual(tags, ['"v1"', '"v1~gzip"', '"v1~br"', '"v1~zstd"'])
    assert.equal(await tagOf('/own', 'gzip'), '"own~gzip"')
    assert.equal(await tagOf('/web', 'gzip'), '"web~gzip"')
    const plain = await tagOf('/auto', 'identity')
    assert.equal(await tagOf('/auto', 'br'), plain?.replace(/"$/, '~br"'))
  })

  it('are the same when they are weak', async () => {
    assert.equal(await tagOf('/weak', 'gzip'), 'W/"v1"')
    assert.equal(await tagOf('/weak', 'identity'), 'W/"v1"')
  })

  it('are the same where nothing is coded', async () => {
    assert.equal(await tagOf('/small', 'gzip'), '"v1"')
  })

  it('tell apart types and codings at once', async () => {
    const { headers } = await ask(app, 'GET /strong', asking({ accept: 'text/plain' }))
    assert.equal(headers.get('etag'), '"v1~plain~gzip"')
  })
})

describe('RFC 9110 §13.1.2, If-None-Match with the tag of what is coded', () => {
  it.for([
    ['/strong', '"v1~gzip"'],
    ['/strong', '"v1"'],
    ['/strong', 'W/"v1~gzip"'],
    ['/strong', '"other", "v1~gzip"'],
    ['/own', '"own~gzip"'],
    ['/own', '"own"'],
    ['/weak', 'W/"v1"'],
    ['/weak', '"v1"'],
    ['/small', '"v1"'],
  ] as const)('%s is current for whoever has %s, whose tag it gets again', async ([path, tag]) => {
    for (const method of ['GET', 'HEAD']) {
      const response = await expectStatus(app, `${method} ${path}`, 304, asking({ 'if-none-match': tag }))
      const expected = path === '/weak' ? 'W/"v1"' : tag.replace(/^.*, |W\//g, '')
      assert.equal(response.headers.get('etag'), expected)
      assert.include(response.headers.get('vary') ?? '', 'accept-encoding')
      assert.isNull(response.headers.get('content-encoding'))
    }
  })

  it('is current for whoever has what was made from its bytes, coded or not', async () => {
    for (const coding of ['gzip', 'identity']) {
      const tag = (await tagOf('/auto', coding)) ?? ''
      const response = await expectStatus(app, 'GET /auto', 304, asking({ 'if-none-match': tag }))
      assert.equal(response.headers.get('etag'), tag)
    }
  })

  it('is news for whoever has another coding than the one that was negotiated', async () => {
    for (const tag of ['"v1~br"', '"v1~gzip~gzip"', '"v1~plain~gzip"', '"v2~gzip"']) {
      const response = await expectStatus(app, 'GET /strong', 200, asking({ 'if-none-match': tag }))
      assert.deepEqual(JSON.parse(gunzipSync(await response.bytes()).toString()), { text: BIG })
    }
    await expectStatus(app, 'GET /strong', 200, { headers: { 'if-none-match': '"v1~gzip"' } })
  })
})

describe('RFC 9110 §15.4.5, the tag of a 304', () => {
  const DATE = 'Mon, 01 Jan 2024 00:00:00 GMT'
  const tagOf304 = async (path: string, headers: Record<string, string>, coding?: string) =>
    (await expectStatus(app, `GET ${path}`, 304, asking(headers, coding))).headers.get('etag')

  it('is left out where only dates were compared: which coding the client has, nobody can tell', async () => {
    const since = { 'if-modified-since': DATE }
    const response = await expectStatus(app, 'GET /strong', 304, asking(since))
    assert.isNull(response.headers.get('etag'))
    assert.equal(response.headers.get('last-modified'), DATE)
    assert.include(response.headers.get('vary') ?? '', 'accept-encoding')
    assert.isNull(await tagOf304('/strong', { 'if-none-match': '*' }))
  })

  it('stands there where it is the same whatever was negotiated, and where nothing was', async () => {
    assert.equal(await tagOf304('/strong', { 'if-modified-since': DATE }, 'identity'), '"v1"')
    assert.equal(await tagOf304('/weak-dated', { 'if-modified-since': DATE }), 'W/"v1"')
    const plain = await expectStatus(app, 'GET /strong', 304, { headers: { 'if-modified-since': DATE } })
    assert.equal(plain.headers.get('etag'), '"v1"')
  })

  it('is the one that was compared by If-Match', async () => {
    for (const tag of ['"v1"', '"v1~gzip"'])
      assert.equal(await tagOf304('/strong', { 'if-match': tag, 'if-modified-since': DATE }), tag)
  })
})

describe('RFC 9110 §13.1.1, If-Match with the tag of what is coded', () => {
  it('holds for a write with the tag of any representation in any coding', async () => {
    for (const suffix of ['', '~gzip', '~br', '~zstd', '~plain', '~plain~gzip', '~plain~br'])
      await expectStatus(app, 'PUT /strong', 200, json({}, { 'if-match': `"v1${suffix}"` }))
    await expectStatus(app, 'DELETE /strong', 204, { headers: { 'if-match': '"v1~gzip"' } })
  })

  it('fails for a write with any other tag', async () => {
    for (const tag of ['"v2~gzip"', '"v1~deflate"', '"v1~gzip~plain"', 'W/"v1~gzip"', '"v1~"'])
      await expectStatus(app, 'PUT /strong', 412, json({}, { 'if-match': tag }))
  })

  it('holds for a read with the tag of the coding that was negotiated', async () => {
    const tags = ['"v1~gzip"', '"v1"', '"v1~br"'] as const
    const requests = tags.map((tag) => ['GET /strong', asking({ 'if-match': tag })] as const)
    assert.deepEqual(await statusesOf(app, ...requests), [200, 200, 412])
  })
})

describe('RFC 9110 §13.1.5, If-Range with the tag of what is coded', () => {
  const range = { range: 'bytes=0-4', accept: 'text/plain' }

  it('gets all of it: parts are of what is not coded', async () => {
    const headers = { ...range, 'if-range': '"v1~plain~gzip"' }
    const response = await expectStatus(app, 'GET /strong', 200, asking(headers))
    assert.equal(gunzipSync(await response.bytes()).toString(), BIG)
  })

  it('gets the part with the tag of what is not coded', async () => {
    const headers = { ...range, 'if-range': '"v1~plain"' }
    const response = await expectStatus(app, 'GET /strong', 206, asking(headers))
    assert.equal(response.headers.get('etag'), '"v1~plain"')
    assert.equal(await response.text(), 'text ')
  })
})
