import { HttpError, RestApplication, respond, retryAfter } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet } from '../../decisions/asking.ts'
import { head, overWire, wireTo } from '../over-wire.ts'

const app = new RestApplication({ logger: quiet })
  .get('/note', () => ({ note: 'milk' }))
  .post('/text', ({ textBody }) => ({ got: textBody }))
  .post('/unread', () => ({ unread: true }))
  .post('/small', ({ textBody }) => ({ got: textBody }), { bodyLimit: 4 })
  .put('/guarded', ({ textBody }) => ({ got: textBody }), { etag: () => 'v2' })
  .post('/private', ({ textBody }) => ({ got: textBody }), { authorized: () => false })
  .post('/made', () => respond({ id: 7 }, 201, { location: '/things/7#part' }))
  .post('/made/unicode', () => respond({}, 201, { location: '/grün/世界' }))
  .post('/made/encoded', () => respond({}, 201, { location: '/gr%C3%BCn/a b' }))
  .post('/made/set', ({ responseHeaders }) => {
    responseHeaders.set('Location', '/grün')
    return respond({}, 201)
  })
  .get('/elsewhere', ({ responseHeaders }) => {
    responseHeaders.append('Content-Location', '/世界')
    return 'here'
  })
  .get('/relative', () => undefined, { resourceExists: () => false, movedTemporarily: () => '../b?c=d#e' })
  .get('/absolute', () => undefined, {
    resourceExists: () => false,
    movedPermanently: () => new URL('https://example.com/ü?q=a b'),
  })
  .get('/unicode', () => undefined, { resourceExists: () => false, movedPermanently: () => '/straße/ü' })
  .get('/limited', () => undefined, { rateLimited: () => 1.2 })
  .get('/away', () => undefined, { serviceAvailable: () => retryAfter(120) })
  .get('/back', () => undefined, { serviceAvailable: () => retryAfter(new Date('2030-05-01T10:00:00Z')) })
  .get('/busy', () => {
    throw new HttpError(503, 'Busy', { headers: { 'Retry-After': '7' } })
  })
  .get('/soon', ({ responseHeaders }) => responseHeaders, {
    resourceExists: ({ responseHeaders }) => void responseHeaders.set('retry-after', 3),
    movedTemporarily: () => '/note',
  })

describe('RFC 9110 §10.1.1, Expect: 100-continue', () => {
  const awaited = (target: string, length: number, ...lines: readonly string[]) =>
    head(target, 'Expect: 100-continue', 'Content-Type: text/plain', `Content-Length: ${length}`, ...lines)

  it.for([
    ['POST /private', 401],
    ['POST /absent', 404],
    ['GET /text', 405],
    ['PUT /guarded', 412],
    ['POST /small', 413],
  ] as const)('gets the answer at once that needs no content: %s is %i', async ([target, status]) => {
    const wire = await wireTo(app)
    const answer = await wire.send(awaited(target, 5, 'If-Match: "v1"')).response()
    assert.equal(answer.status, status)
    // Whether the client will still send its content nobody can know.
    assert.equal(answer.header('connection'), 'close')
  })

  it('gets one 100 (Continue) and then the answer', async () => {
    const wire = await wireTo(app)
    const interim = await wire.send(awaited('POST /text', 4)).response()
    assert.deepEqual([interim.status, interim.headers.length], [100, 0])
    assert.deepEqual((await wire.send('milk').response()).json(), { got: 'milk' })
    assert.equal(wire.rest, '')
  })

  it('may be written in any case', async () => {
    const wire = await wireTo(app)
    wire.send(awaited('POST /text', 4).replace('100-continue', '100-CONTINUE'))
    assert.equal((await wire.response()).status, 100)
    assert.equal((await wire.send('milk').response()).status, 200)
  })

  it('without content gets the answer alone', async () => {
    assert.equal((await overWire(app, 'GET /note', 'Expect: 100-continue')).status, 200)
  })
})

describe('RFC 9110 §10.2.1, Allow', () => {
  it('is what the application says, where it says it', async () => {
    const own = new RestApplication({ logger: quiet }).get('/', () => {
      throw new HttpError(405, 'Not on Sundays', { headers: { Allow: 'HEAD' } })
    })
    assert.equal((await expectStatus(own, 'GET /', 405)).headers.get('allow'), 'HEAD')
  })
})

describe('RFC 9110 §10.2.2, Location', () => {
  it.for([
    ['POST /made', 201, '/things/7#part'],
    ['GET /relative', 307, '../b?c=d#e'],
    ['GET /absolute', 308, 'https://example.com/%C3%BC?q=a%20b'],
    ['GET /unicode', 308, '/stra%C3%9Fe/%C3%BC'],
    ['POST /made/unicode', 201, '/gr%C3%BCn/%E4%B8%96%E7%95%8C'],
    ['POST /made/encoded', 201, '/gr%C3%BCn/a%20b'],
    ['POST /made/set', 201, '/gr%C3%BCn'],
  ] as const)(
    'is a reference as the application gave it, in ASCII: %s',
    async ([target, status, location]) => {
      assert.equal((await expectStatus(app, target, status)).headers.get('location'), location)
    },
  )
})

describe('RFC 9110 §8.7, Content-Location', () => {
  it('is in ASCII, too', async () => {
    const { headers } = await expectStatus(app, 'GET /elsewhere', 200)
    assert.equal(headers.get('content-location'), '/%E4%B8%96%E7%95%8C')
  })
})

describe('RFC 9110 §10.2.3, Retry-After', () => {
  it.for([
    ['/limited', 429, '2'],
    ['/away', 503, '120'],
    ['/back', 503, 'Wed, 01 May 2030 10:00:00 GMT'],
    ['/busy', 503, '7'],
    ['/soon', 307, '3'],
  ] as const)('is whole seconds or a date: %s', async ([path, status, value]) => {
    assert.equal((await expectStatus(app, `GET ${path}`, status)).headers.get('retry-after'), value)
  })
})

describe('RFC 9110 §10.2.4, Server', () => {
  it('is not sent: what runs here is nobody else’s business', async () => {
    for (const target of ['GET /note', 'GET /absent', 'GET /busy']) {
      const answer = await overWire(app, target)
      for (const name of ['server', 'x-powered-by']) assert.isUndefined(answer.header(name))
    }
  })
})

describe('RFC 9110 §10.1.2 to §10.1.5, what a client says of itself', () => {
  it('changes no answer', async () => {
    const headers = {
      from: 'a@b.example',
      referer: 'https://a.example/',
      'user-agent': 'curl/8',
      te: 'trailers',
    }
    const [plain, told] = [await ask(app, 'GET /note'), await ask(app, 'GET /note', { headers })]
    assert.deepEqual([told.status, ...told.headers], [plain.status, ...plain.headers])
  })
})
