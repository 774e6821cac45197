import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, json, quiet, statusesOf } from '../decisions/asking.ts'

const typed = (type: string, body: BodyInit) => ({ headers: { 'content-type': type }, body })
const form = (body: string) => typed('application/x-www-form-urlencoded', body)

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).text()
}

describe('content', () => {
  it('can be read by any number of functions, in any of its forms, one of them a stream', async () => {
    const app = new RestApplication()
      .dependency('size', ({ bytesBody }) => bytesBody.length)
      .dependency('streamed', async ({ body }) => textOf(body))
      .malformedRequest(({ jsonBody }) => jsonBody === null)
      .post(
        '/',
        async ({ jsonBody, textBody, bytesBody, size, streamed, body, parsedBody }) => ({
          jsonBody,
          textBody,
          size: size === bytesBody.length,
          streamed,
          again: await textOf(body).catch(() => 'locked'),
          parsedBody,
        }),
        { provides: { 'text/plain': ({ textBody }) => textBody } },
      )
    const response = await expectStatus(app, 'POST /', 200, json({ a: 1 }))
    assert.deepEqual(await response.json(), {
      jsonBody: { a: 1 },
      textBody: '{"a":1}',
      size: true,
      streamed: '{"a":1}',
      again: 'locked',
      parsedBody: { a: 1 },
    })
    const rendered = await ask(app, 'POST /', {
      headers: { accept: 'text/plain', 'content-type': 'application/json' },
      body: '[2]',
    })
    assert.equal(await rendered.text(), '[2]')
  })

  it('is a stream as it comes, where nothing else reads it', async () => {
    const app = new RestApplication({ bodyLimit: 10, logger: quiet }).post('/', ({ body }) => textOf(body))
    assert.equal(await (await expectStatus(app, 'POST /', 200, { body: 'as it is' })).json(), 'as it is')
    await expectStatus(app, 'POST /', 413, { body: 'more than ten' })
    assert.equal(await (await expectStatus(app, 'POST /', 200)).json(), '')
  })

  it('is read as a stream by the handler and as text by its renderer', async () => {
    const app = new RestApplication().post('/', ({ body }) => textOf(body), {
      provides: { 'application/json': ({ result, textBody }) => [result, textBody] },
    })
    assert.deepEqual(await (await expectStatus(app, 'POST /', 200, { body: 'twice' })).json(), [
      'twice',
      'twice',
    ])
  })

  it('that is empty is as good as absent', async () => {
    const app = new RestApplication()
      .post('/json', ({ jsonBody }) => [jsonBody === undefined])
      .post('/form', ({ formBody }) => Object.keys(formBody))
      .post('/text', ({ textBody }) => textBody)
      .post('/bytes', ({ bytesBody }) => bytesBody.length)
      .post('/files', ({ multipartBody: { fields, files } }) => ({ fields, files }))
      .post('/parsed', ({ parsedBody }) => [parsedBody === undefined])
    const empty = [
      ['json', 'application/json', [true]],
      ['form', 'application/x-www-form-urlencoded', []],
      ['text', 'text/plain', ''],
      ['bytes', 'image/png', 0],
      ['parsed', 'application/json', [true]],
    ] as const
    for (const [path, type, value] of empty) {
      assert.deepEqual(await (await expectStatus(app, `POST /${path}`, 200)).json(), value)
      assert.deepEqual(await (await expectStatus(app, `POST /${path}`, 200, typed(type, ''))).json(), value)
    }
    assert.deepEqual(await (await expectStatus(app, 'POST /files', 200)).json(), { fields: {}, files: [] })
  })
})

describe('jsonBody', () => {
  const app = new RestApplication({ logger: quiet }).post('/', ({ jsonBody }) => [jsonBody])

  it('is 400 when it is no JSON, and tells where', async () => {
    for (const body of ['{', '{"a":}', ' ', '{"__proto__":1}', '['.repeat(65) + ']'.repeat(65)]) {
      const response = await expectStatus(app, 'POST /', 400, typed('application/json', body))
      assert.isString((await response.json()).detail)
    }
    const response = await ask(app, 'POST /', typed('application/json', '{"a" 1}'))
    assert.equal(
      (await response.json()).detail,
      'Cannot read the JSON: expected ":", found "1" at line 1, column 6',
    )
  })

  it('is text in the charset that is declared, else UTF-8', async () => {
    const latin = new Uint8Array([0x22, 0xe9, 0x22])
    const read = await ask(app, 'POST /', typed('application/json; charset=ISO-8859-1', latin))
    assert.deepEqual(await read.json(), ['é'])
    assert.deepEqual(
      await statusesOf(
        app,
        ['POST /', typed('application/json', latin)],
        ['POST /', typed('application/json; charset=klingon', latin)],
      ),
      [400, 415],
    )
  })

  it('may be any JSON value, also null and false', async () => {
    for (const value of [null, false, 0, '', [], {}])
      assert.deepEqual(await (await expectStatus(app, 'POST /', 200, json(value))).json(), [value])
  })
})

describe('formBody', () => {
  const app = new RestApplication().post('/', ({ formBody }) => formBody)

  it('gives the fields by name, several values as a list', async () => {
    const response = await expectStatus(app, 'POST /', 200, form('name=Ada+L.&tag=a&tag=b&x=%C3%A9'))
    assert.deepEqual(await response.json(), { name: 'Ada L.', tag: ['a', 'b'], x: 'é' })
  })

  it('refuses names that reach a prototype, and too many of them', async () => {
    await expectStatus(app, 'POST /', 400, form('__proto__=1'))
    await expectStatus(app, 'POST /', 413, form('a=1&'.repeat(1001)))
  })
})

describe('parsedBody', () => {
  const app = new RestApplication()
    .accepts('text/csv', ({ textBody }) => textBody.split(','))
    .post('/', ({ parsedBody }) => ({ parsedBody }))
    .post('/own', ({ parsedBody }) => ({ parsedBody }), {
      accepts: {
        'application/json': ({ textBody }) => `own ${textBody}`,
        'Text/CSV; header=present': async ({ bytesBody }) => bytesBody.length,
      },
    })
  const parsed = async (path: string, type: string, body: BodyInit) =>
    (await (await expectStatus(app, `POST ${path}`, 200, typed(type, body))).json()).parsedBody

  it('is read by the type it has', async () => {
    assert.deepEqual(await parsed('/', 'application/json', '{"a":1}'), { a: 1 })
    assert.deepEqual(await parsed('/', 'application/merge-patch+json', '{"a":1}'), { a: 1 })
    assert.deepEqual(await parsed('/', 'application/x-www-form-urlencoded', 'a=1'), { a: '1' })
    assert.deepEqual(await parsed('/', 'text/plain', 'hello'), 'hello')
    const data = new FormData()
    data.append('a', '1')
    const { headers, body } = new Request('http://localhost', { method: 'POST', body: data })
    const type = headers.get('content-type') ?? ''
    const multipart = await parsed('/', type, body as BodyInit)
    assert.deepEqual(multipart, { fields: { a: '1' }, files: [] })
  })

  it('is read by what `accepts` adds, the innermost first, for all its types', async () => {
    assert.deepEqual(await parsed('/', 'text/csv', 'a,b'), ['a', 'b'])
    assert.deepEqual(await parsed('/', 'Text/CSV; charset=utf-8', 'a,b'), ['a', 'b'])
    assert.deepEqual(await parsed('/own', 'text/csv', 'a,b'), 3)
    assert.deepEqual(await parsed('/own', 'application/json', '1'), 'own 1')
    assert.deepEqual(await parsed('/own', 'application/problem+json', '1'), 'own 1')
  })

  it('is 415 for every other type, with the list of those that are read', async () => {
    const response = await expectStatus(app, 'POST /', 415, typed('application/xml', '<a/>'))
    assert.equal(
      response.headers.get('accept-post'),
      'application/json, application/x-www-form-urlencoded, multipart/form-data, text/plain, text/csv',
    )
    await expectStatus(app, 'POST /', 415, { body: 'untyped' })
  })

  it('refuses at the start to accept what is no media type', async () => {
    const bad = new RestApplication().accepts('csv', () => 1).post('/', ({ parsedBody }) => parsedBody)
    const message = await bad.startup().catch((error: Error) => error.message)
    assert.include(String(message), '"csv" is no media type')
  })
})
