import { RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { createLog } from '../../application/asking.ts'
import { ask, quiet } from '../../decisions/asking.ts'

const BIG = 'text '.repeat(400)
const TEXT = { 'content-type': 'text/plain' }

describe('RFC 9110 §8.4.1, codings of your own', () => {
  const reversed = {
    name: 'x-reversed',
    encode: (bytes: Uint8Array) => bytes.toReversed(),
    encodeStream: (stream: ReadableStream<Uint8Array>) =>
      stream.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform: (bytes, controller) => controller.enqueue(bytes.toReversed()),
        }),
      ),
  }
  const { encodeStream: _, ...atOnceOnly } = reversed
  function* letters() {
    yield* ['ab', 'cd']
  }
  const sent = { headers: { 'accept-encoding': 'x-reversed' } }
  const appWith = (encoding: typeof reversed | typeof atOnceOnly) =>
    new RestApplication({ logger: quiet })
      .compression({ encodings: [encoding], minimumSize: 3 })
      .get('/text', () => respond('abc', 200, TEXT), { etag: () => 'v1' })
      .get('/stream', () => respond(letters(), 200, TEXT))

  it('code bodies and streams', async () => {
    const own = appWith(reversed)
    const text = await ask(own, 'GET /text', sent)
    assert.equal(text.headers.get('content-encoding'), 'x-reversed')
    assert.equal(text.headers.get('etag'), '"v1~x-reversed"')
    assert.equal(await text.text(), 'cba')
    assert.equal(await (await ask(own, 'GET /stream', sent)).text(), 'badc')
  })

  it('that cannot code a stream leave it as it is', async () => {
    const response = await ask(appWith(atOnceOnly), 'GET /stream', sent)
    assert.isNull(response.headers.get('content-encoding'))
    assert.equal(response.headers.get('vary'), 'accept-encoding')
    assert.equal(await response.text(), 'abcd')
  })

  it.for([
    () => {
      throw new Error('broken coder')
    },
    () => Promise.reject(new Error('broken coder')),
  ])('that fail are a 500 and a line of the log, never text for the client: %#', async (encode) => {
    for (const minimumSize of [0, 1000]) {
      const log = createLog()
      let closed = 0
      const broken = new RestApplication({ logger: log })
        .compression({ encodings: [{ name: 'x-broken', encode }], minimumSize })
        .dependency('opened', function* () {
          yield BIG
          closed++
        })
        .get('/', ({ opened }) => respond(opened, 200, TEXT))
      const response = await ask(broken, 'GET /', { headers: { 'accept-encoding': 'x-broken' } })
      assert.equal(response.status, 500)
      assert.notInclude(await response.text(), 'broken coder')
      assert.isNull(response.headers.get('content-encoding'))
      assert.include(
        log.lines.map(({ details }) => (details as Error).message),
        'broken coder',
      )
      assert.equal(closed, 1)
    }
  })
})

describe('compression of a layer', () => {
  it('is that of the innermost layer that says anything', async () => {
    const layers = new RestApplication({ logger: quiet })
      .compression({ encodings: ['gzip'] })
      .get('/outer', () => BIG)
      .resource('/none', (none) => none.compression(false).get(() => BIG))
      .resource('/other', (other) => other.compression({ encodings: ['br'] }).get(() => BIG))
      .get('/route', () => BIG, { compression: { encodings: ['zstd'] } })
      .get('/default', () => BIG, { compression: true })
    const headers = { 'accept-encoding': 'gzip, br, zstd' }
    const codings = []
    for (const path of ['/outer', '/none', '/other', '/route', '/default'])
      codings.push((await ask(layers, `GET ${path}`, { headers })).headers.get('content-encoding'))
    assert.deepEqual(codings, ['gzip', null, 'br', 'zstd', 'zstd'])
  })

  it('that cannot be had is told at the start, with the mend', async () => {
    const wrong = new RestApplication({ logger: quiet }).get('/', () => 1, {
      compression: { encodings: ['deflate' as 'gzip'] },
    })
    const message = await wrong.startup().catch((error: Error) => error.message)
    assert.match(String(message), /GET \/: Cannot declare compression: .* there are zstd, br, gzip/)
    assert.throws(() => new RestApplication().compression({ minimumSize: -1 }), TypeError, 'got -1')
  })
})
