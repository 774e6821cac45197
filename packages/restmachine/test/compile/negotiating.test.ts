import { html, RestApplication, Router, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, statusesOf } from '../decisions/asking.ts'

const accepting = (accept: string) => ({ headers: { accept } })
const typeOf = async (app: RestApplication, path: string, accept: string) =>
  (await ask(app, `GET ${path}`, accepting(accept))).headers.get('content-type')

const JSON_TYPE = 'application/json'
const HTML_TYPE = 'text/html;charset=utf-8'

describe('provides', () => {
  const app = new RestApplication()
    .provides('text/html', () => 'application')
    .mount(
      '/router',
      new Router().provides('text/csv', () => 'router').get('/', () => 'hello'),
    )
    .resource('/resource', (resource) =>
      resource
        .provides('text/plain', () => 'resource')
        .provides('text/html', () => 'resource')
        .get(() => 'hello', { provides: { 'text/plain': () => 'route', 'application/json': false } })
        .put(() => 'hello'),
    )
    .get('/', () => 'hello')

  const bodyOf = async (target: string, accept: string) => (await ask(app, target, accepting(accept))).text()

  it('counts from the outermost layer to the route; an inner one takes the place of an outer one', async () => {
    assert.equal(await bodyOf('GET /', 'text/html'), 'application')
    assert.equal(await bodyOf('GET /router', 'text/html'), 'application')
    assert.equal(await bodyOf('GET /router', 'text/csv'), 'router')
    assert.equal(await bodyOf('GET /resource', 'text/html'), 'resource')
    assert.equal(await bodyOf('GET /resource', 'text/plain'), 'route')
    assert.equal(await bodyOf('PUT /resource', 'text/plain'), 'resource')
  })

  it('leaks to no route beside its own', async () => {
    assert.deepEqual(
      await statusesOf(app, ['GET /', accepting('text/csv')], ['PUT /resource', accepting('text/csv')]),
      [406, 406],
    )
  })

  it('takes a representation of an outer layer away with false', async () => {
    assert.deepEqual(
      await statusesOf(app, ['GET /resource', accepting(JSON_TYPE)], ['PUT /resource', accepting(JSON_TYPE)]),
      [406, 200],
    )
  })

  it('is about one type however it is written', async () => {
    const cases = new RestApplication()
      .provides('Text/HTML', () => 'application')
      .get('/', () => 'hello', { provides: { 'text/html': () => 'route' } })
      .get('/none', () => 'hello', { provides: { 'text/html; charset=utf-8': false } })
    assert.equal(await (await ask(cases, 'GET /', accepting('text/html'))).text(), 'route')
    await expectStatus(cases, 'GET /none', 406, accepting('text/html'))
  })

  it('is refused at the start when it names no media type', async () => {
    for (const type of ['html', 'text/*', '*/*', 'text/html, text/plain']) {
      const bad = new RestApplication().get('/', () => 'hello', { provides: { [type]: () => 'never' } })
      const message = await bad.startup().catch((error: Error) => error.message)
      assert.include(String(message), `"${type}" is no media type`)
    }
  })
})

describe('a renderer', () => {
  it('gets the result, what is provided, and the parameters of the path', async () => {
    const app = new RestApplication()
      .dependency('title', async () => 'Note')
      .get('/{noteId}', ({ noteId }) => ({ text: `milk ${noteId}` }), {
        provides: {
          'text/html': ({ result, title, noteId }) => html`<h1>${title} ${noteId}</h1>${result.text}`,
        },
      })
    assert.equal(await (await ask(app, 'GET /7', accepting('text/html'))).text(), '<h1>Note 7</h1>milk 7')
  })

  it('gets the body alone of what respond gives', async () => {
    const app = new RestApplication().post('/', () => respond({ id: 7 }, 201), {
      provides: { 'text/html': ({ result }) => html`<p>${result.id}</p>` },
    })
    const response = await expectStatus(app, 'POST /', 201, accepting('text/html'))
    assert.equal(await response.text(), '<p>7</p>')
  })

  it('may take time, and may give text, HTML, bytes, a stream or data', async () => {
    for (const [rendered, text] of [
      [Promise.resolve('text'), 'text'],
      [html`<p>`, '<p>'],
      [new TextEncoder().encode('bytes'), 'bytes'],
      [new Blob(['stream']).stream(), 'stream'],
      [{ a: 1 }, '{"a":1}'],
    ] as const) {
      const app = new RestApplication().get('/', () => 'x', { provides: { 'text/x': () => rendered } })
      const response = await ask(app, 'GET /', accepting('text/x'))
      assert.equal(response.headers.get('content-type'), 'text/x;charset=utf-8')
      assert.equal(await response.text(), text)
    }
  })

  it('is not asked without a result, nor by a request that is refused', async () => {
    let asked = 0
    const app = new RestApplication()
      .provides('text/html', () => `${++asked}`)
      .get('/', () => undefined)
      .get('/missing', () => 'x', { resourceExists: () => false })
    assert.deepEqual(
      await statusesOf(app, ['GET /', accepting('text/html')], ['GET /missing', accepting('text/html')]),
      [204, 404],
    )
    assert.equal(asked, 0)
  })

  it('of the application leaves bytes and streams alone; one of the route writes them', async () => {
    const bytes = () => new TextEncoder().encode('PNG')
    const app = new RestApplication()
      .provides('text/html', () => 'never')
      .get('/app', bytes)
      .get('/route', bytes, { provides: { 'image/png': ({ result }) => result } })
    assert.equal(await typeOf(app, '/app', 'text/html'), 'application/octet-stream')
    assert.equal(await typeOf(app, '/route', 'image/png'), 'image/png')
  })

  it('can be that of JSON', async () => {
    const app = new RestApplication()
      .provides('application/json', ({ result }) => ({ data: result }))
      .get('/', () => [1])
    const response = await ask(app, 'GET /')
    assert.equal(response.headers.get('content-type'), JSON_TYPE)
    assert.deepEqual(await response.json(), { data: [1] })
  })
})

describe('RFC 9110 §12.5.1, Accept', () => {
  const app = new RestApplication()
    .provides('text/html', () => 'page')
    .provides('text/csv', () => 'table')
    .get('/', () => 'hello')

  it.for([
    ['*/*', JSON_TYPE],
    ['', JSON_TYPE],
    ['nonsense', JSON_TYPE],
    ['text/*', HTML_TYPE],
    ['text/html', HTML_TYPE],
    ['text/*;q=0.5, application/json;q=0.4', HTML_TYPE],
    ['text/*, text/html;q=0', 'text/csv;charset=utf-8'],
    ['text/html;q=0.5, */*;q=0.8', JSON_TYPE],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', HTML_TYPE],
    ['application/json;charset=utf-8', JSON_TYPE],
    ['text/html;charset=UTF-8', HTML_TYPE],
    ['nonsense, text/csv, /;;, image/png', 'text/csv;charset=utf-8'],
  ] as const)('of "%s" gives %s', async ([accept, type]) => {
    assert.equal(await typeOf(app, '/', accept), type)
  })

  it('may come in several lines', async () => {
    const headers = [
      ['accept', 'image/png'],
      ['accept', 'text/csv;q=0.1'],
    ] as const
    const response = await expectStatus(app, 'GET /', 200, { headers })
    assert.equal(response.headers.get('content-type'), 'text/csv;charset=utf-8')
  })

  it('refused is 406, with the list of what is there (§15.5.7)', async () => {
    const response = await expectStatus(app, 'GET /', 406, accepting('image/png, text/html;q=0'))
    assert.equal((await response.json()).detail, 'What is there: application/json, text/html, text/csv')
    assert.equal(response.headers.get('vary'), 'accept')
  })

  it('is told to caches by every answer that depends on it (§12.5.5)', async () => {
    const noted = new RestApplication()
      .provides('text/html', () => 'page')
      .etag(() => 'v1')
      .get('/', () => 'hello')
      .get('/refused', () => 'x', { forbidden: () => true })
    for (const [target, sent] of [
      ['GET /', {}],
      ['HEAD /', {}],
      ['GET /', { headers: { 'if-none-match': '"v1"' } }],
      ['GET /refused', {}],
      ['GET /nowhere', {}],
    ] as const)
      assert.equal((await ask(noted, target, sent)).headers.get('vary'), 'accept', target)
    const alone = new RestApplication().get('/', () => 'hello')
    assert.isNull((await ask(alone, 'GET /')).headers.get('vary'))
  })
})
