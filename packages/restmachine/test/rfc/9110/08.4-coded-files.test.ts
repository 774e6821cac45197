import { gunzipSync } from 'node:zlib'
import { file, RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet } from '../../decisions/asking.ts'
import { AT, at, LARGE, openFiles, write } from '../../representation/files.ts'
import { wireTo } from '../over-wire.ts'

const CODINGS = ['gzip', 'br', 'zstd'] as const
const GZIP = { headers: { 'accept-encoding': 'gzip' } }

describe('RFC 9110 §8.4, files that are coded', () => {
  const text = 'a line of text\n'.repeat(20_000)
  const app = new RestApplication({ logger: quiet })
    .compression()
    .get('/text', async () => {
      await write('coded.txt', text)
      return file(at('coded.txt'))
    })
    .get('/digits', () => file(at('digits.txt')))
    .get('/large', () => file(at('large.bin')))
    .get('/own', async () => respond(await file(at('digits.txt')), 200, { 'content-encoding': 'br' }))

  it('decode to what is there, with a tag of their own and no parts', async () => {
    const plain = await expectStatus(app, 'GET /text', 200)
    const response = await expectStatus(app, 'GET /text', 200, GZIP)
    assert.equal(response.headers.get('content-encoding'), 'gzip')
    assert.isNull(response.headers.get('content-length'))
    assert.isNull(response.headers.get('accept-ranges'))
    assert.equal(response.headers.get('last-modified'), AT)
    const tag = plain.headers.get('etag') ?? ''
    const expected = tag.startsWith('W/') ? tag : tag.replace(/"$/, '~gzip"')
    assert.equal(response.headers.get('etag'), expected)
    assert.equal(gunzipSync(await response.bytes()).toString(), text)
    assert.equal(await plain.text(), text)
  })

  it('have the fields of GET in answer to HEAD, without being opened', async () => {
    for (const path of ['/text', '/digits', '/large']) {
      const get = await ask(app, `GET ${path}`, GZIP)
      await get.bytes()
      const head = await ask(app, `HEAD ${path}`, GZIP)
      assert.equal(head.status, 200)
      const tagless = ({ headers }: Response) =>
        [...headers].filter(([name]) => name !== 'etag' || path !== '/text')
      assert.deepEqual(tagless(head), tagless(get))
    }
    assert.deepEqual(await openFiles(), [])
  })

  it('keep the connection after HEAD over the wire', async () => {
    const wire = await wireTo(app)
    for (let time = 0; time < 2; time++) {
      wire.ask('HEAD /text HTTP/1.1', 'Host: here', 'Accept-Encoding: br')
      const response = await wire.response('HEAD')
      assert.equal(response.header('content-encoding'), 'br')
      assert.equal(response.header('content-length'), undefined)
    }
  })

  it('are left alone when they are small, or of a type that is not worth it', async () => {
    const small = await expectStatus(app, 'GET /digits', 200, GZIP)
    assert.isNull(small.headers.get('content-encoding'))
    assert.equal(small.headers.get('vary'), 'accept-encoding')
    const large = await expectStatus(app, 'GET /large', 200, GZIP)
    assert.isNull(large.headers.get('content-encoding'))
    assert.isNull(large.headers.get('vary'))
    assert.equal((await large.bytes()).length, LARGE)
    assert.equal((await ask(app, 'GET /own', GZIP)).headers.get('content-encoding'), 'br')
  })

  it('vary when they are current as when they are sent (§15.4.5)', async () => {
    for (const path of ['/digits', '/large', '/own'])
      for (const coding of ['gzip', 'identity']) {
        const sent = { 'accept-encoding': coding }
        const first = await expectStatus(app, `GET ${path}`, 200, { headers: sent })
        await first.bytes()
        const known = { ...sent, 'if-none-match': first.headers.get('etag') ?? '' }
        const again = await expectStatus(app, `GET ${path}`, 304, { headers: known })
        assert.equal(again.headers.get('vary'), first.headers.get('vary'), `${path} ${coding}`)
      }
  })

  it('give parts of what is not coded', async () => {
    const headers = { ...GZIP.headers, range: 'bytes=2-5' }
    const response = await expectStatus(app, 'GET /text', 206, { headers })
    assert.equal(await response.text(), text.slice(2, 6))
  })
})

describe('both adapters', () => {
  const app = new RestApplication({ logger: quiet })
    .compression()
    .get('/text', () => ({ text: 'text '.repeat(400) }), { etag: () => 'v1' })
    .get('/long', () => ({ text: 'text '.repeat(40_000) }))
    .get('/items', function* () {
      for (let index = 0; index < 500; index++) yield { index }
    })

  it.for(['/text', '/long', '/items'])('send the same bytes and fields: %s', async (path) => {
    const wire = await wireTo(app)
    for (const name of CODINGS) {
      const one = await ask(app, `GET ${path}`, { headers: { 'accept-encoding': name } })
      wire.ask(`GET ${path} HTTP/1.1`, 'Host: localhost', `Accept-Encoding: ${name}`)
      const other = await wire.response()
      assert.equal(other.header('content-encoding'), name)
      assert.isTrue(other.body.equals(await one.bytes()))
      const kept = other.headers.filter(
        ([field]) => !['date', 'connection', 'keep-alive', 'transfer-encoding'].includes(field),
      )
      assert.deepEqual(
        [...one.headers],
        kept.map(([field, value]): [string, string] => [field, value]).sort(),
      )
    }
  })
})
