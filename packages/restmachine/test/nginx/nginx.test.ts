import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { request as requestOverTls } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { RestApplication, streams } from 'restmachine'
import type { ServeOptions } from 'restmachine/node'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createLog } from '../application/asking.ts'
import { eventually, served } from '../server/served.ts'
import { Wire } from '../server/wire.ts'
import { describeWithNginx, startNginx } from './nginx.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const LARGE = 20 * 2 ** 20

/** What a test holds of what happens within the application. */
interface Held {
  next: () => void
  left: boolean
  read: number
  /** How many bytes of a stream were asked for. */
  given: number
}

function app(held: Held) {
  return new RestApplication({ logger: createLog() })
    .compression({ minimumSize: 100 })
    .get('/seen', ({ request: { remoteAddress, protocol, host, raw } }) => ({
      remoteAddress,
      protocol,
      host,
      url: raw.url,
      forwarded: raw.headers.get('forwarded'),
    }))
    .get('/text', () => LETTERS.repeat(100))
    .resource('/tagged', (tagged) => tagged.etag(() => 'one').get(() => ({ tagged: true })))
    .get('/letters', () => new Blob([LETTERS], { type: 'text/plain' }))
    .get(
      '/events',
      async function* () {
        for (let at = 1; ; at++) {
          yield { at }
          await new Promise<void>((resolve) => {
            held.next = resolve
          })
        }
      },
      { provides: streams() },
    )
    .get(
      '/cut',
      async function* () {
        yield 'first'
        await new Promise<void>((resolve) => {
          held.next = resolve
        })
        throw new Error('the source is gone')
      },
      { provides: streams() },
    )
    .get('/large', ({ signal }) => {
      return new ReadableStream({
        pull(controller) {
          held.given += 65_536
          controller.enqueue(new Uint8Array(65_536))
          if (held.given >= 10 * LARGE || signal.aborted) controller.close()
        },
      })
    })
    .get('/wait', async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      held.left = true
    })
    .post(
      '/upload',
      async ({ body }) => {
        for await (const chunk of body ?? []) held.read += chunk.length
        return { size: held.read }
      },
      { bodyLimit: LARGE },
    )
    .post('/small', ({ bytesBody }) => bytesBody.length, { bodyLimit: 1_000 })
}

async function behindNginx(options: ServeOptions = {}, tls = false) {
  const held: Held = { next: () => undefined, left: false, read: 0, given: 0 }
  const serving = await served(app(held), { trustProxy: 'loopback', ...options })
  const nginx = await startNginx(options.unix ? `unix:${options.unix}` : `127.0.0.1:${serving.port}`, { tls })
  return { ...serving, ...nginx, held, application: serving, wire: () => Wire.open(nginx) }
}

/** Asks with `node:http`, whose fields are those that are given. */
function seen(options: object, ask = request): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    ask({ path: '/seen', agent: false, ...options }, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString()
      if (response.statusCode === 200) resolve(JSON.parse(text))
      else reject(new Error(`${response.statusCode}: ${text}`))
    })
      .on('error', reject)
      .end()
  })
}

function readerOf(body: Response['body']): ReadableStreamDefaultReader<string> {
  return (body as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(new TextDecoderStream()).getReader()
}

describeWithNginx('an application behind nginx', () => {
  it('sees the client, whatever it makes up', async () => {
    const { port, url } = await behindNginx()
    const headers = {
      'x-forwarded-for': '192.0.2.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'forged.example',
      forwarded: 'for=192.0.2.2;host=forged.example',
    }
    expect(await seen({ port, headers, localAddress: '127.0.0.9', host: '127.0.0.1' })).toEqual({
      // A client on this machine is trusted, too, but nginx says nothing that the client has said.
      remoteAddress: '127.0.0.9',
      protocol: 'http',
      host: `127.0.0.1:${port}`,
      url: `${url}/seen`,
      forwarded: null,
    })
  })

  it('sees that the client speaks TLS', async () => {
    const { tlsPort } = await behindNginx({}, true)
    const options = {
      port: tlsPort,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      headers: { host: 'a.example' },
    }
    expect(await seen(options, requestOverTls)).toMatchObject({
      protocol: 'https',
      host: 'a.example',
      url: 'https://a.example/seen',
    })
  })

  it('sees a client of HTTP/1.0, which names no host', async () => {
    const { wire } = await behindNginx()
    const client = await wire()
    const { status, body } = await client.ask('GET /seen HTTP/1.0').response()
    expect([status, JSON.parse(String(body))]).toMatchObject([200, { remoteAddress: '127.0.0.1' }])
  })

  it('sees the client over a Unix socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nginx-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const { port } = await behindNginx({ unix: join(folder, 'app.sock'), trustProxy: 'unix' })
    expect(await seen({ port, host: '127.0.0.1', localAddress: '127.0.0.9' })).toMatchObject({
      remoteAddress: '127.0.0.9',
    })
  })

  it('is asked over one connection that is kept', async () => {
    const { url, application } = await behindNginx()
    const accepted = vi.fn()
    application.server.on('connection', accepted)
    for (let at = 0; at < 10; at++) expect((await fetch(`${url}/seen`)).status).toBe(200)
    expect(accepted).toHaveBeenCalledTimes(1)
  })

  it('sends events one by one', async () => {
    const { url, held } = await behindNginx()
    const { body } = await fetch(`${url}/events`, { headers: { accept: 'text/event-stream' } })
    const reader = readerOf(body)
    for (let at = 1; at <= 3; at++) {
      // Nothing more comes before it is asked for.
      expect((await reader.read()).value).toBe(`data: {"at":${at}}\n\n`)
      held.next()
    }
    await reader.cancel()
  })

  it('takes in 20 MB as they come', async () => {
    const { port, held } = await behindNginx()
    const asking = request({ port, path: '/upload', method: 'POST', headers: { 'content-type': 'a/b' } })
    const answered = new Promise<string>((resolve, reject) => {
      asking.on('error', reject).on('response', async (response) => {
        resolve(Buffer.concat(await response.toArray()).toString())
      })
    })
    const half = randomBytes(LARGE / 2)
    asking.write(half)
    await eventually(() => held.read === half.length, 'The first half in the application')
    asking.end(half)
    expect(await answered).toBe(`{"size":${LARGE}}`)
  })

  it('refuses content that is too long with its own words', async () => {
    const { url } = await behindNginx()
    const body = randomBytes(1_001)
    const response = await fetch(`${url}/small`, { method: 'POST', body, headers: { 'content-type': 'a/b' } })
    expect([response.status, response.headers.get('content-type')]).toEqual([413, 'application/problem+json'])
  })

  it('compresses once', async () => {
    const { wire } = await behindNginx()
    const client = await wire()
    const response = await client.ask('GET /text HTTP/1.1', 'Host: a', 'Accept-Encoding: gzip').response()
    expect(response.headers.filter(([name]) => name === 'content-encoding')).toEqual([
      ['content-encoding', 'gzip'],
    ])
    expect(JSON.parse(String(gunzipSync(response.body)))).toBe(LETTERS.repeat(100))
    // Below the threshold of the application nginx would code it, and weaken its tag.
    const small = await client.ask('GET /tagged HTTP/1.1', 'Host: a', 'Accept-Encoding: gzip').response()
    expect([small.header('content-encoding'), small.header('etag')]).toEqual([undefined, '"one"'])
  })

  it('answers 304 and 412 by its own tags', async () => {
    const { url } = await behindNginx()
    const by = async (headers: Record<string, string>) => (await fetch(`${url}/tagged`, { headers })).status
    expect(await by({ 'if-none-match': '"one"' })).toBe(304)
    expect(await by({ 'if-none-match': '"two"' })).toBe(200)
    expect(await by({ 'if-match': '"two"' })).toBe(412)
  })

  it('answers with parts', async () => {
    const { url } = await behindNginx()
    const response = await fetch(`${url}/letters`, { headers: { range: 'bytes=2-4' } })
    expect([response.status, response.headers.get('content-range'), await response.text()]).toEqual([
      206,
      'bytes 2-4/26',
      'cde',
    ])
    expect((await fetch(`${url}/letters`, { headers: { range: 'bytes=26-' } })).status).toBe(416)
  })

  it('cuts a stream that fails, and the client sees it', async () => {
    const { url, held } = await behindNginx()
    const { body, status } = await fetch(`${url}/cut`, { headers: { accept: 'application/x-ndjson' } })
    const reader = readerOf(body)
    expect([status, (await reader.read()).value]).toEqual([200, '"first"\n'])
    held.next()
    await expect(reader.read()).rejects.toThrow('terminated')
  })

  it('makes no more of a stream than the client takes', async () => {
    const { wire, held } = await behindNginx()
    const client = await wire()
    client.socket.pause()
    client.ask('GET /large HTTP/1.1', 'Host: a')
    let before = -1
    while (held.given !== before) {
      before = held.given
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    // What the buffers of four sockets hold. With buffering nginx takes all in, and writes it to a file.
    expect(before).toBeGreaterThan(0)
    expect(before).toBeLessThan(5 * LARGE)
  })

  it('hears that the client has left', async () => {
    const { wire, held } = await behindNginx()
    const client = await wire()
    client.ask('GET /wait HTTP/1.1', 'Host: a')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(held.left).toBe(false)
    client.socket.destroy()
    await eventually(() => held.left, 'The end of the request')
  })
})
