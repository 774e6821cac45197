import { HttpError, RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, json, statusesOf } from './asking.ts'

const app = new RestApplication()
  .post('/json', ({ jsonBody }) => [jsonBody])
  .patch('/json', ({ jsonBody }) => [jsonBody])
  .put('/json', ({ jsonBody }) => [jsonBody])
  .post('/form', ({ formBody }) => formBody)
  .post('/text', ({ textBody }) => textBody)
  .post('/ignored', () => 'not read')
  .get('/json', ({ jsonBody }) => [jsonBody])

const typed = (type: string, body = '{}') => ({ headers: { 'content-type': type }, body })

describe('RFC 9110 §15.5.16, 415 Unsupported Media Type', () => {
  it('says what would be understood, in the field that the method has for it', async () => {
    const xml = typed('application/xml', '<a/>')
    const posted = await expectStatus(app, 'POST /json', 415, xml)
    assert.equal(posted.headers.get('accept-post'), 'application/json')
    assert.equal((await posted.json()).detail, 'What is read: application/json')
    const patched = await expectStatus(app, 'PATCH /json', 415, xml)
    assert.equal(patched.headers.get('accept-patch'), 'application/json')
    const put = await expectStatus(app, 'PUT /json', 415, xml)
    assert.equal(put.headers.get('accept'), 'application/json')
  })

  it('answers content without a type, and with one that cannot be read', async () => {
    assert.deepEqual(
      await statusesOf(
        app,
        ['POST /json', { body: '{}' }],
        ['POST /json', typed('json')],
        ['POST /json', typed('application/json, text/plain')],
        ['POST /form', { body: 'a=1' }],
        ['POST /form', typed('application/json')],
      ),
      [415, 415, 415, 415, 415],
    )
  })

  it('takes every type with the suffix +json for JSON (RFC 6838 §4.2.8)', async () => {
    assert.deepEqual(
      await statusesOf(
        app,
        ['POST /json', typed('application/json')],
        ['POST /json', typed('Application/JSON; charset=utf-8')],
        ['POST /json', typed('application/merge-patch+json')],
        ['POST /json', typed('application/jsonp')],
      ),
      [200, 200, 200, 415],
    )
  })

  it('is not asked without content, nor where nobody reads it', async () => {
    assert.deepEqual(
      await statusesOf(app, ['POST /json'], ['GET /json'], ['POST /ignored', typed('image/png')]),
      [200, 200, 200],
    )
  })

  it('leaves any type to who reads text or bytes', async () => {
    assert.deepEqual(await statusesOf(app, ['POST /text', typed('image/svg+xml', '<a/>')]), [200])
    await expectStatus(app, 'POST /text', 200, { body: 'untyped' })
  })

  it('answers a coding that nobody undoes, and says so by Accept-Encoding (§12.5.3)', async () => {
    const coded = (coding: string) => json({}, { 'content-encoding': coding })
    assert.deepEqual(
      await statusesOf(app, ['POST /json', coded('identity')], ['POST /json', coded('Identity')]),
      [200, 200],
    )
    const response = await expectStatus(app, 'POST /json', 415, coded('gzip'))
    assert.equal(response.headers.get('accept-encoding'), 'identity')
    assert.isNull(response.headers.get('accept-post'))
    await expectStatus(app, 'POST /ignored', 200, coded('gzip'))
  })

  it('lists nothing where a handler refuses a type that the declaration does not know', async () => {
    const own = new RestApplication().post('/', () => {
      throw new HttpError(415)
    })
    assert.isNull((await expectStatus(own, 'POST /', 415)).headers.get('accept-post'))
  })
})

describe('RFC 9110 §15.5.14, 413 Content Too Large', () => {
  const MEBIBYTE = 1_048_576
  /** JSON text of so many bytes. */
  const jsonOf = (bytes: number) => `"${'a'.repeat(bytes - 2)}"`
  /** The same bytes without a length, in pieces. */
  const chunked = (text: string) =>
    new Blob([text]).stream().pipeThrough(new TransformStream<Uint8Array, Uint8Array>())

  it('takes exactly 1 MiB and not a byte more', async () => {
    const sent = (bytes: number) => ['POST /json', typed('application/json', jsonOf(bytes))] as const
    assert.deepEqual(await statusesOf(app, sent(MEBIBYTE), sent(MEBIBYTE + 1)), [200, 413])
  })

  it('counts what comes, where no length is declared', async () => {
    const headers = { 'content-type': 'application/json' }
    assert.deepEqual(
      await statusesOf(
        app,
        ['POST /json', { headers, body: chunked(jsonOf(MEBIBYTE)) }],
        ['POST /json', { headers, body: chunked(jsonOf(MEBIBYTE + 1)) }],
      ),
      [200, 413],
    )
  })

  it('believes the declared length before it reads anything, and tells the limit', async () => {
    const response = await expectStatus(app, 'POST /json', 413, {
      headers: { 'content-type': 'application/json', 'content-length': String(MEBIBYTE + 1) },
      body: '{}',
    })
    assert.equal((await response.json()).detail, `At most ${MEBIBYTE} bytes are taken`)
  })

  it('takes as much as the route says, or else the application', async () => {
    const small = new RestApplication({ bodyLimit: 10 })
      .post('/', ({ textBody }) => textBody)
      .post('/large', ({ textBody }) => textBody, { bodyLimit: 20 })
      .post('/none', ({ textBody }) => textBody, { bodyLimit: 0 })
    const bytes = (count: number) => ({ body: 'a'.repeat(count) })
    assert.deepEqual(
      await statusesOf(
        small,
        ['POST /', bytes(10)],
        ['POST /', bytes(11)],
        ['POST /large', bytes(20)],
        ['POST /large', bytes(21)],
        ['POST /none'],
        ['POST /none', bytes(1)],
      ),
      [200, 413, 200, 413, 200, 413],
    )
  })

  it('is not asked where nobody reads the content', async () => {
    const small = new RestApplication({ bodyLimit: 1 }).post('/', () => 'not read')
    await expectStatus(small, 'POST /', 200, { headers: { 'content-length': '1000' }, body: 'abc' })
  })
})

describe('RFC 9110 §14.5, 400 to a PUT of a part', () => {
  const ranged = json({}, { 'content-range': 'bytes 0-1/10' })

  it('refuses Content-Range on PUT, and on nothing else', async () => {
    assert.deepEqual(await statusesOf(app, ['PUT /json', ranged], ['POST /json', ranged]), [400, 200])
  })

  it('refuses it also where the handler reads no content', async () => {
    const own = new RestApplication().put('/', () => undefined)
    await expectStatus(own, 'PUT /', 400, ranged)
  })

  it('answers where the application finds the content fields invalid', async () => {
    const strict = new RestApplication()
      .validContentHeaders(async ({ requestHeaders }) => requestHeaders.has('content-language'))
      .post('/', () => 'read')
      .get('/', () => 'read')
    assert.deepEqual(
      await statusesOf(
        strict,
        ['POST /', json({})],
        ['POST /', json({}, { 'content-language': 'en' })],
        ['POST /'],
        ['GET /'],
      ),
      [400, 200, 200, 200],
    )
  })
})

describe('RFC 9110 §15.5.21, 422 Unprocessable Content', () => {
  /** A Standard Schema of one rule. */
  const Even = {
    '~standard': {
      validate: (value: unknown) =>
        typeof value === 'number' && value % 2 === 0
          ? { value }
          : { issues: [{ message: 'Not even', path: ['list', 0, 'a/b~c'] }] },
      types: undefined as unknown as { output: number },
    },
  }

  const checked = new RestApplication()
    .validates('even', Even, ({ jsonBody }) => jsonBody)
    .validates('page', Even, ({ queryParams }) => Number(queryParams.get('page')))
    .post('/', ({ even }) => even)
    .get('/', ({ page }) => page)

  it('lists the faults: where, what, and in which part of the request', async () => {
    const response = await expectStatus(checked, 'POST /', 422, json(3))
    const { errors, detail } = await response.json()
    assert.deepEqual(errors, [{ pointer: '/list/0/a~1b~0c', message: 'Not even', in: 'body' }])
    assert.equal(detail, 'What was sent does not hold')
    assert.equal((await (await ask(checked, 'GET /?page=1')).json()).errors[0].in, 'query')
  })

  it('hands on what holds', async () => {
    assert.equal(await (await expectStatus(checked, 'POST /', 200, json(4))).json(), 4)
    assert.equal(await (await expectStatus(checked, 'GET /?page=2', 200)).json(), 2)
  })

  it('comes after the preconditions, since the content is not read before (§13.2.1)', async () => {
    const guarded = new RestApplication()
      .validates('even', Even, ({ jsonBody }) => jsonBody)
      .resource('/', (thing) => thing.etag(() => 'v1').put(({ even }) => even))
    const stale = json(3, { 'if-match': '"v0"' })
    const fresh = json(3, { 'if-match': '"v1"' })
    assert.deepEqual(await statusesOf(guarded, ['PUT /', stale], ['PUT /', fresh]), [412, 422])
  })
})
