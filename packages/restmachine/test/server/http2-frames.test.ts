import { RestApplication } from 'restmachine'
import type { AccessLogOptions, ServeOptions } from 'restmachine/node'
import { describe, expect, it } from 'vitest'
import {
  block,
  CONTINUATION,
  DATA,
  END_STREAM,
  type Field,
  Frames,
  fields,
  GOAWAY,
  HEADERS,
  PING,
  PRIORITY,
  PUSH_PROMISE,
  RST_STREAM,
  SETTINGS,
  WINDOW_UPDATE,
} from './frames.ts'
import { later } from './load.ts'
import { eventually, served } from './served.ts'

const FOR_EVER = 60_000
const CANCEL = 8

function app(seen: string[] = []) {
  return new RestApplication({ logger: { ...console, error: (message) => void seen.push(message) } })
    .get('/', ({ request }) => ({
      host: request.host,
      from: request.remoteAddress,
      cookie: request.headers.get('cookie'),
    }))
    .get('/large', () => new Uint8Array(5_000_000))
    .get('/large-stream', () => {
      let left = 5
      return new ReadableStream<Uint8Array>({
        pull(controller) {
          if (left-- === 0) controller.close()
          else controller.enqueue(new Uint8Array(1_000_000))
        },
      })
    })
    .get('/endless', ({ signal }) => {
      signal.addEventListener('abort', () => void seen.push('aborted'))
      return new ReadableStream({
        async pull(controller) {
          await later(5)
          controller.enqueue(new Uint8Array(10_000))
        },
        cancel: () => void seen.push('cancelled'),
      })
    })
    .get('/fails', () => {
      let isFirst = true
      return new ReadableStream({
        pull(controller) {
          if (!isFirst) throw new Error('in the middle')
          isFirst = false
          controller.enqueue(new Uint8Array(10))
        },
      })
    })
    .get('/nothing', () => undefined)
    .post('/size', ({ bytesBody }) => {
      seen.push('read')
      return { size: bytesBody.length }
    })
    .post('/late', async () => {
      await later(300)
      return { late: true }
    })
}

async function asked(options: ServeOptions = {}, seen: string[] = [], windowSize?: number) {
  const serving = await served(app(seen), { http2: true, gracefulTimeout: 2_000, ...options })
  return { serving, client: await Frames.open(serving.port, windowSize) }
}

const post = (other: Readonly<Record<string, string>> = {}): readonly Field[] =>
  fields({ ':method': 'POST', ':path': '/size', 'content-type': 'a/b', ...other })
const without = (name: string): readonly Field[] => fields().filter(([each]) => each !== name)
const bytes = (...values: readonly number[]): Buffer => Buffer.from(values)

const MALFORMED = 'reset 1'

describe('a malformed request of HTTP/2 (RFC 9113 §8.1.1) gets no answer but an error', () => {
  it.each<[string, readonly Field[]]>([
    ['connection', fields({ connection: 'close' })],
    ['keep-alive', fields({ 'keep-alive': 'timeout=5' })],
    ['proxy-connection', fields({ 'proxy-connection': 'close' })],
    ['transfer-encoding', fields({ 'transfer-encoding': 'chunked' })],
    ['upgrade', fields({ upgrade: 'websocket' })],
    ['te with more than trailers', fields({ te: 'trailers, gzip' })],
    ['a name in upper case', fields({ 'X-Name': 'x' })],
    ['a pseudo field behind others', [...without(':path'), ['a', 'b'], [':path', '/']]],
    ['a pseudo field twice', [...fields(), [':path', '/']]],
    ['an unknown pseudo field', [...fields(), [':wonder', '/']]],
    ['a pseudo field of responses', [...fields(), [':status', '200']]],
    ['no :method', without(':method')],
    ['no :scheme', without(':scheme')],
    ['no :path', without(':path')],
    ['no :authority, and no Host', without(':authority')],
    ['two Hosts', [...without(':authority'), ['host', 'a.example'], ['host', 'b.example']]],
    ['an empty :authority', fields({ ':authority': '' })],
    ['a user in :authority', fields({ ':authority': 'user:secret@a.example' })],
    ['an empty :path', fields({ ':path': '' })],
    ['a :path without a slash', fields({ ':path': 'size' })],
    ['a * that is not for OPTIONS', fields({ ':path': '*' })],
    ['an absolute :path', fields({ ':path': 'http://b.example/' })],
    ['a line break in :path', fields({ ':path': '/\r\nx: y' })],
    ['a blank in :method', fields({ ':method': 'GET /x' })],
    ['a Content-Length that is no number', post({ 'content-length': '5x' })],
    ['two lengths', [...post({ 'content-length': '5' }), ['content-length', '5']]],
    ['a length, and no content', post({ 'content-length': '5' })],
  ])('%s', async (_, head) => {
    const { client } = await asked()
    expect(await client.ask(1, head).outcome(1)).toBe(MALFORMED)
    expect(await client.ask(3, fields()).outcome(3)).toBe('200')
  })

  it.each([
    [' x', 'x '],
    ['\tx', 'x\t'],
  ])('whitespace around a value, as in %j', async (...values) => {
    const { client } = await asked()
    for (const [index, value] of values.entries()) {
      const stream = 1 + 2 * index
      expect(await client.ask(stream, fields({ 'if-match': value })).outcome(stream)).toBe('400')
      expect(client.text(stream)).toContain('The value of if-match begins or ends with whitespace')
    }
  })

  it('content that is shorter than its length', async () => {
    const seen: string[] = []
    const { client } = await asked({}, seen)
    client.ask(1, post({ 'content-length': '10' }), false).send(DATA, END_STREAM, 1, '12345')
    expect(await client.outcome(1)).toBe(MALFORMED)
    expect(seen).toEqual([])
  })

  it('content that is longer than its length', async () => {
    const seen: string[] = []
    const { client } = await asked({}, seen)
    client.ask(1, post({ 'content-length': '3' }), false).send(DATA, END_STREAM, 1, '12345')
    expect(await client.outcome(1)).toMatch(/^goaway|^reset|^closed/)
    expect(seen).toEqual([])
  })

  it.each<[string, readonly Field[], boolean]>([
    ['pseudo fields', [[':path', '/other']], true],
    ['fields of the connection', [['connection', 'close']], true],
    ['a length', [['content-length', '7']], true],
    ['no end', [['x-sum', '1']], false],
  ])('trailers with %s', async (_, trailers, ends) => {
    const { client } = await asked()
    client.ask(1, post(), false).send(DATA, 0, 1, '12345').ask(1, trailers, ends)
    expect(await client.outcome(1)).toBe(MALFORMED)
  })
})

describe('what HTTP/2 has, and HTTP/1.1 has not', () => {
  it('puts crumbs of Cookie together (RFC 9113 §8.2.3)', async () => {
    const { client } = await asked()
    await client.ask(1, [...fields(), ['cookie', 'a=1'], ['cookie', 'b=2']]).outcome(1)
    expect(JSON.parse(client.text(1)).cookie).toBe('a=1; b=2')
  })

  it('takes Host where :authority is missing, and OPTIONS *', async () => {
    const { client } = await asked()
    await client.ask(1, [...without(':authority'), ['host', 'a.example']]).outcome(1)
    expect(JSON.parse(client.text(1)).host).toBe('a.example')
    expect(await client.ask(3, fields({ ':method': 'OPTIONS', ':path': '*' })).outcome(3)).toBe('204')
  })

  it('leaves trailers aside', async () => {
    const { client } = await asked()
    client
      .ask(1, post(), false)
      .send(DATA, 0, 1, '12345')
      .ask(1, [['x-sum', '1']])
    expect([await client.outcome(1), client.text(1)]).toEqual(['200', '{"size":5}'])
  })

  it.each(['HEAD', 'GET'])('ends %s without content with the head', async (method) => {
    const { client } = await asked()
    const path = method === 'HEAD' ? '/' : '/nothing'
    await client.ask(1, fields({ ':method': method, ':path': path })).outcome(1)
    expect(client.of(1, DATA).every(({ payload }) => payload.length === 0)).toBe(true)
  })

  it('takes no heed of priorities, and of frames that nobody knows', async () => {
    const { client } = await asked()
    client.send(PRIORITY, 0, 1, bytes(0, 0, 0, 0, 5)).send(0x42, 0, 1, 'xx')
    expect(await client.ask(1, fields()).outcome(1)).toBe('200')
  })
})

describe('an error of the connection (RFC 9113 §5.4.1)', () => {
  it.each<[string, (client: Frames) => unknown]>([
    ['content on a stream that is idle', (client) => client.send(DATA, END_STREAM, 1, 'x')],
    ['a stream of the server', (client) => client.ask(2, fields())],
    [
      'a push by the client',
      (client) =>
        client
          .ask(1, post(), false)
          .send(PUSH_PROMISE, 4, 1, Buffer.concat([bytes(0, 0, 0, 2), block(fields())])),
    ],
    [
      'a window beyond all bounds',
      (client) => client.ask(1, post(), false).send(WINDOW_UPDATE, 0, 0, bytes(0x7f, 255, 255, 255)),
    ],
    [
      'a head that cannot be unpacked',
      (client) => client.send(HEADERS, 5, 1, bytes(255, 255, 255, 255, 255)),
    ],
    [
      'a frame that is too large',
      (client) => client.ask(1, post(), false).send(DATA, END_STREAM, 1, Buffer.alloc(20_000)),
    ],
  ])('is %s', async (_, act) => {
    const { client } = await asked()
    act(client)
    await client.closed()
    expect(client.of(0, GOAWAY).some(({ payload }) => payload.readUInt32BE(4) > 0)).toBe(true)
  })
})

describe('a flood of HTTP/2 ends the connection, and hurts nobody else', () => {
  it.each<[string, (client: Frames, index: number) => unknown]>([
    ['settings', (client) => client.send(SETTINGS, 0, 0)],
    ['pings', (client) => client.send(PING, 0, 0, 'ABCDEFGH')],
    [
      'empty pieces of content',
      (client, index) => (index === 0 ? client.ask(1, post(), false) : client.send(DATA, 0, 1)),
    ],
    [
      'pieces of a head without end',
      (client, index) =>
        index === 0 ? client.send(HEADERS, END_STREAM, 1, block(fields())) : client.send(CONTINUATION, 0, 1),
    ],
    [
      'requests that are taken back (CVE-2023-44487)',
      (client, index) =>
        client
          .ask(1 + 2 * index, fields({ ':path': '/endless' }))
          .send(RST_STREAM, 0, 1 + 2 * index, bytes(0, 0, 0, CANCEL)),
    ],
    [
      'requests that the server has to reset (CVE-2025-8671)',
      (client, index) => client.ask(1 + 2 * index, post(), false).ask(1 + 2 * index, [[':path', '/']]),
    ],
  ])('%s', async (_, act) => {
    const { serving, client } = await asked()
    for (let index = 0; index < 20_000 && !client.isClosed; index++) {
      act(client, index)
      if (index % 200 === 0) await later(1)
    }
    await client.closed()
    expect((await fetch(serving.url)).status).toBe(200)
  })
})

describe('a client of HTTP/2 that does not take what is sent', () => {
  it('on a stream loses it, whatever else it says meanwhile', async () => {
    const seen: string[] = []
    const { client } = await asked({ sendTimeout: 200 }, seen, 0)
    const alive = setInterval(() => client.send(PING, 0, 0, 'ABCDEFGH'), 20)
    client.ask(1, fields({ ':path': '/endless' })).ask(3, fields({ ':path': '/large' }))
    const outcomes = await Promise.all([client.outcome(1), client.outcome(3)])
    clearInterval(alive)
    expect(outcomes).toEqual([`200 reset ${CANCEL}`, `200 reset ${CANCEL}`])
    expect(seen).toEqual(['aborted', 'cancelled'])
  })

  it('on its connection loses that', async () => {
    const { serving, client } = await asked({ sendTimeout: 200, requestTimeout: 0 }, [], 2 ** 31 - 1)
    client.send(WINDOW_UPDATE, 0, 0, bytes(0x7f, 0, 0, 0))
    await eventually(() => client.of(0, SETTINGS).length === 2)
    client.socket.pause()
    for (let index = 0; index < 8; index++) client.ask(1 + 2 * index, fields({ ':path': '/large' }))
    await later(50)
    const start = performance.now()
    // There is nothing left to wait for when the connection is closed already.
    await eventually(() => connectionsOf(serving) === 0, 'The end of the connection', 3_000)
    expect(performance.now() - start).toBeGreaterThan(100)
  })

  it.each(['/large', '/large-stream'])(
    'at once is waited for, while it takes something: %s',
    async (path) => {
      const { client } = await asked({ sendTimeout: 400 }, [], 0)
      client.ask(1, fields({ ':path': path }))
      // One piece after another, each in time, and all of them much later than that.
      const grant = setInterval(() => client.send(WINDOW_UPDATE, 0, 1, bytes(0, 1, 0, 0)), 60)
      client.send(WINDOW_UPDATE, 0, 0, bytes(0x7f, 0, 0, 0))
      await later(1_500)
      clearInterval(grant)
      expect([client.isOver(1), client.of(1, RST_STREAM)]).toEqual([false, []])
      client.send(WINDOW_UPDATE, 0, 1, bytes(0x7f, 0, 0, 0))
      expect(await client.outcome(1)).toBe('200')
      expect(client.of(1, DATA).reduce((sum, { payload }) => sum + payload.length, 0)).toBe(5_000_000)
    },
  )

  it('and is gone hurts nobody with an answer that fails', async () => {
    let fail = (_: Error): void => undefined
    const failing = {
      startup: async () => undefined,
      shutdown: async () => undefined,
      logger: { error: () => undefined },
      answer: () => new Promise<never>((_, reject) => (fail = reject)),
    }
    const serving = await served(failing as never, { http2: true })
    const client = await Frames.open(serving.port)
    client.ask(1, fields())
    await later(50)
    client.send(RST_STREAM, 0, 1, bytes(0, 0, 0, CANCEL))
    await later(50)
    fail(new Error('too late'))
    // A rejection that nobody hears would end the process, and this test.
    await later(50)
    client.send(PING, 0, 0, 'ABCDEFGH')
    await client.until(() => client.of(0, PING).length > 0)
  })

  it('and is gone ends its streams', async () => {
    const seen: string[] = []
    const { client } = await asked({}, seen)
    client.ask(1, fields({ ':path': '/endless' }))
    await client.until(() => client.text(1).length > 0)
    client.socket.resetAndDestroy()
    await eventually(() => seen.length === 2)
    expect(seen).toEqual(['aborted', 'cancelled'])
  })
})

function connectionsOf({ server }: { readonly server: object }): number {
  return (server as { readonly _connections: number })._connections
}

describe('many large responses at once', () => {
  it('are all sent: none is refused for the memory that they take', async () => {
    const { client } = await asked({}, [], 2 ** 31 - 1)
    client.send(WINDOW_UPDATE, 0, 0, bytes(0x7f, 0, 0, 0))
    const outcomes: string[] = []
    // Eight at a time: each that is over makes room for the next.
    async function run(first: number): Promise<void> {
      for (let stream = first; stream < 48; stream += 16) {
        client.ask(stream, fields({ ':path': '/large' }))
        outcomes.push(await client.outcome(stream))
      }
    }
    await Promise.all([1, 3, 5, 7, 9, 11, 13, 15].map(run))
    expect(new Set(outcomes)).toEqual(new Set(['200']))
  })
})

describe('content of HTTP/2', () => {
  it('that has come is no reason for 408, though nobody reads it', async () => {
    const { client } = await asked({ requestTimeout: 100, headersTimeout: 100 })
    client.ask(1, post({ ':path': '/late' }), false).send(DATA, END_STREAM, 1, '12345')
    expect(await client.outcome(1)).toBe('200')
  })

  it('that nobody waits for holds neither a place nor a line of the log', async () => {
    const lines: string[] = []
    const { client } = await asked({
      limitConcurrency: 1,
      accessLog: { write: (line) => void lines.push(line) },
    })
    client.ask(1, post({ ':path': '/', 'content-length': '10' }), false)
    await client.until(() => client.statuses(1)[0] === 405)
    await eventually(() => lines.length === 1, 'The line of the log', 1_000)
    expect(lines[0]).toContain('"POST / HTTP/2.0" 405')
    expect(await client.ask(3, fields()).outcome(3)).toBe('200')
  })

  it('that nobody waits for does not hold up a stop', async () => {
    const { serving, client } = await asked({ gracefulTimeout: 5_000, requestTimeout: FOR_EVER })
    client.ask(1, post({ ':path': '/', 'content-length': '10' }), false)
    await client.until(() => client.statuses(1)[0] === 405)
    const start = performance.now()
    expect(await serving.close()).toBe(true)
    expect(performance.now() - start).toBeLessThan(2_500)
    expect(await client.outcome(1)).toBe('405 reset 0')
  })

  it('that is read is taken in when the server stops', async () => {
    const { serving, client } = await asked()
    client.ask(1, post(), false).send(DATA, 0, 1, 'hello')
    await later(50)
    const closing = serving.close()
    await later(100)
    client.send(DATA, END_STREAM, 1, 'hello')
    expect([await client.outcome(1), client.text(1), await closing]).toEqual(['200', '{"size":10}', true])
  })
})

describe('what stands around HTTP/1.1 stands around HTTP/2, too', () => {
  it('takes the word of proxies, and logs it', async () => {
    const lines: string[] = []
    const { client } = await asked({
      trustProxy: 'loopback',
      accessLog: { write: (line) => void lines.push(line) },
    })
    await client
      .ask(1, fields({ 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'out.example' }))
      .outcome(1)
    expect(JSON.parse(client.text(1))).toMatchObject({ host: 'out.example', from: '203.0.113.9' })
    await eventually(() => lines.length === 1)
    expect(lines[0]).toMatch(/^203\.0\.113\.9 - - .* "GET \/ HTTP\/2\.0" 200 /)
  })

  it.each([
    ['/fails', false],
    ['/large-stream', true],
    ['/', true],
  ])('logs whether the response of %s was whole', async (path, complete) => {
    const whole: boolean[] = []
    const accessLog: AccessLogOptions = {
      format: (entry) => String(whole.push(entry.complete)),
      write: () => undefined,
    }
    const { client } = await asked({ accessLog }, [], 2 ** 31 - 1)
    client.send(WINDOW_UPDATE, 0, 0, bytes(0x7f, 0, 0, 0))
    await client.ask(1, fields({ ':path': path })).outcome(1)
    await eventually(() => whole.length > 0)
    expect(whole).toEqual([complete])
  })

  it('lets nobody write lines of the log', async () => {
    const lines: string[] = []
    const { client } = await asked({ accessLog: { write: (line) => void lines.push(line) } })
    await client.ask(1, fields({ 'user-agent': 'a" 200 "\\x', ':path': '/\xfc"' })).outcome(1)
    await eventually(() => lines.length === 1)
    expect(lines[0]).toContain(String.raw`"GET /\xFC\x22 HTTP/2.0" 400`)
    expect(lines[0]).toContain(String.raw`"a\x22 200 \x22\x5Cx"`)
  })
})

describe('HTTP/1.1 beside HTTP/2', () => {
  it('is answered when the client has said its last word with its first', async () => {
    const { serving } = await asked()
    const wire = await serving.wire()
    wire.ask('GET / HTTP/1.1', 'Host: here').socket.end()
    expect((await wire.response()).status).toBe(200)
    await wire.closed()
  })

  it('is answered in order, waits for 100, and does not change to h2c', async () => {
    const { serving } = await asked()
    const wire = await serving.wire()
    wire.ask('GET / HTTP/1.1', 'Host: here', '', 'GET /missing HTTP/1.1', 'Host: here')
    expect([(await wire.response()).status, (await wire.response()).status]).toEqual([200, 404])
    wire.ask(
      'GET / HTTP/1.1',
      'Host: here',
      'Connection: upgrade, http2-settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABk',
    )
    expect((await wire.response()).status).toBe(200)
    wire.ask(
      'POST /size HTTP/1.1',
      'Host: here',
      'Content-Type: a/b',
      'Content-Length: 5',
      'Expect: 100-continue',
    )
    await wire.until(() => wire.rest.startsWith('HTTP/1.1 100 Continue\r\n\r\n'))
    expect((await wire.response('HEAD')).status).toBe(100)
    wire.send('12345')
    expect((await wire.response()).json()).toEqual({ size: 5 })
  })
})
