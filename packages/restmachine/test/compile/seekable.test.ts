import { RestApplication, respond, type SeekableOptions, seekable } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, quiet } from '../decisions/asking.ts'
import { overWire } from '../rfc/over-wire.ts'

const DIGITS = new TextEncoder().encode('0123456789')

/** Bytes elsewhere, and which of them were read. */
function elsewhere(options: Partial<SeekableOptions> = {}) {
  const read: (readonly [first: number, last: number])[] = []
  const body = () =>
    seekable({
      size: DIGITS.length,
      read(first, last) {
        read.push([first, last])
        return new Blob([DIGITS.subarray(first, last + 1)]).stream()
      },
      ...options,
    })
  return { read, app: new RestApplication({ logger: quiet }).get('/', body) }
}

describe('a body that can be read from anywhere', () => {
  it('is sent whole, with its length', async () => {
    const { app, read } = elsewhere({ contentType: 'text/plain' })
    const response = await ask(app, 'GET /')
    assert.equal(response.headers.get('content-length'), '10')
    assert.equal(response.headers.get('content-type'), 'text/plain')
    assert.equal(response.headers.get('accept-ranges'), 'bytes')
    assert.equal(await response.text(), '0123456789')
    assert.deepEqual(read, [[0, 9]])
  })

  it.each([
    ['bytes=2-4', '234', [[2, 4]]],
    ['bytes=-3', '789', [[7, 9]]],
    ['bytes=8-', '89', [[8, 9]]],
  ])('is read only where it is asked for: %s', async (range, text, places) => {
    const { app, read } = elsewhere()
    const response = await ask(app, 'GET /', { headers: { range } })
    assert.equal(response.status, 206)
    assert.equal(await response.text(), text)
    assert.deepEqual(read, places as never)
  })

  it('is not read for several parts before their turn, nor for HEAD and 304', async () => {
    const { app, read } = elsewhere({ etag: 'v1' })
    assert.equal((await ask(app, 'HEAD /')).headers.get('content-length'), '10')
    assert.equal((await ask(app, 'GET /', { headers: { 'if-none-match': '"v1"' } })).status, 304)
    assert.deepEqual(read, [])
    const parts = await ask(app, 'GET /', { headers: { range: 'bytes=0-1, 7-8' } })
    assert.include(await parts.text(), 'Content-Range: bytes 7-8/10\r\n\r\n78')
    assert.deepEqual(read, [
      [0, 1],
      [7, 8],
    ])
  })

  it('has its validators, cut to whole seconds and to now', async () => {
    const { app } = elsewhere({ etag: 'v1', lastModified: new Date('2024-05-01T10:00:00.900Z') })
    const { headers } = await ask(app, 'GET /')
    assert.equal(headers.get('etag'), '"v1"')
    assert.equal(headers.get('last-modified'), 'Wed, 01 May 2024 10:00:00 GMT')
    const late = elsewhere({ lastModified: new Date(Date.now() + 86_400_000) })
    const told = Date.parse((await ask(late.app, 'GET /')).headers.get('last-modified') ?? '')
    assert.isAtMost(told, Date.now())
  })

  it('may be empty, and is not read then', async () => {
    const { app, read } = elsewhere({ size: 0 })
    const response = await ask(app, 'GET /')
    assert.equal(response.headers.get('content-length'), '0')
    assert.equal(await response.text(), '')
    assert.deepEqual(read, [])
  })

  it('takes an async iterable as well as a stream', async () => {
    const { app } = elsewhere({
      async *read(first, last) {
        for (let at = first; at <= last; at++) yield DIGITS.subarray(at, at + 1)
      },
    })
    assert.equal(await (await ask(app, 'GET /', { headers: { range: 'bytes=3-5' } })).text(), '345')
  })

  it.each([
    [{ size: 1.5 }, 'size is a number of bytes, got 1.5'],
    [{ size: -1 }, 'size is a number of bytes, got -1'],
    [{ read: undefined as never }, 'read is a function'],
    [{ etag: 'a b' }, 'visible characters without quotes'],
    [{ contentType: 'text/plain\r\nx: y' }, 'content-type'],
  ])('says what is wrong with %o', (options, message) => {
    assert.throws(() => seekable({ size: 1, read: () => new Blob([]).stream(), ...options }), message)
  })
})

describe('a web blob', () => {
  const app = new RestApplication()
    .get('/blob', () => new Blob([DIGITS], { type: 'text/csv' }))
    .get('/file', () => new File([DIGITS], 'digits', { lastModified: Date.UTC(2024, 4, 1, 10) }))
    .get('/status', () => respond(new Blob([DIGITS]), 203))

  it('is sent with its type and length, in parts to those who ask for parts', async () => {
    const whole = await ask(app, 'GET /blob')
    assert.equal(whole.headers.get('content-type'), 'text/csv')
    assert.equal(whole.headers.get('content-length'), '10')
    const part = await ask(app, 'GET /blob', { headers: { range: 'bytes=1-2' } })
    assert.equal(part.headers.get('content-range'), 'bytes 1-2/10')
    assert.equal(await part.text(), '12')
  })

  it('has the time of a file', async () => {
    const { headers } = await ask(app, 'GET /file')
    assert.equal(headers.get('content-type'), 'application/octet-stream')
    assert.equal(headers.get('last-modified'), 'Wed, 01 May 2024 10:00:00 GMT')
  })

  it('may have a status of its own', async () => {
    assert.equal((await ask(app, 'GET /status')).status, 203)
  })

  it('goes over the wire', async () => {
    const { status, body } = await overWire(app, 'GET /blob', 'Range: bytes=-4')
    assert.deepEqual([status, String(body)], [206, '6789'])
  })
})
