import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type OutgoingHttpHeaders,
} from 'node:http2'
import { connect as connectPlain } from 'node:net'
import { RestApplication } from 'restmachine'
import type { ServeOptions } from 'restmachine/node'
import { describe, expect, it, onTestFinished } from 'vitest'
import { later } from './load.ts'
import { eventually, served } from './served.ts'

const hasNghttp = spawnSync('nghttp', ['--version']).status === 0
const hasCurl = spawnSync('curl', ['--version']).status === 0
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

function app(seen: string[] = []) {
  return new RestApplication({ logger: { ...console, error: (message) => void seen.push(message) } })
    .get('/', ({ request }) => {
      seen.push('asked')
      return { host: request.host, from: request.remoteAddress }
    })
    .get('/text', ({ request }) => ({ raw: request.raw.url }))
    .get('/large', () => new Uint8Array(5_000_000))
    .get('/wait', async ({ signal }) => {
      signal.addEventListener('abort', () => void seen.push('aborted'))
      seen.push('begun')
      await later(200)
      return { waited: true }
    })
    .get('/fails', () => {
      let isFirst = true
      return new ReadableStream({
        async pull(controller) {
          if (!isFirst) throw new Error('in the middle')
          isFirst = false
          controller.enqueue(new Uint8Array(10))
          await later(20)
        },
      })
    })
    .get('/events', () => {
      seen.push('begun')
      const body = new ReadableStream({
        start: (events) => events.enqueue(new TextEncoder().encode(': here\n\n')),
      })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    })
    .get('/connection', () => new Response('x', { headers: { connection: 'close', upgrade: 'h2c' } }))
    .post('/size', ({ bytesBody }) => ({ size: bytesBody.length }), { bodyLimit: 1_000 })
}

/** A client of a server for one test. */
async function asked(options: ServeOptions = {}, seen: string[] = [], settings = {}) {
  const serving = await served(app(seen), { http2: true, gracefulTimeout: 2_000, ...options })
  const session = connect(serving.url, { settings })
  session.on('error', () => undefined)
  onTestFinished(() => session.destroy())
  await once(session, 'remoteSettings')
  return { serving, session }
}

interface Answered {
  readonly status: number
  readonly head: Readonly<Record<string, unknown>>
  readonly text: string
  /** What the stream was closed with. */
  readonly code: number
}

function begin(session: ClientHttp2Session, fields: OutgoingHttpHeaders, ends = true): ClientHttp2Stream {
  const stream = session.request({ ':path': '/', ...fields }, { endStream: ends })
  return stream.on('error', () => undefined)
}

function answerOn(stream: ClientHttp2Stream): Promise<Answered> {
  return new Promise((resolve) => {
    let head: Record<string, unknown> = {}
    let text = ''
    stream.on('response', (fields) => {
      head = fields
    })
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
    })
    stream.on('close', () => resolve({ status: Number(head[':status']), head, text, code: stream.rstCode }))
  })
}

const ask = (session: ClientHttp2Session, fields: OutgoingHttpHeaders = {}): Promise<Answered> =>
  answerOn(begin(session, fields))

describe('http2', () => {
  it('is spoken on the same port as HTTP/1.1, also when the first bytes come one by one', async () => {
    const { serving, session } = await asked()
    expect((await ask(session)).status).toBe(200)
    const wire = await serving.wire()
    for (const byte of 'PUT') {
      wire.send(byte)
      await later(5)
    }
    wire.ask(' / HTTP/1.1', 'Host: here', 'Content-Length: 0')
    expect((await wire.response()).status).toBe(405)
    expect((await wire.ask('GET / HTTP/1.1', 'Host: here').response()).status).toBe(200)
  })

  it('is off by default: its preface is refused', async () => {
    const serving = await served(app())
    const wire = await serving.wire()
    expect((await wire.send(PREFACE).response()).status).toBeGreaterThanOrEqual(400)
  })

  it.skipIf(!hasCurl)('is spoken with curl (needs curl: apt-get install curl)', async () => {
    const { serving } = await asked()
    const { stdout } = await curl('--http2-prior-knowledge', serving.url)
    expect(stdout).toBe('{"host":"127.0.0.1:PORT","from":"127.0.0.1"}2'.replace('PORT', String(serving.port)))
  })

  it.skipIf(!hasNghttp)('is spoken with nghttp (needs nghttp: apt-get install nghttp2-client)', async () => {
    const { serving } = await asked()
    const { promise, resolve } = Promise.withResolvers<string>()
    const { execFile } = await import('node:child_process')
    execFile('nghttp', ['-nv', '-t', '5', `${serving.url}/fails`], (_, stdout) => resolve(stdout))
    expect(await promise).toMatch(/recv RST_STREAM[\s\S]*error_code=INTERNAL_ERROR/)
  })
})

async function curl(...args: readonly string[]): Promise<{ readonly stdout: string }> {
  const { execFile } = await import('node:child_process')
  const { promise, resolve } = Promise.withResolvers<{ stdout: string }>()
  const own = ['-sS', '--max-time', '5', '-w', '%{http_version}']
  execFile('curl', [...own, ...args], (_, stdout) => resolve({ stdout }))
  return promise
}

describe('requests of HTTP/2', () => {
  it.each<[string, OutgoingHttpHeaders, number]>([
    ['a Host that agrees with :authority', { ':authority': 'a.example', host: 'A.example' }, 200],
    ['a Host that does not (RFC 9113 §8.3.1)', { ':authority': 'a.example', host: 'b.example' }, 400],
    ['an authority that is none', { ':authority': 'a.example:99999' }, 400],
    ['an expectation that nobody knows', { expect: 'wonders' }, 417],
  ])('%s', async (_, fields, status) => {
    const { session } = await asked()
    expect((await ask(session, fields)).status).toBe(status)
  })

  it('name their host in :authority', async () => {
    const { session } = await asked()
    const { text } = await ask(session, { ':authority': 'a.example:81' })
    expect(JSON.parse(text)).toEqual({ host: 'a.example:81', from: '127.0.0.1' })
  })

  it('CONNECT is refused with 501', async () => {
    const { session } = await asked()
    const stream = session.request({ ':method': 'CONNECT', ':authority': 'a.example:443' })
    stream.on('error', () => undefined)
    const [head] = (await once(stream, 'response')) as [Record<string, unknown>]
    expect(head[':status']).toBe(501)
    stream.close()
  })

  it('wait for 100 before their content, where they say so', async () => {
    const { session } = await asked()
    const stream = begin(
      session,
      { ':method': 'POST', ':path': '/size', 'content-type': 'a/b', expect: '100-continue' },
      false,
    )
    const answer = answerOn(stream)
    await once(stream, 'continue')
    stream.end('12345')
    expect((await answer).text).toBe('{"size":5}')
  })

  it('with more header fields than maxHeaderSize get 431, and those at it are served', async () => {
    const { session } = await asked({ maxHeaderSize: 1_000 })
    expect((await ask(session, { 'x-large': 'x'.repeat(800) })).status).toBe(200)
    expect((await ask(session, { 'x-large': 'x'.repeat(1_000) })).status).toBe(431)
  })

  it('abort the signal when their stream is reset', async () => {
    const seen: string[] = []
    const { session } = await asked({}, seen)
    const stream = begin(session, { ':path': '/wait' })
    await eventually(() => seen.includes('begun'))
    stream.close(constants.NGHTTP2_CANCEL)
    await eventually(() => seen.includes('aborted'))
    expect((await ask(session)).status).toBe(200)
  })

  it('that do not stop sending are asked to, after the answer (RFC 9113 §8.1)', async () => {
    const { session } = await asked()
    const stream = begin(session, { ':method': 'POST', ':path': '/size', 'content-type': 'a/b' }, false)
    const answer = answerOn(stream)
    stream.write('x'.repeat(100_000))
    expect(await answer).toMatchObject({ status: 413, code: constants.NGHTTP2_NO_ERROR })
    expect((await ask(session)).status).toBe(200)
  })
})

describe('responses of HTTP/2', () => {
  it('have no fields of the connection (RFC 9113 §8.2.2), and a date', async () => {
    const { session } = await asked()
    const { status, head } = await ask(session, { ':path': '/connection' })
    expect(status).toBe(200)
    expect(Object.keys(head)).toEqual([':status', 'content-type', 'date'])
  })

  it('that fail in the middle are reset, and do not end', async () => {
    const seen: string[] = []
    const { session } = await asked({}, seen)
    const answer = await ask(session, { ':path': '/fails' })
    expect(answer).toMatchObject({ status: 200, code: constants.NGHTTP2_INTERNAL_ERROR })
    expect(answer.text).toHaveLength(10)
    expect(seen).toEqual(['The body of GET /fails broke off'])
  })
})

describe('time-outs of HTTP/2', () => {
  it('headersTimeout closes a connection that says nothing, or nothing after the preface', async () => {
    const { serving } = await asked({ headersTimeout: 200 })
    const [silent, prefaced] = [await serving.wire(), await serving.wire()]
    prefaced.send(`${PREFACE}\0\0\0\x04\0\0\0\0\0`)
    await Promise.all([silent.closed(), prefaced.closed()])
  })

  it('keepAliveTimeout closes an idle one, with GOAWAY', async () => {
    const { session } = await asked({ keepAliveTimeout: 150 })
    await ask(session)
    const [code] = await once(session, 'goaway')
    expect(code).toBe(constants.NGHTTP2_NO_ERROR)
  })

  it('requestTimeout answers 408 to content that does not come', async () => {
    const { session } = await asked({ requestTimeout: 200, headersTimeout: 200 })
    const stream = begin(session, { ':method': 'POST', ':path': '/size', 'content-type': 'a/b' }, false)
    expect((await answerOn(stream)).status).toBe(408)
  })

  it('sendTimeout resets a stream whose client opens no window', async () => {
    const { session } = await asked({ sendTimeout: 200 }, [], { initialWindowSize: 0 })
    const { status, code } = await ask(session, { ':path': '/large' })
    expect([status, code]).toEqual([200, constants.NGHTTP2_CANCEL])
  })
})

describe('clients of HTTP/2 that do harm', () => {
  it('by resetting what they ask for are cut off (CVE-2023-44487)', async () => {
    const { session } = await asked()
    const gone = new Promise((resolve) => session.once('close', resolve))
    for (let count = 0; count < 1_000 && !session.destroyed; count++) {
      begin(session, { ':path': '/wait' }).close(constants.NGHTTP2_CANCEL)
      if (count % 50 === 0) await later(2)
    }
    await gone
  })

  it('by pings are cut off', async () => {
    const { serving } = await asked()
    const socket = connectPlain(serving.port, '127.0.0.1')
    socket.on('error', () => undefined).resume()
    const ping = Buffer.from('\0\0\x08\x06\0\0\0\0\0ABCDEFGH', 'latin1')
    socket.write(Buffer.concat([Buffer.from(`${PREFACE}\0\0\0\x04\0\0\0\0\0`, 'latin1')]))
    for (let count = 0; count < 20 && !socket.destroyed; count++) {
      socket.write(Buffer.concat(Array.from({ length: 100 }, () => ping)))
      await later(5)
    }
    await eventually(() => socket.destroyed)
  })

  it('may have 100 streams open, and no more', async () => {
    const { session } = await asked()
    expect(session.remoteSettings.maxConcurrentStreams).toBe(100)
  })
})

describe('a graceful stop of HTTP/2', () => {
  it('answers what is in flight and what was sent before the client knew, and ends events', async () => {
    const seen: string[] = []
    const { serving, session } = await asked({}, seen)
    const waiting = ask(session, { ':path': '/wait' })
    const events = ask(session, { ':path': '/events' })
    await eventually(() => seen.length >= 2)
    const closing = serving.close()
    const late = ask(session)
    expect([(await waiting).text, (await late).status]).toEqual(['{"waited":true}', 200])
    expect(await events).toMatchObject({ status: 200, code: 0, text: ': here\n\n' })
    expect(await closing).toBe(true)
    await eventually(() => session.destroyed)
  })

  it('does not wait for idle connections', async () => {
    const { serving, session } = await asked({ keepAliveTimeout: 60_000, gracefulTimeout: 5_000 })
    await ask(session)
    const start = performance.now()
    expect(await serving.close()).toBe(true)
    expect(performance.now() - start).toBeLessThan(1_000)
  })

  it('past gracefulTimeout closes what is left', async () => {
    const { serving, session } = await asked({ gracefulTimeout: 100, requestTimeout: 0 })
    begin(session, { ':method': 'POST', ':path': '/size', 'content-type': 'a/b' }, false)
    await later(50)
    expect(await serving.close()).toBe(false)
    await eventually(() => session.destroyed)
  })

  it('loses none of the requests of a load', async () => {
    const seen: string[] = []
    const { serving, session } = await asked({}, seen)
    const answers: Promise<Answered>[] = []
    let isOver = false
    session.on('goaway', () => {
      isOver = true
    })
    const begun = (async () => {
      while (!isOver && !session.closed) {
        for (let count = 0; count < 20; count++) answers.push(ask(session))
        await later(3)
      }
    })()
    await later(150)
    expect(await serving.close()).toBe(true)
    await begun
    const all = await Promise.all(answers)
    const served = all.filter(({ status }) => status === 200)
    expect(served.length).toBeGreaterThan(50)
    expect(seen).toHaveLength(served.length)
    // What the client had in hand when it heard is not sent, and told to be safe to ask again.
    const { NGHTTP2_REFUSED_STREAM } = constants
    expect(all.filter(({ status, code }) => status !== 200 && code !== NGHTTP2_REFUSED_STREAM)).toEqual([])
  })
})
