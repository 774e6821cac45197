import { execFileSync } from 'node:child_process'
import type { Socket } from 'node:net'
import { RestApplication, streams } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { at, curl, describeWithCurl } from '../clients/curl.ts'
import { quiet } from '../decisions/asking.ts'
import { eventually, served } from '../server/served.ts'

const LARGE = 30_000_000

function app() {
  return new RestApplication({ logger: quiet })
    .get(
      '/events',
      async function* () {
        yield { id: 1, data: 'one' }
        throw new Error('The source broke')
      },
      { provides: streams() },
    )
    .get('/large', () => failing('x'.repeat(LARGE)))
    .get('/counted', () => new Response(failing('half'), { headers: { 'content-length': '8' } }))
}

function failing(text: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
    pull: () => Promise.reject(new Error('The source broke')),
  })
}

describeWithCurl('a stream that fails (RFC 9112 §8)', () => {
  it.each([
    // 18: the last chunk did not come. 56: the connection was reset.
    ['--http1.1', '/events', 18, 'id: 1\ndata: one\n\n'],
    ['--http1.0', '/events', 56, 'id: 1\ndata: one\n\n'],
    ['--http1.1', '/counted', 18, 'half'],
    ['--http1.0', '/counted', 18, 'half'],
  ])('gives what came before, and is no complete response (%s %s)', async (version, path, code, text) => {
    const { url } = await served(app())
    const accept = ['-H', 'Accept: text/event-stream, */*;q=0.1']
    const got = await curl('--no-buffer', version, ...accept, url + path)
    assert.deepEqual([got.text, got.code], [text, code])
  })
})

describeWithCurl('a stream that fails for a client of HTTP/1.0', () => {
  const asking = ['--no-buffer', '--http1.0', '--no-alpn', '--insecure']

  it('is no complete response where it is encrypted', async () => {
    const [key, cert] = [at('key.pem'), at('cert.pem')]
    const asked = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost']
    execFileSync('openssl', [...asked, '-keyout', key, '-out', cert], { stdio: 'ignore' })
    const { url } = await served(app(), { tls: { key, cert } })
    const { text, code } = await curl(...asking, `${url}/events`)
    assert.deepEqual([text, code], ['[{"id":1,"data":"one"}', 56])
  })

  it('ends well enough over a Unix socket, which cannot be reset', async () => {
    const path = at('socket')
    await served(app(), { unix: path })
    const { text, code } = await curl(...asking, '--unix-socket', path, 'http://localhost/counted')
    assert.deepEqual([text, code], ['half', 18])
    assert.equal((await curl(...asking, '--unix-socket', path, 'http://localhost/events')).code, 0)
  })
})

describe('a stream that fails', () => {
  // A reset, which HTTP/1.0 needs, throws away what the system has not sent yet.
  it('gives a slow client all that came before (HTTP/1.1)', async () => {
    const wire = await (await served(app())).wire()
    wire.socket.pause()
    wire.ask('GET /large HTTP/1.1', 'Host: a')
    await new Promise((resolve) => setTimeout(resolve, 100))
    wire.socket.resume()
    await wire.closed()
    assert.isAbove(wire.rest.length, LARGE)
    assert.isFalse(wire.rest.endsWith('0\r\n\r\n'))
  })

  it.each(['1.1', '1.0'])('does not wait for ever for one that takes nothing (HTTP/%s)', async (version) => {
    let connection: Socket | undefined
    let broken = Number.NaN
    const app = new RestApplication({ logger: quiet }).get(
      '/',
      () =>
        new ReadableStream({
          async pull(controller) {
            await new Promise((resolve) => setImmediate(resolve))
            // Now the system takes no more, and what is written waits.
            if (connection?.writableLength !== 0) {
              broken = performance.now()
              throw new Error('The source broke')
            }
            controller.enqueue(new Uint8Array(10_000))
          },
        }),
    )
    const { server, wire } = await served(app, { sendTimeout: 100 })
    server.once('connection', (socket) => (connection = socket))
    const { socket } = await wire()
    socket.pause()
    socket.write(`GET / HTTP/${version}\r\nHost: a\r\n\r\n`)
    await eventually(() => connection?.destroyed === true)
    assert.isAtLeast(performance.now() - broken, 100 - 1)
  })
})
