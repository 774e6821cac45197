import { html, RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, json, quiet, statusesOf } from '../../decisions/asking.ts'
import { overWire, wireTo } from '../over-wire.ts'

const app = new RestApplication({ logger: quiet })
  .get('/data', () => ({ word: 'grün' }), { etag: () => 'v1' })
  .get('/page', () => html`<h1>Grün</h1>`)
  .get('/bytes', () => new Uint8Array([1, 2, 3]))
  .get('/text', () => respond('grün', 200, { 'content-type': 'text/plain; charset=utf-8' }))
  .get('/nothing', () => undefined)
  .get('/stream', () => new Blob(['streamed']).stream())
  .get('/both', () => respond('Kia ora', 200, { 'content-language': 'mi, en' }))
  .get('/named', () => respond({ id: 7 }, 200, { 'content-location': '/data.de.json' }))
  .post('/json', ({ jsonBody }) => ({ got: jsonBody }))
  .post('/text', ({ textBody }) => ({ got: textBody }))
  .post('/multipart', ({ multipartBody }) => ({ got: Object.keys(multipartBody.fields) }))

describe('RFC 9110 §8.3, Content-Type', () => {
  it.for([
    ['/data', 'application/json'],
    ['/page', 'text/html; charset=utf-8'],
    ['/bytes', 'application/octet-stream'],
    ['/text', 'text/plain; charset=utf-8'],
    ['/stream', 'application/octet-stream'],
    ['/absent', 'application/problem+json'],
  ] as const)('comes with all content: that of %s is %s', async ([path, type]) => {
    assert.equal((await ask(app, `GET ${path}`)).headers.get('content-type'), type)
  })

  it('does not come without content', async () => {
    for (const [target, headers] of [
      ['GET /nothing', {}],
      ['OPTIONS /data', {}],
      ['GET /data', { 'if-none-match': '"v1"' }],
    ] as const)
      assert.isNull((await ask(app, target, { headers })).headers.get('content-type'), target)
  })

  it('comes with the answer to HEAD, as with that to GET', async () => {
    assert.equal((await ask(app, 'HEAD /page')).headers.get('content-type'), 'text/html; charset=utf-8')
  })
})

describe('RFC 9110 §8.3.1, media types', () => {
  it('mean the same in any case', async () => {
    for (const type of ['application/json', 'APPLICATION/JSON', 'Application/Json'])
      await expectStatus(app, 'POST /json', 200, json({ a: 1 }, { 'content-type': type }))
  })

  it('mean the same with parameters that nobody knows', async () => {
    const headers = { 'content-type': 'application/json; profile="a;b,c"; charset=utf-8' }
    await expectStatus(app, 'POST /json', 200, json({ a: 1 }, headers))
  })
})

describe('RFC 9110 §8.3.2, charset', () => {
  const sent = (charset: string, ...bytes: readonly number[]) => ({
    headers: { 'content-type': `text/plain; charset=${charset}` },
    body: new Uint8Array(bytes),
  })

  it('is named in any case', async () => {
    for (const charset of ['ISO-8859-1', 'iso-8859-1', 'Iso-8859-1'])
      assert.deepEqual(await (await ask(app, 'POST /text', sent(charset, 0xfc))).json(), { got: 'ü' })
  })

  it('that nobody knows is 415, and bytes that are none of it are 400', async () => {
    assert.deepEqual(
      await statusesOf(app, ['POST /text', sent('x-unheard-of', 97)], ['POST /text', sent('utf-8', 0xff)]),
      [415, 400],
    )
  })
})

describe('RFC 9110 §8.3.3, multipart types', () => {
  it('need their boundary', async () => {
    const body = '--cut\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--cut--\r\n'
    const type = (boundary: string) => ({
      headers: { 'content-type': `multipart/form-data${boundary}` },
      body,
    })
    const requests = [';boundary=cut', ';boundary="cut"', '', ';boundary=""'].map(type)
    const statuses = await statusesOf(app, ...requests.map((sent) => ['POST /multipart', sent] as const))
    assert.deepEqual(statuses, [200, 200, 400, 400])
  })
})

describe('RFC 9110 §8.5, Content-Language', () => {
  it('names every audience that the application names', async () => {
    assert.equal((await ask(app, 'GET /both')).headers.get('content-language'), 'mi, en')
  })

  it('is not there where nobody knows the language', async () => {
    assert.isNull((await ask(app, 'GET /data')).headers.get('content-language'))
  })
})

describe('RFC 9110 §8.6, Content-Length', () => {
  it('counts the bytes of the content, and tells HEAD what GET would have', async () => {
    for (const [path, length] of [
      ['/data', 16],
      ['/page', 14],
      ['/bytes', 3],
      ['/text', 5],
    ] as const) {
      const got = await overWire(app, `GET ${path}`)
      assert.equal(got.header('content-length'), String(length), path)
      assert.equal(got.body.length, length)
      assert.equal((await overWire(app, `HEAD ${path}`)).header('content-length'), String(length))
    }
  })

  it('is not sent with 204, nor with 304, where it could only be that of 200', async () => {
    assert.isUndefined((await overWire(app, 'GET /nothing')).header('content-length'))
    const current = await overWire(app, 'GET /data', 'If-None-Match: "v1"')
    assert.deepEqual([current.status, current.header('content-length')], [304, undefined])
  })

  it('is not sent together with Transfer-Encoding, also to HEAD', async () => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await overWire(app, `${method} /stream`)
      assert.equal(answer.status, 200)
      assert.isUndefined(answer.header('content-length'))
    }
  })

  it('of a request that is no number is refused before anybody hears of the request', async () => {
    for (const length of ['-1', '1.0', '1e3', 'four', '4 4']) {
      const wire = await wireTo(app)
      wire.ask('POST /text HTTP/1.1', 'Host: localhost', `Content-Length: ${length}`)
      assert.equal((await wire.response()).status, 400, length)
    }
  })
})

describe('RFC 9110 §8.7, Content-Location', () => {
  it('names the representation that came, with GET and with HEAD', async () => {
    assert.equal((await ask(app, 'GET /named')).headers.get('content-location'), '/data.de.json')
    assert.equal((await ask(app, 'HEAD /named')).headers.get('content-location'), '/data.de.json')
  })
})
