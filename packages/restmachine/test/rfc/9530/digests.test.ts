import { gunzipSync } from 'node:zlib'
import { RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { digestOf, formatDigest } from '../../../src/http/digest.ts'
import { ask, expectStatus, quiet } from '../../decisions/asking.ts'
import { overWire } from '../over-wire.ts'

const HELLO = '{"hello": "world"}\n'
const JSON_TYPE = { 'content-type': 'application/json' }
// RFC 9530, appendix B.1 and B.2.
const HELLO_256 = 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:'
const NOTHING_256 = 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:'
const OTHER_256 = `sha-256=:${'A'.repeat(43)}=:`

let handled = 0
const app = new RestApplication({ logger: quiet })
  .digests()
  .resource('/hello', (hello) =>
    hello
      .etag(() => 'v1')
      .get(() => respond(HELLO, 200, JSON_TYPE))
      .put(({ jsonBody }) => {
        handled++
        return jsonBody
      }),
  )
  .get('/bytes', () => new TextEncoder().encode(HELLO))
  .get('/nothing', () => undefined)
  .get('/stream', function* () {
    yield 1
  })
  .get('/own', () => respond(HELLO, 200, { ...JSON_TYPE, 'repr-digest': OTHER_256 }))
  .get('/big', () => 'text '.repeat(400), { compression: { encodings: ['gzip'] } })
  .post('/stream', async ({ body }) => (await new Response(body).text()).length)
  .post('/unread', () => ({ ok: true }))
  .put('/text', ({ textBody }) => ({ textBody }))
  .resource('/only-512', (only) => only.digests(['sha-512']).get(() => respond(HELLO, 200, JSON_TYPE)))
const without = new RestApplication({ logger: quiet })
  .put('/hello', ({ jsonBody }) => jsonBody)
  .get('/hello', () => HELLO)

const REPR = { 'want-repr-digest': 'sha-256=5' }
const CONTENT = { 'want-content-digest': 'sha-256=5' }
const digestIn = async (path: string, headers: Record<string, string>, field = 'repr-digest') =>
  (await ask(app, `GET ${path}`, { headers })).headers.get(field)

describe('RFC 9530 §4, Want-Repr-Digest and Want-Content-Digest', () => {
  it.for(['/hello', '/bytes'])('get the digest of what is sent: %s', async (path) => {
    const response = await expectStatus(app, `GET ${path}`, 200, { headers: { ...REPR, ...CONTENT } })
    assert.equal(response.headers.get('repr-digest'), HELLO_256)
    assert.equal(response.headers.get('content-digest'), HELLO_256)
    assert.equal(await response.text(), HELLO)
  })

  it('get one only where it is wanted', async () => {
    assert.isNull(await digestIn('/hello', {}))
    assert.isNull(await digestIn('/hello', REPR, 'content-digest'))
    assert.isNull(await digestIn('/hello', CONTENT))
  })

  it.for([
    ['sha-512=3, sha-256=10', 'sha-256'],
    ['sha-512=10, sha-256=3', 'sha-512'],
    ['sha-256=1, md5=10, unixsum=9', 'sha-256'],
    ['sha-256=0, sha-512=1', 'sha-512'],
    ['sha-256=0', undefined],
    ['md5=5', undefined],
    ['', undefined],
    ['sha-256', undefined],
    ['"', undefined],
  ] as const)('get the algorithm that is wanted most: %j', async ([want, algorithm]) => {
    const digest = await digestIn('/hello', { 'want-repr-digest': want })
    assert.equal(digest?.split('=')[0], algorithm)
  })

  it('get what is declared, if that', async () => {
    assert.isNull(await digestIn('/only-512', REPR))
    const digest = await digestIn('/only-512', { 'want-repr-digest': 'sha-256=9, sha-512=1' })
    assert.match(digest ?? '', /^sha-512=:/)
    const plain = await ask(without, 'GET /hello', { headers: REPR })
    assert.isNull(plain.headers.get('repr-digest'))
  })

  it('get both for HEAD: of nothing, and of what GET would have sent (appendix B.2)', async () => {
    const { headers } = await expectStatus(app, 'HEAD /hello', 200, { headers: { ...REPR, ...CONTENT } })
    assert.equal(headers.get('content-digest'), NOTHING_256)
    assert.equal(headers.get('repr-digest'), HELLO_256)
  })

  it('get the digest of a part as content, and none as representation', async () => {
    const headers = { ...REPR, ...CONTENT, range: 'bytes=0-4' }
    const response = await expectStatus(app, 'GET /bytes', 206, { headers })
    const bytes = await response.bytes()
    const expected = formatDigest({ 'sha-256': await digestOf(bytes, 'sha-256') })
    assert.equal(response.headers.get('content-digest'), expected)
    assert.isNull(response.headers.get('repr-digest'))
  })

  it('get the digest of the bytes as they are coded (§3)', async () => {
    const headers = { ...REPR, ...CONTENT, 'accept-encoding': 'gzip' }
    const response = await expectStatus(app, 'GET /big', 200, { headers })
    assert.equal(response.headers.get('content-encoding'), 'gzip')
    const bytes = await response.bytes()
    const expected = formatDigest({ 'sha-256': await digestOf(bytes, 'sha-256') })
    assert.equal(response.headers.get('repr-digest'), expected)
    assert.equal(response.headers.get('content-digest'), expected)
    assert.equal(gunzipSync(bytes).toString(), JSON.stringify('text '.repeat(400)))
  })

  it('get the digest of an error, for it is the content', async () => {
    const response = await expectStatus(app, 'GET /absent', 404, { headers: CONTENT })
    const bytes = await response.bytes()
    const expected = formatDigest({ 'sha-256': await digestOf(bytes, 'sha-256') })
    assert.equal(response.headers.get('content-digest'), expected)
  })

  it('get none of what comes later, of nothing, and of what is current', async () => {
    for (const path of ['/stream', '/nothing']) assert.isNull(await digestIn(path, { ...REPR, ...CONTENT }))
    const headers = { ...REPR, 'if-none-match': '"v1"' }
    const current = await expectStatus(app, 'GET /hello', 304, { headers })
    assert.isNull(current.headers.get('repr-digest'))
  })

  it('leave what the handler says', async () => {
    assert.equal(await digestIn('/own', REPR), OTHER_256)
  })
})

describe('RFC 9530 §2 and §3, the digest of what is sent to us', () => {
  const put = (headers: Record<string, string>, body = HELLO) => ({
    headers: { ...JSON_TYPE, ...headers },
    body,
  })

  it.for(['content-digest', 'repr-digest'])('lets pass what is intact: %s', async (field) => {
    for (const value of [HELLO_256, `md5=:AA==:, ${HELLO_256}`, 'md5=:AA==:', `${OTHER_256}, ${HELLO_256}`])
      await expectStatus(app, 'PUT /hello', 200, put({ [field]: value }))
  })

  it.for(['content-digest', 'repr-digest'])('refuses what is not, before the handler: %s', async (field) => {
    handled = 0
    for (const value of [
      OTHER_256,
      `${HELLO_256}, sha-512=:${'A'.repeat(86)}==:`,
      'sha-256=:AA==:',
      'sha-256',
      '"',
    ]) {
      const response = await expectStatus(app, 'PUT /hello', 400, put({ [field]: value }))
      const { detail } = (await response.json()) as { detail: string }
      assert.equal(detail, 'The content does not have the digest that was sent with it')
    }
    assert.equal(handled, 0)
  })

  it.for(['content-digest', 'repr-digest'])(
    'counts for content that did not come, too: %s',
    async (field) => {
      const empty = { headers: { ...JSON_TYPE }, body: '' }
      for (const [digest, status] of [
        [HELLO_256, 400],
        [NOTHING_256, 200],
      ] as const) {
        const headers = { ...JSON_TYPE, [field]: digest }
        await expectStatus(app, 'PUT /text', status, { ...empty, headers })
        await expectStatus(app, 'PUT /text', status, { headers })
        const line = `${field}: ${digest}`
        assert.equal((await overWire(app, 'PUT /text', line, 'Content-Length: 0')).status, status)
        assert.equal((await overWire(app, 'PUT /text', line)).status, status)
      }
    },
  )

  it('counts in either field when both are there', async () => {
    const both = { 'content-digest': HELLO_256, 'repr-digest': HELLO_256 }
    await expectStatus(app, 'PUT /hello', 200, put(both))
    await expectStatus(app, 'PUT /hello', 400, put({ ...both, 'repr-digest': OTHER_256 }))
    await expectStatus(app, 'PUT /hello', 400, put({ ...both, 'content-digest': OTHER_256 }))
  })

  it('is asked after the preconditions: what is out of date is 412', async () => {
    await expectStatus(app, 'PUT /hello', 412, put({ 'content-digest': OTHER_256, 'if-match': '"v2"' }))
  })

  it('is the only word about content that is no JSON', async () => {
    await expectStatus(app, 'PUT /hello', 400, put({ 'content-digest': HELLO_256 }, '{'))
  })

  it('is not asked where digests are not declared, and where the content is not read as a whole', async () => {
    await expectStatus(without, 'PUT /hello', 200, put({ 'content-digest': OTHER_256 }))
    const headers = { 'content-digest': OTHER_256 }
    await expectStatus(app, 'POST /stream', 200, { headers, body: 'abc' })
    await expectStatus(app, 'POST /unread', 200, { headers, body: 'abc' })
  })
})

describe('digests of a layer', () => {
  it('that do not exist are refused', () => {
    assert.throws(
      () => new RestApplication().digests(['md5' as 'sha-256']),
      TypeError,
      'Cannot declare digests: "sha-256" or "sha-512" is needed, got md5',
    )
  })
})
