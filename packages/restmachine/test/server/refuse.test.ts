import { RestApplication } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { served } from './served.ts'
import type { Wire } from './wire.ts'

const HERE = 'Host: here'

function app() {
  return new RestApplication()
    .get('/', () => ({ fine: true }))
    .get('/slow', async () => {
      await new Promise((resolve) => setTimeout(resolve, 60))
      return { slow: true }
    })
    .get('/streams', () => new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array([65])) }))
    .post('/size', ({ bytesBody }) => ({ size: bytesBody.length }))
}

async function isRefused(wire: Wire, status: number): Promise<void> {
  const response = await wire.response()
  expect([response.status, response.header('content-type'), response.header('connection')]).toEqual([
    status,
    'application/problem+json',
    'close',
  ])
  expect(response.json()).toEqual({
    type: 'about:blank',
    title: response.reason,
    status,
    detail: expect.any(String),
  })
  expect(Date.parse(response.header('date') ?? '')).not.toBeNaN()
  await wire.closed()
  expect(wire.rest).toBe('')
}

describe('a message that is no HTTP/1.1 is refused with a problem, and the connection closed', () => {
  it.each([
    ['noise', 'noise\r\n\r\n'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['another version', 'GET / HTTP/9.9\r\nHost: here\r\n\r\n'],
    ['an unknown method token', 'G@T / HTTP/1.1\r\nHost: here\r\n\r\n'],
    ['a space in the target', 'GET /a b HTTP/1.1\r\nHost: here\r\n\r\n'],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost : here\r\n\r\n'],
    ['a field without a colon', 'GET / HTTP/1.1\r\nHost: here\r\nnothing\r\n\r\n'],
    ['NUL in a value', 'GET / HTTP/1.1\r\nHost: here\r\nX-A: a\0b\r\n\r\n'],
    ['a lone CR', 'GET / HTTP/1.1\r\nHost: here\r\nX-A: a\rX-B: b\r\n\r\n'],
  ])('%s', async (_, text) => {
    await isRefused((await (await served(app())).wire()).send(text), 400)
  })

  it.each([
    ['an unknown method', 'LOOK / HTTP/1.1\r\nHost: here\r\n\r\n'],
    ['a method in another case', 'get / HTTP/1.0\r\n\r\n'],
    ['one that begins like a known one', 'GETTER / HTTP/1.1\r\nHost: here\r\n\r\n'],
    ['one with odd characters', "!#$%&'*+-.^_`|~ / HTTP/1.1\r\nHost: here\r\n\r\n"],
    ['one of another protocol', 'DESCRIBE / HTTP/1.1\r\nHost: here\r\n\r\n'],
    ['empty lines first', '\r\n\r\nLOOK / HTTP/1.1\r\nHost: here\r\n\r\n'],
  ])('but %s is a 501 (RFC 9110 §9.1, §15.6.2)', async (_, text) => {
    await isRefused((await (await served(app())).wire()).send(text), 501)
  })

  it.each([
    ['a banner', 'SSH-2.0-OpenSSH_9.6 Debian-3\r\n'],
    ['a sentence', 'hello there\r\n\r\n'],
    ['a method of another version', 'PRIO * HTTP/2.0\r\n\r\n'],
    ['a method with a letter that is none', 'L\xd6\xd6K / HTTP/1.1\r\nHost: here\r\n\r\n'],
  ])('%s is no message with an unknown method, and stays a 400', async (_, text) => {
    await isRefused((await (await served(app())).wire()).send(text), 400)
  })

  it.each([
    ['a request', 'GET / HTTP/1.1\r\nHost: here\r\n\r\n'],
    ['content', 'POST /size HTTP/1.1\r\nHost: here\r\nContent-Length: 7\r\n\r\n{"a":1}'],
  ])('an unknown method right behind %s is a 501 after the answer', async (_, before) => {
    const wire = await (await served(app())).wire()
    wire.send(`${before}LOOK / HTTP/1.1\r\nHost: here\r\n\r\n`)
    expect((await wire.response()).status).toBe(200)
    await isRefused(wire, 501)
  })

  it.each(['GET /', 'GET / HTTP/0.9', 'GET / HTTP/2.0'])('%s is a 505 (RFC 9110 §15.6.6)', async (line) => {
    const wire = await (await served(app())).wire()
    const response = await wire.send(`${line}\r\nHost: here\r\n\r\n`).response()
    expect([response.status, response.json().status]).toEqual([505, 505])
    await wire.closed()
  })
})

describe('RFC 9112 §11.2: what could smuggle a second request is refused, and the connection closed', () => {
  const inner = 'GET /smuggled HTTP/1.1\r\nHost: here\r\n\r\n'

  it.each([
    [
      'Transfer-Encoding and Content-Length',
      'Content-Length: 4\r\nTransfer-Encoding: chunked',
      `0\r\n\r\n${inner}`,
    ],
    [
      'Content-Length and Transfer-Encoding',
      'Transfer-Encoding: chunked\r\nContent-Length: 4',
      `0\r\n\r\n${inner}`,
    ],
    ['two lengths', 'Content-Length: 4\r\nContent-Length: 5', `four${inner}`],
    ['two equal lengths', 'Content-Length: 4\r\nContent-Length: 4', `four${inner}`],
    ['a list of lengths', 'Content-Length: 4, 4', `four${inner}`],
    ['a length with a sign', 'Content-Length: +4', `four${inner}`],
    ['a length beyond all numbers', 'Content-Length: 99999999999999999999', `four${inner}`],
    ['a hexadecimal length', 'Content-Length: 0x4', `four${inner}`],
    ['an obsolete line fold', 'X-A: a\r\n Transfer-Encoding: chunked', inner],
    ['a space in front of the first field', ' Transfer-Encoding: chunked', inner],
    ['a transfer coding that is not the last', 'Transfer-Encoding: chunked, identity', `0\r\n\r\n${inner}`],
    ['a chunk size that is none', 'Transfer-Encoding: chunked', `0x4\r\nfour\r\n0\r\n\r\n${inner}`],
    ['a negative chunk size', 'Transfer-Encoding: chunked', `-1\r\n${inner}`],
    ['a chunk longer than its size', 'Transfer-Encoding: chunked', `2\r\nfour\r\n0\r\n\r\n${inner}`],
  ])('%s', async (_, fields, rest) => {
    const wire = await (await served(app())).wire()
    wire.send(`POST /size HTTP/1.1\r\nHost: here\r\nContent-Type: a/b\r\n${fields}\r\n\r\n${rest}`)
    await isRefused(wire, 400)
  })
})

describe('a transfer coding nobody knows', () => {
  it('is a 501, with which the connection ends (RFC 9112 §6.1)', async () => {
    const wire = await (await served(app())).wire()
    wire.ask('POST /size HTTP/1.1', HERE, 'Content-Type: a/b', 'Transfer-Encoding: xchunked')
    const response = await wire.send('0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: here\r\n\r\n').response()
    expect([response.status, response.json().status, response.header('connection')]).toEqual([
      501,
      501,
      'close',
    ])
    await wire.closed()
    expect(wire.rest).toBe('')
  })
})

describe('the size of the header fields', () => {
  it('beyond maxHeaderSize is a 431, which a client that still sends can read (RFC 6585 §5)', async () => {
    const wire = await (await served(app())).wire()
    wire.send(`GET / HTTP/1.1\r\nHost: here\r\nX-Large: ${'x'.repeat(1_000_000)}\r\n\r\n`)
    await isRefused(wire, 431)
  })

  it('is what the option says', async () => {
    const serving = await served(app(), { maxHeaderSize: 400 })
    const ask = async (length: number): Promise<Wire> =>
      (await serving.wire()).ask('GET / HTTP/1.1', HERE, `X-Large: ${'x'.repeat(length)}`)
    expect((await (await ask(300)).response()).status).toBe(200)
    await isRefused(await ask(500), 431)
  })

  it('of a chunk is a 413', async () => {
    const wire = await (await served(app())).wire()
    wire.ask('POST /size HTTP/1.1', HERE, 'Content-Type: a/b', 'Transfer-Encoding: chunked')
    await isRefused(wire.send(`1;${'x'.repeat(20_000)}\r\n`), 413)
  })
})

describe('a message that cannot be read behind others that can', () => {
  it('is refused after they are answered', async () => {
    const wire = await (await served(app())).wire()
    const ask = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: here\r\n\r\n`
    wire.send(`${ask('/slow')}${ask('/')}${ask('/slow')}noise\r\n\r\n`)
    expect((await wire.response()).json()).toEqual({ slow: true })
    expect((await wire.response()).json()).toEqual({ fine: true })
    expect((await wire.response()).json()).toEqual({ slow: true })
    await isRefused(wire, 400)
  })

  it('does not get into an answer that has begun', async () => {
    const wire = await (await served(app())).wire()
    wire.ask('GET /streams HTTP/1.1', HERE)
    await wire.until(() => wire.rest.endsWith('A\r\n'))
    wire.send('noise\r\n\r\n')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(wire.rest.endsWith('A\r\n')).toBe(true)
  })
})

describe('a client that says nothing', () => {
  it('and leaves is no failure', async () => {
    const serving = await served(app())
    const wire = await serving.wire()
    wire.socket.end()
    await wire.closed()
    expect(wire.rest).toBe('')
    const other = await serving.wire()
    other.socket.resetAndDestroy()
    expect((await (await serving.wire()).ask('GET / HTTP/1.1', HERE).response()).status).toBe(200)
  })

  it('more in the middle of a request is told so', async () => {
    const wire = await (await served(app())).wire()
    wire.send('GET / HTTP/1.1\r\nHost: he')
    wire.socket.end()
    await isRefused(wire, 400)
  })

  it('and sends endless fields is cut off', async () => {
    const wire = await (await served(app())).wire()
    wire.send('GET / HTTP/1.1\r\nHost: here\r\n')
    const sending = setInterval(() => wire.send(`X-A: ${'x'.repeat(5_000)}\r\n`), 2)
    await isRefused(wire, 431).finally(() => clearInterval(sending))
  })
})
