import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { HttpError, html, RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, json, quiet } from '../../decisions/asking.ts'

const BIG = 'text '.repeat(400)
const TEXT = { 'content-type': 'text/plain' }
const GZIP = { headers: { 'accept-encoding': 'gzip' } }
const unzipped = async (response: Response): Promise<string> => gunzipSync(await response.bytes()).toString()
const coded = (response: Response): boolean => response.headers.get('content-encoding') === 'gzip'

const app = new RestApplication({ logger: quiet })
  .compression()
  .get('/length/{length}', ({ length }) => respond('x'.repeat(Number(length)), 200, TEXT))
  .get('/umlauts/{length}', ({ length }) => respond('ü'.repeat(Number(length)), 200, TEXT))
  .get('/bytes', () => respond(new TextEncoder().encode(BIG), 200, TEXT))
  .get('/page', () => html`<p>${BIG}</p>`)
  .get('/type/{type}/{subtype}', ({ type, subtype }) =>
    respond(BIG, 200, { 'content-type': `${type}/${subtype}` }),
  )
  .get('/bare', () => respond(new Uint8Array(5000)))
  .get('/done', () => respond(BIG, 200, { ...TEXT, 'content-encoding': 'br' }))
  .get('/identity', () => respond(BIG, 200, { ...TEXT, 'content-encoding': 'identity' }))
  .get('/digested', () => respond(BIG, 200, { ...TEXT, 'repr-digest': 'sha-256=:AA==:' }))
  .get('/kept', () => respond(BIG, 200, { ...TEXT, 'cache-control': 'max-age=5, No-Transform' }))
  .get('/kept-by-policy', () => BIG, { cacheResponse: { maxAge: 5, noTransform: true } })
  .resource('/kept-by-default', (kept) =>
    kept.defaultHeaders(() => ({ 'Cache-Control': 'no-transform' })).get(() => BIG),
  )
  .get('/web', () => new Response(BIG, { headers: { ...TEXT, 'content-length': String(BIG.length) } }))
  .get('/web-small', () => new Response('x', { headers: { ...TEXT, 'content-length': '1' } }))
  .get('/web-empty', () => new Response(null, { headers: TEXT }))
  .get('/thrown', () => {
    throw new HttpError(409, BIG)
  })
  .get('/other/{status}', ({ status }) => respond(BIG, Number(status), TEXT))
  .post('/made', ({ jsonBody }) => respond({ jsonBody, BIG }, 201, { location: '/made/1' }))
  .get('/long', () => respond(BIG.repeat(1_000), 200, TEXT))

describe('RFC 9110 §8.4, Content-Encoding', () => {
  it('codes what is worth it: 1000 bytes', async () => {
    assert.isFalse(coded(await expectStatus(app, 'GET /length/999', 200, GZIP)))
    const response = await expectStatus(app, 'GET /length/1000', 200, GZIP)
    assert.isTrue(coded(response))
    assert.equal(await unzipped(response), 'x'.repeat(1000))
  })

  it('counts bytes, not characters', async () => {
    assert.isFalse(coded(await expectStatus(app, 'GET /umlauts/499', 200, GZIP)))
    assert.isTrue(coded(await expectStatus(app, 'GET /umlauts/500', 200, GZIP)))
  })

  it('decodes to what was written: text, bytes, a page, data, a web Response', async () => {
    for (const path of ['/bytes', '/web'])
      assert.equal(await unzipped(await ask(app, `GET ${path}`, GZIP)), BIG)
    assert.equal(await unzipped(await ask(app, 'GET /page', GZIP)), `<p>${BIG}</p>`)
    const made = await ask(app, 'POST /made', json({ a: 1 }, { 'accept-encoding': 'gzip' }))
    assert.equal(made.status, 201)
    assert.deepEqual(JSON.parse(await unzipped(made)), { jsonBody: { a: 1 }, BIG })
  })

  it('decodes to the same bytes whatever they are, in every coding', async () => {
    let content: Uint8Array
    const echo = new RestApplication({ logger: quiet })
      .compression({ minimumSize: 0 })
      .get('/', () => respond(content, 200, TEXT))
    const decoders = { gzip: gunzipSync, br: brotliDecompressSync, zstd: zstdDecompressSync }
    const contents = fc.uint8Array({ maxLength: 5000, size: 'max' })
    await fc.assert(
      fc.asyncProperty(contents, fc.constantFrom(...Object.keys(decoders)), async (bytes, name) => {
        content = bytes
        const response = await ask(echo, 'GET /', { headers: { 'accept-encoding': name } })
        assert.equal(response.headers.get('content-encoding'), name)
        const body = decoders[name as keyof typeof decoders](await response.bytes())
        assert.deepEqual(new Uint8Array(body), bytes)
      }),
      { numRuns: 60 },
    )
  })

  it('declares the length of what is sent, also for content that takes its time', async () => {
    const response = await expectStatus(app, 'GET /long', 200, GZIP)
    const bytes = await response.bytes()
    assert.equal(response.headers.get('content-length'), String(bytes.length))
    assert.equal(gunzipSync(bytes).toString(), BIG.repeat(1_000))
  })

  it.for(['/type/image/png', '/type/video/mp4', '/type/application/zip', '/bare'])(
    'does not code again what is small already: %s',
    async (path) => {
      const response = await expectStatus(app, `GET ${path}`, 200, GZIP)
      assert.isFalse(coded(response))
      assert.isNull(response.headers.get('vary'))
    },
  )

  it.for(['/done', '/identity'])('leaves what has a coding of its own: %s', async (path) => {
    const response = await expectStatus(app, `GET ${path}`, 200, GZIP)
    assert.isFalse(coded(response))
    assert.equal(await response.text(), BIG)
  })

  it('leaves what has a digest of its own (RFC 9530 §3)', async () => {
    assert.isFalse(coded(await expectStatus(app, 'GET /digested', 200, GZIP)))
  })

  it('leaves a web Response that is small or empty', async () => {
    for (const path of ['/web-small', '/web-empty'])
      assert.isFalse(coded(await expectStatus(app, `GET ${path}`, 200, GZIP)))
  })

  it.for([200, 201, 203, 400, 404, 500])('codes a response with %i', async (status) => {
    const response = await expectStatus(app, `GET /other/${status}`, status, GZIP)
    assert.isTrue(coded(response))
    assert.equal(await unzipped(response), BIG)
  })

  it.for([204, 205, 206, 304, 416])('never codes a response with %i', async (status) => {
    assert.isFalse(coded(await expectStatus(app, `GET /other/${status}`, status, GZIP)))
  })

  it('codes an error that is as long', async () => {
    const response = await expectStatus(app, 'GET /thrown', 409, GZIP)
    assert.isTrue(coded(response))
    assert.equal(response.headers.get('vary'), 'accept, accept-encoding')
    assert.equal((JSON.parse(await unzipped(response)) as { detail: string }).detail, BIG)
  })

  it.for(['Accept-Encoding', 'origin, accept-encoding', '*'])(
    'says only once that a response varies: %s',
    async (vary) => {
      const own = new RestApplication({ logger: quiet })
        .compression()
        .get('/', () => respond(BIG, 200, { ...TEXT, vary }), { etag: () => 'v1' })
      for (const coding of ['gzip', 'identity']) {
        const headers = { 'accept-encoding': coding }
        assert.equal((await expectStatus(own, 'GET /', 200, { headers })).headers.get('vary'), vary)
      }
      const known = { headers: { 'accept-encoding': 'gzip', 'if-none-match': '"v1"' } }
      assert.equal((await expectStatus(own, 'GET /', 304, known)).headers.get('vary'), 'accept-encoding')
    },
  )

  it('says as much of a response that is current (§15.4.5)', async () => {
    const own = new RestApplication({ logger: quiet })
      .compression()
      .get('/', () => BIG, { provides: { 'image/png': () => new Uint8Array(5) }, etag: () => 'v1' })
    for (const accept of ['image/png', 'application/json']) {
      const headers = { accept, 'accept-encoding': 'identity' }
      const first = await expectStatus(own, 'GET /', 200, { headers })
      const known = { ...headers, 'if-none-match': first.headers.get('etag') ?? '' }
      const again = await expectStatus(own, 'GET /', 304, { headers: known })
      assert.equal(again.headers.get('vary'), first.headers.get('vary'))
      assert.equal(again.headers.get('vary'), accept === 'image/png' ? 'accept' : 'accept, accept-encoding')
    }
  })

  it('codes parts of nothing: a part is of what is there as it is', async () => {
    const headers = { 'accept-encoding': 'gzip', range: 'bytes=0-4' }
    const response = await expectStatus(app, 'GET /bytes', 206, { headers })
    assert.equal(await response.text(), 'text ')
    assert.equal(response.headers.get('vary'), 'accept-encoding')
    const two = await expectStatus(app, 'GET /bytes', 206, {
      headers: { ...headers, range: 'bytes=0-4, 10-14' },
    })
    assert.isFalse(coded(two))
    assert.equal(two.headers.get('vary'), 'accept-encoding')
  })

  it('does not promise parts of what is coded', async () => {
    assert.equal((await ask(app, 'GET /bytes')).headers.get('accept-ranges'), 'bytes')
    assert.isNull((await ask(app, 'GET /bytes', GZIP)).headers.get('accept-ranges'))
  })
})

describe('RFC 9111 §5.2.2.6, no-transform', () => {
  it.for(['/kept', '/kept-by-policy', '/kept-by-default'])(
    'leaves the content as it is: %s',
    async (path) => {
      const response = await expectStatus(app, `GET ${path}`, 200, GZIP)
      assert.match(response.headers.get('cache-control') ?? '', /no-transform/i)
      assert.isFalse(coded(response))
    },
  )
})

describe('RFC 9110 §9.3.2, HEAD of what is coded', () => {
  it.for(['/length/1000', '/length/999', '/bytes', '/page', '/web', '/long', '/thrown', '/type/image/png'])(
    'has the fields of GET: %s',
    async (path) => {
      const [get, head] = [await ask(app, `GET ${path}`, GZIP), await ask(app, `HEAD ${path}`, GZIP)]
      assert.equal(head.status, get.status)
      const fieldsOf = ({ headers }: Response) => [...headers].filter(([name]) => name !== 'content-length')
      assert.deepEqual(fieldsOf(head), fieldsOf(get))
      // An error has an id of its own, and so a length of its own.
      if (path !== '/thrown')
        assert.equal(head.headers.get('content-length'), get.headers.get('content-length'))
      assert.equal((await head.bytes()).length, 0)
    },
  )
})
