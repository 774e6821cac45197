import { RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, json, quiet, statusesOf } from '../../decisions/asking.ts'
import { overWire } from '../over-wire.ts'

/** One document with a version, and how often it was written. */
function documentApp() {
  const state = { version: 1, text: 'one', exists: true, writes: 0 }
  function write(text: string, exists = true): void {
    Object.assign(state, { text, exists, version: state.version + 1, writes: state.writes + 1 })
  }
  const app = new RestApplication({ logger: quiet }).resource('/document', (document) =>
    document
      .resourceExists(() => state.exists)
      .etag(() => `v${state.version}`)
      .get(() => ({ text: state.text }))
      .put(({ jsonBody }) => write(String(jsonBody)), { allowMissingPut: true })
      .post(({ jsonBody }) => write(state.text + String(jsonBody)))
      .patch(({ jsonBody }) => write(String(jsonBody)))
      .delete(() => write('', false)),
  )
  return { app, state }
}

const writes = ['PUT', 'POST', 'PATCH', 'DELETE'] as const

describe('RFC 9110 §13.1.1, If-Match against lost updates', () => {
  it('lets the first of two writers win, and tells the second', async () => {
    const { app, state } = documentApp()
    const seen = (await ask(app, 'GET /document')).headers.get('etag') ?? ''
    const write = (text: string) => ['PUT /document', json(text, { 'if-match': seen })] as const
    assert.deepEqual(await statusesOf(app, write('first'), write('second')), [204, 412])
    assert.equal(state.text, 'first')
  })

  it.for(writes)('that does not hold keeps %s from doing anything', async (method) => {
    const { app, state } = documentApp()
    await expectStatus(app, `${method} /document`, 412, json('x', { 'if-match': '"v0"' }))
    assert.equal(state.writes, 0)
    await expectStatus(app, `${method} /document`, 204, json('x', { 'if-match': '"v1"' }))
    assert.equal(state.writes, 1)
  })
})

describe('RFC 9110 §13.1.2, If-None-Match: *', () => {
  it('lets one of two writers create', async () => {
    const { app, state } = documentApp()
    state.exists = false
    const create = (text: string) => ['PUT /document', json(text, { 'if-none-match': '*' })] as const
    assert.deepEqual(await statusesOf(app, create('first'), create('second')), [201, 412])
    assert.equal(state.text, 'first')
  })

  it.for(writes)('keeps %s from touching what is there', async (method) => {
    const { app, state } = documentApp()
    await expectStatus(app, `${method} /document`, 412, json('x', { 'if-none-match': '*' }))
    assert.equal(state.writes, 0)
  })
})

describe('RFC 9110 §13.1, with validators that come with the answer', () => {
  const date = 'Wed, 01 May 2024 10:00:00 GMT'
  const answering = new RestApplication()
    .get('/tag', () => respond({ a: 1 }, 200, { etag: '"v1"' }))
    .get('/date', () => respond({ a: 1 }, 200, { 'last-modified': date }))
    .get('/field', ({ responseHeaders }) => {
      responseHeaders.set('ETag', '"v1"')
      return { a: 1 }
    })
    .get('/field-date', ({ responseHeaders }) => {
      responseHeaders.set('last-modified', date)
      return { a: 1 }
    })
    .get('/both', ({ responseHeaders }) => {
      responseHeaders.set('etag', '"v1"')
      return respond({ a: 1 }, 200, { etag: '"v0"' })
    })

  it.for(['/tag', '/field', '/both'])('is 304 to who has the tag, and only then: %s', async (path) => {
    const current = await expectStatus(answering, `GET ${path}`, 304, {
      headers: { 'if-none-match': '"v1"' },
    })
    assert.equal(current.headers.get('etag'), '"v1"')
    const changed = await expectStatus(answering, `GET ${path}`, 200, {
      headers: { 'if-none-match': '"v0"' },
    })
    assert.equal(changed.headers.get('etag'), '"v1"')
    await expectStatus(answering, `GET ${path}`, 412, { headers: { 'if-match': '"v0"' } })
  })

  it.for(['/date', '/field-date'])('is 304 by the date, and not by an older one: %s', async (path) => {
    await expectStatus(answering, `GET ${path}`, 304, { headers: { 'if-modified-since': date } })
    const older = { headers: { 'if-modified-since': 'Wed, 01 May 2024 09:59:59 GMT' } }
    await expectStatus(answering, `GET ${path}`, 200, older)
  })
})

describe('RFC 9110 §13.1.3 and §13.1.4, dates that are more than one', () => {
  const dated = new RestApplication().get('/', () => ({}), {
    lastModified: () => new Date('2024-05-01T10:00:00Z'),
  })

  it('count as none', async () => {
    const [before, after] = ['Wed, 01 May 2024 09:00:00 GMT', 'Wed, 01 May 2024 11:00:00 GMT']
    for (const [name, date, status] of [
      ['If-Modified-Since', after, 304],
      ['If-Unmodified-Since', before, 412],
    ] as const) {
      assert.equal((await overWire(dated, 'GET /', `${name}: ${date}`)).status, status)
      assert.equal((await overWire(dated, 'GET /', `${name}: ${date}`, `${name}: ${date}`)).status, 200)
      assert.equal((await overWire(dated, 'GET /', `${name}: ${date}, ${date}`)).status, 200)
    }
  })
})

describe('RFC 9110 §13.2.1, when preconditions count', () => {
  const failing = { 'if-match': '"v0"' }
  const route = { etag: () => 'v1' }
  const app = new RestApplication({ logger: quiet })
    .put('/invited', () => ({}), { ...route, authorized: () => false })
    .put('/forbidden', () => ({}), { ...route, forbidden: () => true })
    .put('/limited', () => ({}), { ...route, rateLimited: () => true })
    .put('/gone', () => ({}), { ...route, resourceExists: () => false, previouslyExisted: () => true })
    .put('/missing', () => ({}), { ...route, resourceExists: () => false })
    .put('/moved', () => ({}), { ...route, resourceExists: () => false, movedPermanently: () => '/new' })
    .put('/fixed', () => ({}), { ...route, conflict: () => true })
    .put('/typed', ({ jsonBody }) => ({ jsonBody }), route)
    .put('/small', ({ textBody }) => ({ textBody }), { ...route, bodyLimit: 1 })
    .get('/page', () => ({}), route)
    .route('OPTIONS', '/choice', () => ({ options: true }), route)

  it.for([
    ['PUT /invited', 401],
    ['PUT /forbidden', 403],
    ['PUT /missing', 404],
    ['GET /nowhere', 404],
    ['DELETE /page', 405],
    ['PUT /fixed', 409],
    ['PUT /gone', 410],
    ['PUT /moved', 308],
    ['PUT /limited', 429],
  ] as const)('they do not where the answer is another anyway: %s is %i', async ([target, status]) => {
    await expectStatus(app, target, status, { headers: failing })
    await expectStatus(app, target, status, { headers: { 'if-none-match': '"v1"' } })
  })

  it('they do not where the content could not be taken, by its fields', async () => {
    await expectStatus(app, 'PUT /typed', 415, {
      headers: { ...failing, 'content-type': 'text/plain' },
      body: 'x',
    })
    await expectStatus(app, 'PUT /small', 413, {
      headers: { ...failing, 'content-type': 'text/plain', 'content-length': '2' },
      body: 'xx',
    })
    await expectStatus(app, 'GET /page', 406, { headers: { 'if-none-match': '"v1"', accept: 'image/png' } })
  })

  it('they do before the content is read: what fails is 412, though it is no JSON', async () => {
    const content = { 'content-type': 'application/json' }
    await expectStatus(app, 'PUT /typed', 412, { headers: { ...failing, ...content }, body: '{' })
    await expectStatus(app, 'PUT /typed', 400, { headers: content, body: '{' })
  })

  it('they do not for OPTIONS and TRACE, which select nothing', async () => {
    assert.deepEqual(
      await statusesOf(
        app,
        ['OPTIONS /page', { headers: failing }],
        ['OPTIONS /choice', { headers: failing }],
      ),
      [204, 200],
    )
    assert.equal((await overWire(app, 'TRACE /page', 'If-Match: "v0"')).status, 405)
  })
})
