import { RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, json, quiet } from '../../decisions/asking.ts'
import { overWire } from '../over-wire.ts'

const app = new RestApplication({ logger: quiet })
  .get('/data', () => ({ a: 1 }))
  .get('/empty', () => respond('', 200, { 'content-type': 'text/plain' }))
  .get('/no-bytes', () => new Uint8Array())
  .get('/nothing', () => undefined)
  .get('/said', () => respond(undefined, 200))
  .get('/other', () => respond({ a: 1 }, 203))
  .post('/made', () => respond({ id: 7 }, 201, { location: '/things/7', etag: '"v1"' }))
  .put('/things/{id}', ({ id }) => ({ id }), { allowMissingPut: true, resourceExists: () => false })
  .put('/kept/{id}', () => undefined, { allowMissingPut: true, resourceExists: () => false })
  .post('/later', () => respond({ state: 'queued', at: '/jobs/1' }, 202, { location: '/jobs/1' }))
  .post('/later-without-a-word', () => respond(undefined, 202))
  .put('/saved', () => respond(undefined, 204, { etag: '"v2"', 'content-location': '/saved' }))
  .post('/form', () => respond({ ignored: true }, 205, { 'x-own': 'yes' }))

describe('RFC 9110 §15.3.1, 200 OK', () => {
  it('has content, which may be of no bytes where the type is known', async () => {
    assert.deepEqual(await (await expectStatus(app, 'GET /data', 200)).json(), { a: 1 })
    for (const path of ['/empty', '/no-bytes']) {
      const answer = await overWire(app, `GET ${path}`)
      assert.deepEqual([answer.status, answer.header('content-length'), answer.body.length], [200, '0', 0])
    }
  })

  it('is 204 where there is no content, unless the handler says 200: then that of no bytes', async () => {
    await expectStatus(app, 'GET /nothing', 204)
    const answer = await overWire(app, 'GET /said')
    assert.deepEqual([answer.status, answer.header('content-length')], [200, '0'])
  })
})

describe('RFC 9110 §15.3.2, 201 Created', () => {
  it('names what was made by Location, and its validator is that of what was made', async () => {
    const { headers } = await expectStatus(app, 'POST /made', 201)
    assert.deepEqual([headers.get('location'), headers.get('etag')], ['/things/7', '"v1"'])
  })

  it('without Location means the target of the request', async () => {
    const made = await expectStatus(app, 'PUT /things/7', 201, json({}))
    assert.isNull(made.headers.get('location'))
    assert.deepEqual(await made.json(), { id: '7' })
  })

  it('may have no content: then it is of no bytes', async () => {
    const answer = await overWire(app, 'PUT /kept/7')
    assert.deepEqual([answer.status, answer.header('content-length')], [201, '0'])
  })
})

describe('RFC 9110 §15.3.3, 202 Accepted', () => {
  it('tells the state of the request, and where to look', async () => {
    const response = await expectStatus(app, 'POST /later', 202)
    assert.deepEqual(await response.json(), { state: 'queued', at: '/jobs/1' })
    assert.equal(response.headers.get('location'), '/jobs/1')
  })

  it('may say nothing more', async () => {
    const answer = await overWire(app, 'POST /later-without-a-word')
    assert.deepEqual([answer.status, answer.header('content-length')], [202, '0'])
  })
})

describe('RFC 9110 §15.3.4, 203 Non-Authoritative Information', () => {
  it('is an answer like 200, for an application that passes on what it changed', async () => {
    assert.deepEqual(await (await expectStatus(app, 'GET /other', 203)).json(), { a: 1 })
  })
})

describe('RFC 9110 §15.3.5, 204 No Content', () => {
  it('ends with its fields, which are about the target after the action', async () => {
    const answer = await overWire(app, 'PUT /saved')
    assert.deepEqual([answer.status, answer.header('etag')], [204, '"v2"'])
    assert.equal(answer.header('content-location'), '/saved')
    for (const name of ['content-length', 'content-type', 'transfer-encoding'])
      assert.isUndefined(answer.header(name), name)
  })
})

describe('RFC 9110 §15.3.6, 205 Reset Content', () => {
  it('has no content, whatever the handler gives, and says so by its length', async () => {
    const answer = await overWire(app, 'POST /form')
    assert.deepEqual(
      [answer.status, answer.header('content-length'), answer.header('x-own')],
      [205, '0', 'yes'],
    )
    assert.isUndefined(answer.header('content-type'))
    assert.equal(await (await ask(app, 'POST /form')).text(), '')
  })
})
