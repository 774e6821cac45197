import { HttpError, RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet } from '../../decisions/asking.ts'
import { overWire, wireTo } from '../over-wire.ts'

const missing = { resourceExists: () => false }

const app = new RestApplication({ logger: quiet })
  .get('/malformed', () => ({}), { malformedRequest: () => true })
  .get('/unknown', () => ({}), { authorized: () => false })
  .get('/forbidden', () => ({}), { forbidden: () => true })
  .get('/missing', () => ({}), missing)
  .get('/page', () => ({}), { etag: () => 'v1' })
  .put('/fixed', () => ({}), { conflict: () => true })
  .get('/gone', () => ({}), { ...missing, previouslyExisted: () => true })
  .post('/small', ({ textBody }) => ({ textBody }), { bodyLimit: 3 })
  .get('/long', () => ({}), { uriTooLong: () => true })
  .post('/json', ({ jsonBody }) => ({ jsonBody }))
  .post('/refused', () => {
    throw new HttpError(422, 'The amount is negative')
  })
  .put('/guarded', () => ({}), { etag: () => 'v1', preconditionRequired: true })
  .get('/limited', () => ({}), { rateLimited: () => true })
  .get('/illegal', () => ({}), { unavailableForLegalReasons: () => true })

const plain = { headers: { 'content-type': 'text/plain' }, body: 'four' }

const refusals = [
  ['GET /malformed', 400, 'Bad Request', {}],
  ['GET /unknown', 401, 'Unauthorized', {}],
  ['GET /forbidden', 403, 'Forbidden', {}],
  ['GET /missing', 404, 'Not Found', {}],
  ['DELETE /page', 405, 'Method Not Allowed', {}],
  ['GET /page', 406, 'Not Acceptable', { headers: { accept: 'image/png' } }],
  ['PUT /fixed', 409, 'Conflict', {}],
  ['GET /gone', 410, 'Gone', {}],
  ['GET /page', 412, 'Precondition Failed', { headers: { 'if-match': '"v0"' } }],
  ['POST /small', 413, 'Content Too Large', plain],
  ['GET /long', 414, 'URI Too Long', {}],
  ['POST /json', 415, 'Unsupported Media Type', plain],
  ['GET /page', 417, 'Expectation Failed', { headers: { expect: 'wonders' } }],
  ['POST /refused', 422, 'Unprocessable Content', {}],
  ['PUT /guarded', 428, 'Precondition Required', {}],
  ['GET /limited', 429, 'Too Many Requests', {}],
  ['GET /illegal', 451, 'Unavailable For Legal Reasons', {}],
] as const

describe('RFC 9110 §15.5, client errors', () => {
  it.for(refusals)('explain themselves: %s is %i', async ([target, status, title, sent]) => {
    const response = await expectStatus(app, target, status, sent)
    assert.equal(response.headers.get('content-type'), 'application/problem+json')
    assert.include(await response.json(), { type: 'about:blank', title, status })
  })

  it.for(refusals.filter(([target]) => target.startsWith('GET')))(
    'have no content when HEAD is refused: %s is %i',
    async ([target, status, , sent]) => {
      const response = await expectStatus(app, target.replace('GET', 'HEAD'), status, sent)
      assert.equal(await response.text(), '')
    },
  )

  it('have the reason phrase of their section on the wire', async () => {
    const answer = await overWire(app, 'DELETE /page')
    assert.deepEqual([answer.status, answer.reason], [405, 'Method Not Allowed'])
    const large = await overWire(app, 'POST /small', 'Content-Type: text/plain', 'Content-Length: 1000000')
    assert.deepEqual([large.status, large.reason], [413, 'Content Too Large'])
    const refused = await overWire(app, 'POST /refused')
    assert.deepEqual([refused.status, refused.reason], [422, 'Unprocessable Content'])
  })

  it('may be one that nobody here knows: its class tells what to do with it', async () => {
    const odd = new RestApplication({ logger: quiet }).get('/{status}', ({ status }) => {
      throw new HttpError(Number(status))
    })
    for (const status of [418, 424, 499]) await expectStatus(odd, `GET /${status}`, status)
  })
})

describe('RFC 9110 §15.5.2 and §15.5.6, what a status must carry, whoever gives it', () => {
  const challenged = { 'www-authenticate': 'Basic realm="a"' }
  const given = new RestApplication({ logger: quiet })
    .get('/401', () => respond({ error: 'who?' }, 401))
    .get('/401/fields', () => respond({ error: 'who?' }, 401, { 'x-own': '1' }))
    .get('/401/empty', () => respond(undefined, 401))
    .get('/401/web', () => new Response('who?', { status: 401 }))
    .get('/401/bypassed', () => respond({}, 401), { bypassStateMachine: true })
    .get('/401/rewritten', () => ({}), { resourceExists: () => false })
    .handlesError(404, () => respond({ error: 'log in first' }, 401))
    .get('/own', () => respond({}, 401, challenged))
    .get('/own/web', () => new Response('who?', { status: 401, headers: challenged }))
    .get('/own/field', ({ responseHeaders }) => {
      responseHeaders.set('WWW-Authenticate', challenged['www-authenticate'])
      return respond({}, 401)
    })
    .get('/405', () => respond({ error: 'no' }, 405))
    .put('/405', () => respond({ error: 'no' }, 405))
    .get('/503/web', () => new Response('later', { status: 503 }))

  it.for(['/401', '/401/fields', '/401/empty', '/401/web', '/401/bypassed', '/401/rewritten'])(
    '401 has WWW-Authenticate: %s',
    async (path) => {
      const { headers } = await expectStatus(given, `GET ${path}`, 401)
      assert.equal(headers.get('www-authenticate'), 'Bearer')
    },
  )

  it.for(['/own', '/own/web', '/own/field'])('and no other than its own: %s', async (path) => {
    const { headers } = await expectStatus(given, `GET ${path}`, 401)
    assert.equal(headers.get('www-authenticate'), challenged['www-authenticate'])
  })

  it('405 has Allow', async () => {
    assert.equal((await expectStatus(given, 'PUT /405', 405)).headers.get('allow'), 'GET, HEAD, OPTIONS')
  })

  it('a web response gets nothing that it could do without', async () => {
    assert.isNull((await expectStatus(given, 'GET /503/web', 503)).headers.get('retry-after'))
  })
})

describe('RFC 9110 §15.5.6, 405 Method Not Allowed', () => {
  it('has Allow, with every way to the target that there is', async () => {
    const { headers } = await expectStatus(app, 'DELETE /page', 405)
    assert.equal(headers.get('allow'), 'GET, HEAD, OPTIONS')
  })

  it('does not allow what it refuses', async () => {
    const refusing = new RestApplication({ logger: quiet }).resource('/', (fixed) =>
      fixed
        .get(() => 'here')
        .put(() => undefined, { methodAllowed: () => false })
        .delete(() => {
          throw new HttpError(405)
        }),
    )
    const put = await expectStatus(refusing, 'PUT /', 405)
    assert.equal(put.headers.get('allow'), 'DELETE, GET, HEAD, OPTIONS')
    assert.include(await put.json(), { detail: 'PUT is not among DELETE, GET, HEAD, OPTIONS' })
    const deleted = await expectStatus(refusing, 'DELETE /', 405)
    assert.equal(deleted.headers.get('allow'), 'GET, HEAD, OPTIONS, PUT')
  })

  it('refuses HEAD together with GET', async () => {
    const refusing = new RestApplication()
      .get('/', () => 'never', { methodAllowed: () => false })
      .put('/', () => undefined)
    assert.equal((await expectStatus(refusing, 'GET /', 405)).headers.get('allow'), 'OPTIONS, PUT')
  })
})

describe('RFC 9110 §15.5.12, 411 Length Required', () => {
  it('is never asked for: content without a length comes in chunks, and is read (RFC 9112 §6.3)', async () => {
    const wire = await wireTo(app)
    const lines = ['Host: localhost', 'Content-Type: text/plain', 'Transfer-Encoding: chunked']
    const answer = await wire
      .ask('POST /small HTTP/1.1', ...lines)
      .send('2\r\nab\r\n0\r\n\r\n')
      .response()
    assert.deepEqual([answer.status, answer.json()], [200, { textBody: 'ab' }])
  })
})

describe('RFC 9110 §15.5.14, 413 Content Too Large', () => {
  it('closes the connection where the client would go on sending', async () => {
    const wire = await wireTo(app)
    const lines = ['Host: localhost', 'Content-Type: text/plain', 'Content-Length: 1000000']
    const answer = await wire.ask('POST /small HTTP/1.1', ...lines).response()
    assert.deepEqual([answer.status, answer.header('connection')], [413, 'close'])
    await wire.closed()
  })
})

describe('RFC 9110 §15.5.16, 415 Unsupported Media Type', () => {
  it('names the types that would do', async () => {
    const { headers } = await ask(app, 'POST /json', plain)
    assert.equal(headers.get('accept-post'), 'application/json')
  })
})
