import { gunzipSync } from 'node:zlib'
import { RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet } from '../../decisions/asking.ts'

const BIG = 'text '.repeat(400)
const REFUSING = 'gzip, identity;q=0'
function* letters() {
  yield* ['ab', 'cd']
}
const app = new RestApplication({ logger: quiet })
  .compression()
  .get('/text', () => ({ text: BIG }))
  .get('/image', () => respond(new Uint8Array(2000), 200, { 'content-type': 'image/png' }))
  .get('/gzip-only', () => ({ text: BIG }), { compression: { encodings: ['gzip'] } })
  .get('/plain', () => ({ text: BIG }), { compression: false })
  .get('/bypassed', () => ({ text: BIG }), { bypassStateMachine: true })
  .get('/small', () => ({ a: 1 }))
  .get('/empty', () => '', { provides: { 'text/plain': () => '' } })
  .get('/untyped', () => new Response(new TextEncoder().encode('bytes')))
  .get('/missing', () => respond({ reason: 'none' }, 404))
  .get('/stay', () => respond({ a: 1 }, 200, { 'cache-control': 'no-transform' }))
  .get('/coded', () => respond(new Uint8Array(9), 200, { 'content-encoding': 'br' }))
  .get('/stream', () => respond(letters(), 200, { 'content-type': 'text/plain' }), {
    compression: { encodings: [{ name: 'gzip', encode: (bytes) => bytes }] },
  })
  .get('/nothing', () => undefined)
  .put('/text', () => undefined)
const without = new RestApplication({ logger: quiet }).get('/text', () => ({ text: BIG }))

const accepting = (accept: string) => ({ headers: { 'accept-encoding': accept } })
const codingOf = async (path: string, accept: string) =>
  (await expectStatus(app, `GET ${path}`, 200, accepting(accept))).headers.get('content-encoding')

describe('RFC 9110 §12.5.3, Accept-Encoding', () => {
  it('that is not there leaves the content as it is, and so does an empty one', async () => {
    for (const response of [await ask(app, 'GET /text'), await ask(app, 'GET /text', accepting(''))]) {
      assert.isNull(response.headers.get('content-encoding'))
      assert.deepEqual(await response.json(), { text: BIG })
    }
  })

  it('is answered with what is wanted most', async () => {
    assert.equal(await codingOf('/text', 'gzip;q=0.8, br;q=0.9'), 'br')
    assert.equal(await codingOf('/text', 'gzip, br;q=0.9'), 'gzip')
    assert.equal(await codingOf('/text', 'gzip, deflate, br, zstd'), 'zstd')
    assert.equal(await codingOf('/text', '*'), 'zstd')
    assert.equal(await codingOf('/gzip-only', 'zstd, br, gzip;q=0.1'), 'gzip')
    assert.isNull(await codingOf('/text', 'identity, gzip;q=0.5'))
    assert.isNull(await codingOf('/text', 'deflate'))
  })

  it('has x-gzip for gzip (§8.4.1.3)', async () => {
    const response = await ask(app, 'GET /text', accepting('x-gzip'))
    assert.equal(response.headers.get('content-encoding'), 'gzip')
    assert.deepEqual(JSON.parse(gunzipSync(await response.bytes()).toString()), { text: BIG })
  })

  it.for(['identity;q=0', '*;q=0', 'deflate, *;q=0', 'gzip;q=0, br;q=0, zstd;q=0, identity;q=0'])(
    'that takes neither a coding nor none gets 406, which names what there is: %s',
    async (accept) => {
      const response = await expectStatus(app, 'GET /text', 406, accepting(accept))
      assert.equal(response.headers.get('vary'), 'accept, accept-encoding')
      assert.isNull(response.headers.get('content-encoding'))
      const { detail } = (await response.json()) as { detail: string }
      assert.equal(detail, 'Codings there are: zstd, br, gzip')
    },
  )

  it('that refuses content as it is gets all of it coded, small or a picture', async () => {
    for (const path of ['/text', '/image', '/small', '/empty', '/untyped', '/missing'])
      for (const accept of ['gzip, identity;q=0', 'gzip;q=0.1, *;q=0']) {
        const response = await ask(app, `GET ${path}`, accepting(accept))
        assert.equal(response.headers.get('content-encoding'), 'gzip', path)
        assert.include(response.headers.get('vary') ?? '', 'accept-encoding')
        const plain = await (await ask(app, `GET ${path}`)).bytes()
        assert.deepEqual(new Uint8Array(gunzipSync(await response.bytes())), plain)
      }
    assert.isNull((await ask(app, 'GET /nothing', accepting(REFUSING))).headers.get('content-encoding'))
  })

  it('that refuses content as it is gets the whole of it rather than parts, which are not coded', async () => {
    const sent = { headers: { range: 'bytes=0-4', 'accept-encoding': REFUSING } }
    const response = await expectStatus(app, 'GET /image', 200, sent)
    assert.equal(response.headers.get('content-encoding'), 'gzip')
    assert.equal(gunzipSync(await response.bytes()).length, 2000)
  })

  it('cannot be followed by what must stay as it is: by a stream no coding is for, by what is coded', async () => {
    for (const path of ['/stay', '/coded', '/stream']) {
      const response = await expectStatus(app, `GET ${path}`, 200, accepting(REFUSING))
      assert.notEqual(response.headers.get('content-encoding'), 'gzip', path)
    }
  })

  it('gets HEAD the fields of GET when it refuses content as it is', async () => {
    for (const path of ['/text', '/image', '/small']) {
      const [get, head] = [
        await ask(app, `GET ${path}`, accepting(REFUSING)),
        await ask(app, `HEAD ${path}`, accepting(REFUSING)),
      ]
      assert.deepEqual([...head.headers], [...get.headers])
    }
  })

  it('is about every method, and refuses before the handler acts', async () => {
    await expectStatus(app, 'PUT /text', 406, accepting('identity;q=0'))
    await expectStatus(app, 'HEAD /text', 406, accepting('identity;q=0'))
  })

  it('is passed over where there is nothing to choose', async () => {
    for (const one of [
      await expectStatus(without, 'GET /text', 200, accepting('identity;q=0')),
      await expectStatus(app, 'GET /plain', 200, accepting('gzip, identity;q=0')),
      await expectStatus(app, 'GET /bypassed', 200, accepting('gzip')),
    ]) {
      assert.isNull(one.headers.get('content-encoding'))
      assert.notInclude(one.headers.get('vary') ?? '', 'accept-encoding')
    }
  })
})

describe('RFC 9110 §12.5.5, Vary', () => {
  it('names the field where another value could have got other bytes, coded or not', async () => {
    for (const accept of ['gzip', 'identity', ''])
      assert.equal((await ask(app, 'GET /text', accepting(accept))).headers.get('vary'), 'accept-encoding')
    assert.equal((await ask(app, 'GET /text')).headers.get('vary'), 'accept-encoding')
  })

  it('does not name it where no value could: for a picture, or for no content', async () => {
    assert.isNull((await ask(app, 'GET /image', accepting('gzip'))).headers.get('vary'))
    assert.isNull((await expectStatus(app, 'GET /nothing', 204, accepting('gzip'))).headers.get('vary'))
  })
})
