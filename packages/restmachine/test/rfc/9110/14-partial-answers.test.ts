import { assert, describe, it } from 'vitest'
import { ask, expectStatus } from '../../decisions/asking.ts'
import { AT, app, get, part, whole } from './ranged.ts'

describe('RFC 9110 §13.1.5, If-Range', () => {
  const partly = [206, 'bytes 0-1/10', '01'] as const
  const held = (condition: string, path = '/tagged') => part(path, 'bytes=0-1', { 'if-range': condition })

  it('lets the range count with the strong tag that is current', async () => {
    assert.deepEqual(await held('"v1"'), partly)
    assert.deepEqual(await held('"v0"'), whole)
    assert.deepEqual(await held('W/"v1"'), whole)
    assert.deepEqual(await held('W/"v1"', '/weak'), whole)
    assert.deepEqual(await held('"v1"', '/weak'), whole)
  })

  it('lets the range count with the date that is current, neither earlier nor later', async () => {
    assert.deepEqual(await held(AT), partly)
    assert.deepEqual(await held('Wed, 01 May 2024 09:59:59 GMT'), whole)
    assert.deepEqual(await held('Wed, 01 May 2024 10:00:01 GMT'), whole)
  })

  it('does not take a date whose second is not over', async () => {
    const now = (await ask(app, 'GET /weak')).headers.get('last-modified') ?? ''
    assert.deepEqual(await held(now, '/weak'), whole)
  })

  it('gives the whole where it cannot be read, or there is nothing to compare', async () => {
    assert.deepEqual(await held('v1'), whole)
    assert.deepEqual(await held('"v1", "v2"'), whole)
    assert.deepEqual(await held('*'), whole)
    assert.deepEqual(await held('"v1"', '/bytes'), whole)
  })

  it('is ignored without Range, and wins over a range that there is not', async () => {
    await expectStatus(app, 'GET /tagged', 200, { headers: { 'if-range': '"v0"' } })
    assert.deepEqual(await part('/tagged', 'bytes=99-', { 'if-range': '"v0"' }), whole)
  })

  it('compares with the tag of the representation that was chosen (§8.8.3.3)', async () => {
    const asText = (tag: string) => part('/tagged', 'bytes=0-1', { 'if-range': tag, accept: 'text/plain' })
    const { headers } = await get('/tagged', 'bytes=0-1', { accept: 'text/plain' })
    assert.equal(headers.get('etag'), '"v1~plain"')
    assert.deepEqual(await asText('"v1~plain"'), [206, 'bytes 0-1/10', 'ab'])
    assert.equal((await asText('"v1"'))[0], 200)
  })
})

describe('RFC 9110 §15.3.7, 206', () => {
  it('has the fields that 200 would have had, and those of the part (§15.3.7.1)', async () => {
    const { headers } = await get('/tagged', 'bytes=2-4')
    assert.deepEqual(Object.fromEntries(headers), {
      'accept-ranges': 'bytes',
      'content-length': '3',
      'content-range': 'bytes 2-4/10',
      'content-type': 'application/octet-stream',
      etag: '"v1"',
      'last-modified': AT,
      vary: 'accept',
    })
  })

  it('has several parts with their own fields, and no Content-Range itself (§15.3.7.2)', async () => {
    const response = await get('/bytes', 'bytes=7-8, 0-1')
    assert.equal(response.status, 206)
    assert.isNull(response.headers.get('content-range'))
    const [type, boundary] = (response.headers.get('content-type') ?? '').split('; boundary=')
    assert.equal(type, 'multipart/byteranges')
    const text = await response.text()
    assert.equal(
      text,
      [
        `--${boundary}`,
        'Content-Type: application/octet-stream',
        'Content-Range: bytes 7-8/10',
        '',
        '78',
        `--${boundary}`,
        'Content-Type: application/octet-stream',
        'Content-Range: bytes 0-1/10',
        '',
        '01',
        `--${boundary}--`,
        '',
      ].join('\r\n'),
    )
    assert.equal(response.headers.get('content-length'), String(text.length))
  })

  it('has the type that the handler says within the parts', async () => {
    const response = await get('/said', 'bytes=0-1,8-9')
    assert.match(response.headers.get('content-type') ?? '', /^multipart\/byteranges; boundary=/)
    assert.include(await response.text(), 'Content-Type: text/plain\r\nContent-Range: bytes 8-9/10\r\n\r\n89')
  })
})

describe('RFC 9110 §15.5.17, 416', () => {
  it.for(['bytes=10-', 'bytes=99-100', 'bytes=-0', 'bytes=10-,20-'])(
    'tells how much there is: %s',
    async (range) => {
      const response = await get('/bytes', range)
      assert.equal(response.status, 416)
      assert.equal(response.headers.get('content-range'), 'bytes */10')
      assert.equal(response.headers.get('content-type'), 'application/problem+json')
      assert.include(await response.json(), { status: 416, detail: 'The representation has 10 bytes' })
    },
  )

  it('is every range of nothing', async () => {
    const response = await get('/empty', 'bytes=0-')
    assert.equal(response.status, 416)
    assert.equal(response.headers.get('content-range'), 'bytes */0')
  })
})
