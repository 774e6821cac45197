import { RestApplication, Router } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, json, type Sent, statusesOf } from '../decisions/asking.ts'

const BUILT_IN = 'application/json, application/x-www-form-urlencoded, multipart/form-data, text/plain'
const typed = (type: string, body: BodyInit): Sent => ({ headers: { 'content-type': type }, body })

/** What a path says it takes, when it is sent what nobody takes. */
async function takenBy(app: RestApplication, target: string): Promise<string | null> {
  const response = await expectStatus(app, target, 415, typed('image/png', 'x'))
  return (
    response.headers.get('accept-post') ??
    response.headers.get('accept-patch') ??
    response.headers.get('accept')
  )
}

async function parsed(app: RestApplication, path: string, type: string, body: string): Promise<unknown> {
  return (await (await expectStatus(app, `POST ${path}`, 200, typed(type, body))).json()).parsed
}

const give = ({ parsedBody }: { readonly parsedBody: unknown }): { readonly parsed: unknown } => ({
  parsed: parsedBody,
})
const csv = ({ textBody }: { readonly textBody: string }): readonly string[] => textBody.split(',')

describe('accepts, on an application and on a router', () => {
  it('adds to the built-in types', async () => {
    const router = new Router().accepts('text/yaml', () => 'yaml').post('/', give)
    const app = new RestApplication().accepts('text/csv', csv).post('/', give).mount('/inner', router)
    assert.equal(await takenBy(app, 'POST /'), `${BUILT_IN}, text/csv`)
    assert.equal(await takenBy(app, 'POST /inner'), `${BUILT_IN}, text/csv, text/yaml`)
    assert.deepEqual(await parsed(app, '/', 'application/json', '[1]'), [1])
    assert.deepEqual(await parsed(app, '/inner', 'text/csv', 'a,b'), ['a', 'b'])
  })

  it('takes away with false, and reads as it is with true', async () => {
    const app = new RestApplication()
      .accepts('multipart/form-data', false)
      .accepts('application/x-www-form-urlencoded', false)
      .accepts('text/markdown', true)
      .accepts('application/vnd.note', true)
    const message = await app
      .post('/', give)
      .startup()
      .catch((error: Error) => error.message)
    assert.include(
      String(message),
      'accepts "application/vnd.note": nothing is built in that reads application/vnd.note',
    )
    assert.include(String(message), 'give a function')

    const mended = new RestApplication()
      .accepts('multipart/form-data', false)
      .accepts('application/x-www-form-urlencoded', false)
      .accepts('text/markdown', true)
      .post('/', give)
    assert.equal(await takenBy(mended, 'POST /'), 'application/json, text/plain, text/markdown')
    assert.equal(await parsed(mended, '/', 'text/markdown', '# A'), '# A')
  })
})

describe('accepts, on a resource and on a route', () => {
  const app = new RestApplication()
    .accepts('text/csv', csv)
    .post('/own', give, { accepts: { 'application/vnd.own+json': true, 'text/xml': () => 'xml' } })
    .post('/outer', give, { accepts: { 'Text/CSV': true, 'application/json': true } })
    .post('/less', give, { accepts: { 'multipart/form-data': false, 'text/csv': false } })
    .post('/same', give, { accepts: {} })
    .post('/none', give, {
      accepts: {
        'application/json': false,
        'application/x-www-form-urlencoded': false,
        'multipart/form-data': false,
        'text/plain': false,
        'text/csv': false,
      },
    })
    .resource('/things', (thing) =>
      thing
        .accepts('text/plain', ({ textBody }) => textBody.toUpperCase())
        .accepts('text/tab-separated-values', ({ textBody }) => textBody.split('\t'))
        .post(give)
        .put(give, { accepts: { 'application/json': true, 'text/plain': false } })
        .patch(give, { accepts: { 'text/plain': true } }),
    )

  it('is the whole list', async () => {
    assert.equal(await takenBy(app, 'POST /own'), 'application/vnd.own+json, text/xml')
    assert.deepEqual(
      await statusesOf(
        app,
        ['POST /own', json({})],
        ['POST /own', typed('text/plain', 'a')],
        ['POST /own', typed('text/csv', 'a')],
        ['POST /own', typed('application/x-www-form-urlencoded', 'a=1')],
        ['POST /own', typed('multipart/form-data; boundary=b', '--b--')],
        ['POST /own', typed('application/problem+json', '{}')],
      ),
      [415, 415, 415, 415, 415, 415],
    )
    assert.deepEqual(await parsed(app, '/own', 'application/vnd.own+json', '{"a":1}'), { a: 1 })
    assert.deepEqual(await parsed(app, '/own', 'text/xml', '<a/>'), 'xml')
  })

  it('takes types with true as the layers around read them, or as they are read without any', async () => {
    assert.equal(await takenBy(app, 'POST /outer'), 'text/csv, application/json')
    assert.deepEqual(await parsed(app, '/outer', 'text/csv', 'a,b'), ['a', 'b'])
    assert.deepEqual(await parsed(app, '/outer', 'application/problem+json', '[1]'), [1])
  })

  it('leaves the list open where it only takes types away', async () => {
    const less = 'application/json, application/x-www-form-urlencoded, text/plain'
    assert.equal(await takenBy(app, 'POST /less'), less)
    assert.equal(await takenBy(app, 'POST /same'), `${BUILT_IN}, text/csv`)
    assert.isNull(await takenBy(app, 'POST /none'))
  })

  it('adds up between a resource and its routes', async () => {
    assert.equal(await takenBy(app, 'POST /things'), 'text/plain, text/tab-separated-values')
    assert.equal(await takenBy(app, 'PUT /things'), 'text/tab-separated-values, application/json')
    assert.equal(await takenBy(app, 'PATCH /things'), 'text/plain, text/tab-separated-values')
    assert.equal(await parsed(app, '/things', 'text/plain', 'a'), 'A')
    const patched = await expectStatus(app, 'PATCH /things', 200, typed('text/plain', 'a'))
    assert.deepEqual(await patched.json(), { parsed: 'A' })
  })

  it('is told by OPTIONS, for POST and PATCH', async () => {
    const options = await expectStatus(app, 'OPTIONS /things', 204)
    assert.equal(options.headers.get('accept-post'), 'text/plain, text/tab-separated-values')
    assert.equal(options.headers.get('accept-patch'), 'text/plain, text/tab-separated-values')
    const own = await expectStatus(app, 'OPTIONS /own', 204)
    assert.equal(own.headers.get('accept-post'), 'application/vnd.own+json, text/xml')
    assert.isNull(own.headers.get('accept-patch'))
  })
})

describe('what a route accepts', () => {
  it('is not told by OPTIONS where content is not read, or read whatever it is', async () => {
    const app = new RestApplication()
      .post('/any', ({ textBody }) => textBody)
      .patch('/any', () => 'nothing is read')
      .post('/form', ({ formBody }) => formBody)
      .get('/any', () => 1)
    const any = await expectStatus(app, 'OPTIONS /any', 204)
    assert.deepEqual([any.headers.get('accept-post'), any.headers.get('accept-patch')], [null, null])
    const form = await expectStatus(app, 'OPTIONS /form', 204)
    assert.equal(form.headers.get('accept-post'), 'application/x-www-form-urlencoded')
    const all = await ask(app, 'OPTIONS /nowhere')
    assert.equal(all.status, 404)
  })

  it('holds also where something else reads the bytes as they are', async () => {
    const app = new RestApplication()
      .malformedRequest(({ textBody }) => textBody === 'malformed')
      .post('/', give, { accepts: { 'text/csv': csv } })
    assert.equal(await takenBy(app, 'POST /'), 'text/csv')
    assert.deepEqual(await parsed(app, '/', 'text/csv', 'a,b'), ['a', 'b'])
    const { detail } = await (await ask(app, 'POST /', typed('image/png', 'x'))).json()
    assert.equal(detail, 'The content has "image/png"; text/csv is needed')
    const options = await expectStatus(app, 'OPTIONS /', 204)
    assert.equal(options.headers.get('accept-post'), 'text/csv')
  })

  it('is no reason to refuse a request whose content only error handlers read', async () => {
    const app = new RestApplication()
      .handlesError('all', ({ parsedBody }) => ({ sent: parsedBody }))
      .post('/', ({ request }) => {
        if (request.queryParams.has('fail')) throw new Error('It failed')
        return 'read by nobody'
      })
    assert.deepEqual(
      await statusesOf(app, ['POST /', typed('image/png', 'x')], ['POST /?fail', json([1])]),
      [200, 500],
    )
    assert.deepEqual(await (await ask(app, 'POST /?fail', json([1]))).json(), { sent: [1] })
  })

  it('refuses ranges of types at the start', async () => {
    const app = new RestApplication().post('/', give, { accepts: { 'text/*': true } })
    const message = await app.startup().catch((error: Error) => error.message)
    assert.include(String(message), 'POST / accepts text/*: "text/*" is no media type')
    assert.include(String(message), 'a range is none')
  })
})
