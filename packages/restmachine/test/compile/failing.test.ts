import { HttpError, html, RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet, statusesOf } from '../decisions/asking.ts'

const SECRET = 'the password is hunter2'
const broken = (): never => {
  throw new Error(SECRET)
}
const accepting = (accept: string) => ({ headers: { accept } })

describe('what is thrown', () => {
  it('is the status of an HttpError, with all that it brings, from wherever it comes', async () => {
    const throwing = (): never => {
      throw new HttpError(409, 'Not now', {
        type: 'https://example.com/busy',
        title: 'Busy',
        headers: { 'X-Wait': 'yes' },
        members: { until: 'noon' },
        cause: new Error(SECRET),
      })
    }
    const apps = [
      new RestApplication().get('/', throwing),
      new RestApplication().get('/', async () => throwing()),
      new RestApplication().dependency('value', throwing).get('/', ({ value }) => value),
      new RestApplication().resourceExists(throwing).get('/', () => 'never'),
      new RestApplication().etag(throwing).get('/', () => 'never'),
      new RestApplication().provides('application/json', throwing).get('/', () => 'never'),
      new RestApplication().get('/', throwing, { bypassStateMachine: true }),
    ]
    for (const app of apps) {
      const response = await expectStatus(app, 'GET /', 409)
      assert.equal(response.headers.get('x-wait'), 'yes')
      const { requestId, traceId, ...problem } = await response.json()
      assert.match(requestId, /^[\da-f-]{36}$/)
      assert.match(traceId, /^[\da-f]{32}$/)
      assert.deepEqual(problem, {
        type: 'https://example.com/busy',
        title: 'Busy',
        status: 409,
        detail: 'Not now',
        instance: '/',
        until: 'noon',
      })
    }
  })

  it('is 500 without a word of it otherwise, in every form, and a line in the log', async () => {
    const lines: unknown[] = []
    const logger = {
      ...quiet,
      error: (message: string, details: unknown) => void lines.push([message, details]),
    }
    const app = new RestApplication({ logger })
      .get('/error', broken)
      .get('/later', async () => broken())
      .get('/text', () => {
        throw SECRET
      })
      .get('/nothing', () => {
        throw undefined
      })
    for (const path of ['/error', '/later', '/text', '/nothing']) {
      for (const accept of ['*/*', 'text/html, */*;q=0.1', 'text/plain, */*;q=0.1']) {
        const response = await expectStatus(app, `GET ${path}`, 500, accepting(accept))
        assert.notMatch(await response.text(), /hunter2|Error:|\.ts/)
      }
    }
    assert.lengthOf(lines, 12)
    assert.include(String(lines[0]), '500 in GET /error')
    assert.include(String(lines[0]), SECRET)
  })

  it('is shown in development, and only what is a fault of the server', async () => {
    const app = new RestApplication({ logger: quiet, development: true }).get('/', broken).get('/404', () => {
      throw new HttpError(404)
    })
    assert.equal((await (await ask(app, 'GET /')).json()).exception.message, SECRET)
    assert.notProperty(await (await ask(app, 'GET /404')).json(), 'exception')
  })

  it('costs an error no more than a field, when that field cannot be sent', async () => {
    const app = new RestApplication({ logger: quiet }).get('/', () => {
      throw new HttpError(402, 'Pay', { headers: { 'x-a': 'b\r\nc: d' } })
    })
    const response = await expectStatus(app, 'GET /', 402)
    assert.isNull(response.headers.get('x-a'))
    assert.equal((await response.json()).detail, 'Pay')
  })
})

describe('a problem', () => {
  const app = new RestApplication({ logger: quiet })
    .requestId(({ requestHeaders }) => requestHeaders.get('x-request-id') ?? broken())
    .traceId(() => 'trace')
    .get('/{name}', broken)

  it('names its instance as it was sent, without the query (RFC 9457 §3.1.5)', async () => {
    const sent = { headers: { 'x-request-id': 'mine' } }
    assert.equal((await (await ask(app, 'GET /caf%C3%A9?secret=1', sent)).json()).instance, '/caf%C3%A9')
    assert.equal((await (await ask(app, 'GET /%zz?secret=1', sent)).json()).instance, '/%zz')
  })

  it('names the request and its trace as the application does; an id that fails is left out', async () => {
    const problem = await (await ask(app, 'GET /a', { headers: { 'x-request-id': 'mine' } })).json()
    assert.equal(problem.requestId, 'mine')
    assert.equal(problem.traceId, 'trace')
    const nameless = await (await expectStatus(app, 'GET /a', 500)).json()
    assert.notProperty(nameless, 'requestId')
  })

  it('says what its status is called (RFC 9110 §15)', async () => {
    for (const [status, title] of [
      [413, 'Content Too Large'],
      [422, 'Unprocessable Content'],
      [499, 'Client Error'],
    ] as const) {
      const one = new RestApplication().get('/', () => {
        throw new HttpError(status)
      })
      const { type, ...problem } = await (await expectStatus(one, 'GET /', status)).json()
      assert.equal(type, 'about:blank')
      assert.equal(problem.title, title)
    }
  })
})

describe('handlesError', () => {
  const teapot = () => {
    throw new HttpError(418, 'Short and stout')
  }

  it('writes the errors of one status, of several, or all; the most specific wins', async () => {
    const app = new RestApplication({ logger: quiet })
      .handlesError('all', () => ({ handled: 'all' }))
      .handlesError([404, 418], () => ({ handled: 'some' }))
      .get('/teapot', teapot)
      .get('/broken', broken)
    const handledBy = async (path: string) => (await (await ask(app, `GET ${path}`)).json()).handled
    assert.deepEqual(
      [await handledBy('/teapot'), await handledBy('/nowhere'), await handledBy('/broken')],
      ['some', 'some', 'all'],
    )
    assert.deepEqual(
      await statusesOf(app, ['GET /teapot'], ['GET /nowhere'], ['GET /broken']),
      [418, 404, 500],
    )
  })

  it('is that of the innermost layer, of the type that the client wants most', async () => {
    const app = new RestApplication()
      .handlesError(418, () => 'outer')
      .resource('/', (pot) =>
        pot
          .handlesError(418, ({ exception }) => html`<h1>${(exception as HttpError).detail}</h1>`, {
            provides: 'text/html',
          })
          .handlesError(418, () => ({ json: true }), { provides: 'application/json' })
          .get(teapot, { skipContentNegotiation: true }),
      )
    const page = await expectStatus(app, 'GET /', 418, accepting('text/html'))
    assert.equal(await page.text(), '<h1>Short and stout</h1>')
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.deepEqual(await (await ask(app, 'GET /', accepting('application/json'))).json(), { json: true })
    assert.equal(await (await ask(app, 'GET /', accepting('text/plain'))).text(), 'outer')
  })

  it('keeps the fields that the status must carry, and may choose another status', async () => {
    const app = new RestApplication()
      .handlesError(405, () => 'no')
      .handlesError(401, () => respond({ hidden: true }, 404, { 'x-own': 'yes' }))
      .get('/', () => 'hello')
      .get('/closed', () => 'secret', { authorized: () => false })
    assert.equal((await expectStatus(app, 'PUT /', 405)).headers.get('allow'), 'GET, HEAD, OPTIONS')
    const hidden = await expectStatus(app, 'GET /closed', 404)
    assert.equal(hidden.headers.get('x-own'), 'yes')
  })

  it('leaves the problem as it is when it gives nothing, or fails itself', async () => {
    const app = new RestApplication({ logger: quiet })
      .handlesError(404, () => undefined)
      .handlesError(418, async () => broken())
      .get('/teapot', teapot)
    for (const [target, status] of [
      ['GET /nowhere', 404],
      ['GET /teapot', 418],
    ] as const) {
      const response = await expectStatus(app, target, status)
      assert.equal(response.headers.get('content-type'), 'application/problem+json')
    }
  })
})

describe('defaultHeaders', () => {
  it('are on every response of the layer, errors too; what a handler sets wins', async () => {
    const app = new RestApplication({ logger: quiet })
      .defaultHeaders(() => ({ 'x-frame-options': 'DENY', 'cache-control': 'no-store' }))
      .defaultHeaders(async () => ({ 'x-more': '1' }))
      .defaultHeaders(broken)
      .get('/', () => respond('a', 200, { 'cache-control': 'max-age=60' }))
      .get('/broken', broken)
    for (const target of ['GET /', 'GET /broken', 'GET /nowhere', 'PUT /', 'OPTIONS /', 'GET /%zz']) {
      const { headers } = await ask(app, target)
      assert.equal(headers.get('x-frame-options'), 'DENY', target)
      assert.equal(headers.get('x-more'), '1', target)
      assert.equal(headers.get('cache-control'), target === 'GET /' ? 'max-age=60' : 'no-store', target)
    }
  })
})
