import { HttpError, RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet } from '../../decisions/asking.ts'
import { overWire } from '../over-wire.ts'

const app = new RestApplication({ logger: quiet })
  .get('/broken', () => {
    throw new Error('the password is 1234')
  })
  .get('/away', () => ({}), { serviceAvailable: () => false })
  .get('/upstream/{status}', ({ status }) => {
    throw new HttpError(Number(status), 'The other server does not answer well')
  })
  .get('/page', () => ({}))

describe('RFC 9110 §15.6, server errors', () => {
  it.for([
    ['GET /broken', 500, 'Internal Server Error'],
    ['LINK /page', 501, 'Not Implemented'],
    ['GET /upstream/502', 502, 'Bad Gateway'],
    ['GET /away', 503, 'Service Unavailable'],
    ['GET /upstream/504', 504, 'Gateway Timeout'],
  ] as const)('explain themselves: %s is %i', async ([target, status, title]) => {
    const response = await expectStatus(app, target, status)
    assert.equal(response.headers.get('content-type'), 'application/problem+json')
    assert.include(await response.json(), { title, status })
  })

  it('have no content when it was HEAD', async () => {
    for (const [path, status] of [
      ['/broken', 500],
      ['/away', 503],
    ] as const) {
      const answer = await overWire(app, `HEAD ${path}`)
      assert.deepEqual([answer.status, answer.body.length], [status, 0])
    }
  })

  it('leave the connection to the next request', async () => {
    const answer = await overWire(app, 'GET /broken')
    assert.equal(answer.header('connection'), 'keep-alive')
  })
})

describe('RFC 9110 §15.6.1, 500 Internal Server Error', () => {
  it('says no more than that', async () => {
    const text = await (await ask(app, 'GET /broken')).text()
    assert.notMatch(text, /1234|Error:|\.ts/)
  })
})

describe('RFC 9110 §15.6.2, 501 Not Implemented', () => {
  it('is about the method alone, wherever it is sent', async () => {
    for (const path of ['/page', '/absent', '/away']) await expectStatus(app, `LINK ${path}`, 501)
  })

  it.for(['LOOK', 'get', 'x!', 'GETT', 'DESCRIBE', 'LINK'])('over the wire, too: %s', async (method) => {
    const answer = await overWire(app, `${method} /page`)
    assert.deepEqual([answer.status, answer.reason], [501, 'Not Implemented'])
    assert.include(answer.json(), { title: 'Not Implemented', status: 501 })
  })

  it('has no Allow: no target of this server has the method', async () => {
    assert.isNull((await ask(app, 'LINK /page')).headers.get('allow'))
  })
})

describe('RFC 9110 §15.6.4, 503 Service Unavailable', () => {
  it('says when to come back', async () => {
    assert.match((await ask(app, 'GET /away')).headers.get('retry-after') ?? '', /^\d+$/)
  })
})
