import { RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet, statusesOf } from '../../decisions/asking.ts'
import { overWire } from '../over-wire.ts'

const missing = { resourceExists: () => false }

const app = new RestApplication({ logger: quiet })
  .get('/choices', () => ({}), { multipleChoices: () => '/choices.en' })
  .resource('/old', (old) =>
    old
      .resourceExists(() => false)
      .movedPermanently(() => '/new')
      .get(() => ({}))
      .post(() => ({}))
      .put(() => ({}))
      .delete(() => undefined),
  )
  .get('/once', () => ({}), { ...missing, movedPermanently: () => ({ location: '/new', status: 301 }) })
  .get('/found', () => ({}), { ...missing, movedTemporarily: () => ({ location: '/new', status: 302 }) })
  .post('/away', () => ({}), { ...missing, movedTemporarily: () => '/new' })
  .post('/orders', () => respond({ see: '/orders/7' }, 303, { location: '/orders/7' }))
  .get('/concept', () => respond(undefined, 303, { location: '/concept/about' }))
  .get('/new', () => ({ here: true }))

describe('RFC 9110 §15.4, redirection', () => {
  it('is that of GET to HEAD, without content', async () => {
    for (const path of ['/choices', '/old', '/once', '/found', '/concept']) {
      const [got, looked] = [await ask(app, `GET ${path}`), await ask(app, `HEAD ${path}`)]
      assert.equal(looked.status, got.status)
      assert.equal(looked.headers.get('location'), got.headers.get('location'))
      assert.equal(await looked.text(), '')
    }
  })

  it.for(['/choices', '/old', '/once', '/found'])(
    'has a note that says where to go, in HTML for those who want HTML: %s',
    async (path) => {
      const plain = await ask(app, `GET ${path}`)
      const location = plain.headers.get('location') ?? 'no address'
      assert.equal(plain.headers.get('content-type'), 'text/plain; charset=utf-8')
      assert.include(plain.headers.get('vary') ?? '', 'accept')
      assert.include(await plain.text(), location)
      const page = await ask(app, `GET ${path}`, { headers: { accept: 'text/html, */*;q=0.1' } })
      assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8')
      assert.include(await page.text(), `<a href="${location}">${location}</a>`)
    },
  )

  it('has over the wire the length of its note for HEAD, and nothing of it', async () => {
    const [got, looked] = [await overWire(app, 'GET /old'), await overWire(app, 'HEAD /old')]
    assert.equal(looked.header('content-length'), String(got.body.length))
    assert.deepEqual([looked.status, looked.body.length], [308, 0])
  })

  it('leads where a client that follows finds the answer', async () => {
    const { headers } = await ask(app, 'GET /found')
    assert.deepEqual(await (await ask(app, `GET ${headers.get('location')}`)).json(), { here: true })
  })

  it('is not for what is there: only what is missing can be elsewhere', async () => {
    const present = new RestApplication().get('/', () => ({}), { movedPermanently: () => '/new' })
    assert.equal((await ask(present, 'GET /')).status, 200)
  })
})

describe('RFC 9110 §15.4.1, 300 Multiple Choices', () => {
  it('names the choice that the server prefers by Location', async () => {
    assert.equal((await expectStatus(app, 'GET /choices', 300)).headers.get('location'), '/choices.en')
  })
})

describe('RFC 9110 §15.4.2 and §15.4.3, 301 and 302', () => {
  it('are what the application says, for clients that know no others', async () => {
    assert.deepEqual(await statusesOf(app, ['GET /once'], ['GET /found']), [301, 302])
  })
})

describe('RFC 9110 §15.4.4, 303 See Other', () => {
  it('names by Location what describes the result, and has a note for those who do not follow', async () => {
    const response = await expectStatus(app, 'POST /orders', 303)
    assert.equal(response.headers.get('location'), '/orders/7')
    assert.deepEqual(await response.json(), { see: '/orders/7' })
  })

  it('answers GET, too, where the resource cannot be sent itself', async () => {
    assert.equal((await expectStatus(app, 'GET /concept', 303)).headers.get('location'), '/concept/about')
  })
})

describe('RFC 9110 §15.4.5, 304 Not Modified', () => {
  const stored = new RestApplication()
    .defaultHeaders(() => ({
      'content-location': '/page.en',
      expires: 'Wed, 01 May 2030 10:00:00 GMT',
      'x-own': '1',
    }))
    .get('/page', () => ({ page: 1 }), {
      etag: () => 'v1',
      lastModified: () => new Date('2024-05-01T10:00:00Z'),
      cacheResponse: { maxAge: 60 },
      provides: { 'text/html': () => '<p>1</p>' },
    })

  it('has each field with which a cache brings up to date what it holds, as 200 would have it', async () => {
    const full = await overWire(stored, 'GET /page')
    const current = await overWire(stored, 'GET /page', 'If-None-Match: "v1"')
    assert.deepEqual([full.status, current.status], [200, 304])
    for (const name of ['cache-control', 'content-location', 'etag', 'expires', 'vary']) {
      assert.isString(full.header(name), name)
      assert.equal(current.header(name), full.header(name), name)
    }
    assert.isString(current.header('date'))
  })

  it('tells nothing of content that does not come', async () => {
    const current = await overWire(stored, 'GET /page', 'If-None-Match: "v1"')
    for (const name of [
      'content-type',
      'content-length',
      'content-encoding',
      'transfer-encoding',
      'accept-ranges',
    ])
      assert.isUndefined(current.header(name), name)
    assert.equal(current.body.length, 0)
  })

  it('comes to HEAD, too, and never to a method that writes', async () => {
    assert.equal((await overWire(stored, 'HEAD /page', 'If-None-Match: "v1"')).status, 304)
    const writing = new RestApplication().put('/', () => ({}), { etag: () => 'v1' })
    assert.equal((await overWire(writing, 'PUT /', 'If-None-Match: "v1"')).status, 412)
  })
})

describe('RFC 9110 §15.4.8 and §15.4.9, 307 and 308', () => {
  it('leave the method as it is, for every method', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
      const { headers } = await expectStatus(app, `${method} /old`, 308)
      assert.equal(headers.get('location'), '/new', method)
    }
    assert.equal((await expectStatus(app, 'POST /away', 307)).headers.get('location'), '/new')
  })
})
