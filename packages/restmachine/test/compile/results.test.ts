import { html, RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet } from '../decisions/asking.ts'

/** An application whose handler gives `result`, for every method. */
function giving(result: () => unknown) {
  return new RestApplication({ logger: quiet }).get('/', result).post('/', result).put('/', result)
}

const headersOf = ({ headers }: Response) => Object.fromEntries(headers)

describe('nothing', () => {
  it.for([undefined, null, Promise.resolve(undefined), respond(undefined), respond(null)])(
    'is 204 without type, length and content (RFC 9110 §15.3.5): %s',
    async (result) => {
      const response = await expectStatus(
        giving(() => result),
        'GET /',
        204,
      )
      assert.deepEqual(headersOf(response), {})
      assert.isNull(response.body)
      await expectStatus(
        giving(() => result),
        'POST /',
        204,
      )
    },
  )

  it('keeps the header fields that come with it', async () => {
    const app = giving(() => respond(undefined, undefined, { 'x-count': 0 }))
    assert.deepEqual(headersOf(await expectStatus(app, 'GET /', 204)), { 'x-count': '0' })
  })

  it('is empty content with a status that has some', async () => {
    const response = await expectStatus(
      giving(() => respond(undefined, 200)),
      'GET /',
      200,
    )
    assert.deepEqual(headersOf(response), { 'content-length': '0' })
    await expectStatus(
      giving(() => respond(undefined, 202)),
      'POST /',
      202,
    )
  })
})

describe('data', () => {
  it.for([
    [false, 'false'],
    [0, '0'],
    ['', '""'],
    ['text', '"text"'],
    [[], '[]'],
    [{ a: [1, null], b: undefined }, '{"a":[1,null]}'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ] as const)('is compact JSON: %s', async ([result, text]) => {
    const response = await expectStatus(
      giving(() => result),
      'GET /',
      200,
    )
    assert.equal(await response.text(), text)
    assert.deepEqual(headersOf(response), {
      'content-length': String(text.length),
      'content-type': 'application/json',
    })
  })

  it('has its length in bytes', async () => {
    const response = await ask(
      giving(async () => 'grüße 🌍'),
      'GET /',
    )
    assert.equal(response.headers.get('content-length'), '14')
    assert.equal(await response.json(), 'grüße 🌍')
  })

  it('is 500 when it has no JSON form, and says nothing about it', async () => {
    const circle: unknown[] = ['secret']
    circle.push(circle)
    for (const result of [12n, () => 'secret', Symbol('secret'), circle]) {
      const response = await expectStatus(
        giving(() => result),
        'GET /',
        500,
      )
      assert.notInclude(await response.text(), 'secret')
    }
  })
})

describe('what is written already', () => {
  it('is HTML', async () => {
    const response = await ask(
      giving(() => html`<p>${'<b>'}</p>`),
      'GET /',
    )
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(await response.text(), '<p>&lt;b&gt;</p>')
  })

  it('is bytes', async () => {
    const response = await ask(
      giving(() => new Uint8Array([0, 255])),
      'GET /',
    )
    assert.equal(response.headers.get('content-type'), 'application/octet-stream')
    assert.deepEqual(new Uint8Array(await response.arrayBuffer()), new Uint8Array([0, 255]))
  })

  it('is a stream, sent as it comes and without a length', async () => {
    const response = await ask(
      giving(() => new Blob(['one', 'two']).stream()),
      'GET /',
    )
    assert.deepEqual(headersOf(response), { 'content-type': 'application/octet-stream' })
    assert.equal(await response.text(), 'onetwo')
  })
})

describe('respond', () => {
  it('gives data a status and header fields; a list makes several lines', async () => {
    const app = giving(() =>
      respond({ id: 7 }, 201, { Location: '/7', 'set-cookie': ['a=1', 'b=2'], 'x-n': 1 }),
    )
    const response = await expectStatus(app, 'POST /', 201)
    assert.deepEqual(await response.json(), { id: 7 })
    assert.equal(response.headers.get('location'), '/7')
    assert.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2'])
    assert.equal(response.headers.get('content-type'), 'application/json')
  })

  it('sends what has a type of its own verbatim, whatever the client accepts', async () => {
    for (const [body, text] of [
      ['<a/>', '<a/>'],
      [html`<a/>`, '<a/>'],
      [new TextEncoder().encode('<a/>'), '<a/>'],
      [new Blob(['<a/>']).stream(), '<a/>'],
      [{ a: 1 }, '{"a":1}'],
    ] as const) {
      const app = new RestApplication().get('/', () => respond(body, 200, { 'Content-Type': 'text/xml' }), {
        provides: { 'text/html': () => 'never' },
      })
      const response = await ask(app, 'GET /', { headers: { accept: 'text/html' } })
      assert.equal(response.headers.get('content-type'), 'text/xml')
      assert.equal(await response.text(), text)
    }
  })

  it.for([204, 205, 304])('has no content with %i, whatever the handler gave', async (status) => {
    const response = await expectStatus(
      giving(() => respond({ a: 1 }, status)),
      'GET /',
      status,
    )
    assert.isNull(response.headers.get('content-type'))
    assert.equal(await response.text(), '')
  })

  it.for([200, 202, 203, 404, 418, 503])('goes out with %i as it says', async (status) => {
    const response = await expectStatus(
      giving(() => respond({ a: 1 }, status)),
      'GET /',
      status,
    )
    assert.deepEqual(await response.json(), { a: 1 })
  })

  it('goes to another place with 303 (RFC 9110 §15.4.4)', async () => {
    const app = giving(async () => respond(undefined, 303, { location: '/result' }))
    assert.equal((await expectStatus(app, 'POST /', 303)).headers.get('location'), '/result')
  })

  it('cannot break out of a field: that is a 500', async () => {
    for (const headers of [
      { 'x-a': 'b\r\nset-cookie: c=d' },
      { 'x a': 'b' },
      { 'x-a': '€' },
      { 'x-a': ['b', '\0'] },
    ]) {
      const response = await expectStatus(
        giving(() => respond('a', 200, headers)),
        'GET /',
        500,
      )
      assert.isNull(response.headers.get('set-cookie'))
    }
  })
})
