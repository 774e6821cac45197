import { HttpError, html, RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet, statusesOf } from '../decisions/asking.ts'
import { begin } from './following.ts'

const fast = { bypassStateMachine: true }

/** An application in which every decision refuses, and says that it was asked. */
function refusing(asked: string[]) {
  const no = (name: string) => () => {
    asked.push(name)
    return undefined
  }
  return new RestApplication({ logger: quiet })
    .serviceAvailable(no('serviceAvailable'))
    .authorized(no('authorized'))
    .malformedRequest(() => asked.push('malformedRequest'))
    .forbidden(() => asked.push('forbidden'))
    .resourceExists(no('resourceExists'))
    .etag(() => `v${asked.push('etag')}`)
    .lastModified(() => asked.push('lastModified'))
    .provides('text/html', ({ result }) => html`<p>${String(result)}</p>`)
}

describe('bypassStateMachine', () => {
  it.each(['authorized', 'forbidden', 'rateLimited'] as const)(
    'passes by %s only where that is said',
    async (guard) => {
      const guarded = () => new RestApplication({ logger: quiet })[guard](() => guard !== 'authorized')
      const app = guarded().get('/', () => 'open', fast)
      const fault = await app.startup().catch(String)
      assert.include(fault, `GET /: bypassStateMachine passes by ${guard}, which guards it`)
      assert.include(fault, 'say skipAuthCheck: true beside it')
      await expectStatus(
        guarded().get('/', () => 'open', { ...fast, skipAuthCheck: true }),
        'GET /',
        200,
      )
    },
  )

  it('needs no such word where the value of the guard is asked for', async () => {
    const app = new RestApplication({ logger: quiet })
      .authorized('user', ({ requestHeaders }) => requestHeaders.get('authorization') ?? undefined)
      .get('/', ({ user }) => user, fast)
    await expectStatus(app, 'GET /', 401)
    await expectStatus(app, 'GET /', 200, { headers: { authorization: 'Bearer Ada' } })
  })

  it('asks no decision, and negotiates nothing', async () => {
    const asked: string[] = []
    const open = { ...fast, skipAuthCheck: true }
    const app = refusing(asked)
      .get('/', () => ({ fast: true }), open)
      .post('/', ({ jsonBody }) => jsonBody, open)
    const headers = { accept: 'text/html', 'if-none-match': '*', 'content-type': 'text/plain' }
    const response = await expectStatus(app, 'GET /', 200, { headers })
    assert.deepEqual(Object.fromEntries(response.headers), {
      'content-length': '13',
      'content-type': 'application/json',
    })
    assert.deepEqual(await response.json(), { fast: true })
    await expectStatus(app, 'HEAD /', 200, { headers })
    assert.deepEqual(asked, [])
  })

  it('takes what respond gives: status and header fields', async () => {
    const app = new RestApplication().get('/', () => respond({ a: 1 }, 207, { 'x-a': 'b' }), fast)
    const response = await expectStatus(app, 'GET /', 207)
    assert.equal(response.headers.get('x-a'), 'b')
    assert.deepEqual(await response.json(), { a: 1 })
  })

  it('answers 204 to nothing', async () => {
    const nothing = [
      undefined,
      null,
      Promise.resolve(undefined),
      respond(undefined),
      respond(null, undefined, {}),
    ]
    for (const result of nothing)
      await expectStatus(
        new RestApplication().get('/', () => result, fast),
        'GET /',
        204,
      )
    await expectStatus(
      new RestApplication().get('/', () => respond(undefined, 202), fast),
      'GET /',
      202,
    )
  })

  it('takes what is written already', async () => {
    const app = new RestApplication()
      .get('/html', () => html`<p>`, fast)
      .get('/response', async () => new Response('raw', { status: 203 }), fast)
      .get('/text', () => respond('a,b', 200, { 'content-type': 'text/csv' }), fast)
    assert.equal((await ask(app, 'GET /html')).headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(await (await expectStatus(app, 'GET /response', 203)).text(), 'raw')
    assert.equal(await (await ask(app, 'GET /text')).text(), 'a,b')
  })

  it('injects all the same, and what a decision finds is never absent', async () => {
    const app = new RestApplication()
      .dependency('clock', () => 42)
      .resourceExists('note', ({ queryParams }) => queryParams.get('note'))
      .get('/', ({ note, clock }) => [note, clock], fast)
    assert.deepEqual(await (await expectStatus(app, 'GET /?note=milk', 200)).json(), ['milk', 42])
    await expectStatus(app, 'GET /', 404)
  })

  it('still tells errors as problems, and still knows its methods', async () => {
    const app = new RestApplication({ logger: quiet })
      .get(
        '/teapot',
        () => {
          throw new HttpError(418)
        },
        fast,
      )
      .get(
        '/broken',
        async () => {
          throw new Error('secret')
        },
        fast,
      )
    assert.deepEqual(
      await statusesOf(app, ['GET /teapot'], ['GET /broken'], ['POST /broken'], ['OPTIONS /broken']),
      [418, 500, 405, 204],
    )
    assert.notInclude(await (await ask(app, 'GET /broken')).text(), 'secret')
  })

  it('answers at once where the handler does', () => {
    const app = new RestApplication().get('/', () => ({ fast: true }), fast)
    const { compiled, run } = begin(app, 'GET /')
    assert.notInstanceOf(compiled.pipeline(run), Promise)
  })
})

describe('skipContentNegotiation', () => {
  const app = new RestApplication()
    .provides('text/html', ({ result }) => html`<p>${String(result)}</p>`)
    .etag(() => 'v1')
    .get('/json', () => 'text', { skipContentNegotiation: true })
    .get('/html', () => 'text', { skipContentNegotiation: true, provides: { 'application/json': false } })

  it('gives the first representation whatever the client accepts, and says nothing of Accept', async () => {
    for (const accept of ['*/*', 'text/html', 'image/png', 'application/json;q=0']) {
      const plain = await expectStatus(app, 'GET /json', 200, { headers: { accept } })
      assert.equal(plain.headers.get('content-type'), 'application/json')
      assert.isNull(plain.headers.get('vary'))
      assert.equal(plain.headers.get('etag'), '"v1"')
      const page = await expectStatus(app, 'GET /html', 200, { headers: { accept } })
      assert.equal(page.headers.get('content-type'), 'text/html;charset=utf-8')
      assert.equal(await page.text(), '<p>text</p>')
    }
  })

  it('asks every other decision', async () => {
    assert.deepEqual(await statusesOf(app, ['GET /json', { headers: { 'if-none-match': '"v1"' } }]), [304])
  })
})
