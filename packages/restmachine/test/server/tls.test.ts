import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect as connectPlain } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { RestApplication, type RestRequest } from 'restmachine'
import { type ServeOptions, serve, type TlsOptions } from 'restmachine/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { later } from './load.ts'
import { eventually, served } from './served.ts'

const run = promisify(execFile)
const OPENSSL = 'openssl'
const hasOpenssl = spawnSync(OPENSSL, ['version']).status === 0
const hasCurl = spawnSync('curl', ['--version']).status === 0

let folder = ''
const at = (name: string): string => join(folder, name)

function openssl(...args: readonly string[]): void {
  execFileSync(OPENSSL, args, { stdio: 'pipe' })
}

/** A key, and a certificate for `localhost` signed by `issuer`, or by itself. */
function certify(name: string, issuer?: string): void {
  const key = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    at(`${name}.key`),
  ]
  const subject = [
    '-subj',
    `/CN=${name}`,
    '-addext',
    'subjectAltName=DNS:localhost,IP:127.0.0.1',
    '-days',
    '2',
  ]
  const signer = issuer === undefined ? [] : ['-CA', at(`${issuer}.pem`), '-CAkey', at(`${issuer}.key`)]
  openssl('req', '-x509', ...key, ...subject, ...signer, '-out', at(`${name}.pem`))
}

function app() {
  return new RestApplication()
    .get('/', ({ request }) => ({ url: request.raw.url, client: request.clientCert?.subject }))
    .get('/slow', async () => {
      await later(200)
      return { slow: true }
    })
    .post('/size', ({ bytesBody }) => ({ size: bytesBody.length }), { bodyLimit: 1_000_000 })
}

async function faultOf(tls: unknown): Promise<string> {
  return serve(app(), { port: 0, signals: false, tls } as ServeOptions).then(
    (serving) => serving.close().then(() => 'it serves'),
    (error: Error) => error.message,
  )
}

describe.skipIf(!hasOpenssl)('tls (needs openssl: apt-get install openssl)', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tls-'))
    certify('root')
    certify('server', 'root')
    certify('client', 'root')
    certify('stranger')
    openssl('pkey', '-in', at('server.key'), '-aes256', '-passout', 'pass:secret', '-out', at('locked.key'))
    writeFileSync(at('text.pem'), 'no certificate')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const files = (): TlsOptions => ({ key: at('server.key'), cert: at('server.pem') })

  it.skipIf(!hasCurl)('is spoken with curl, from files or from PEM', async () => {
    const pem = { key: readFileSync(at('server.key'), 'utf8'), cert: readFileSync(at('server.pem'), 'utf8') }
    for (const tls of [files(), pem]) {
      const { url, port } = await served(app(), { tls })
      expect(url).toBe(`https://127.0.0.1:${port}`)
      const { stdout } = await run('curl', ['-sS', '--cacert', at('root.pem'), `${url}/`])
      expect(JSON.parse(stdout)).toEqual({ url: `${url}/` })
    }
  })

  it.skipIf(!hasCurl)('keeps to minVersion', async () => {
    const { url } = await served(app(), { tls: { ...files(), minVersion: 'TLSv1.3' } })
    const ask = (...how: readonly string[]) =>
      run('curl', ['-sS', ...how, '--cacert', at('root.pem'), `${url}/`])
    await expect(ask('--tls-max', '1.2')).rejects.toThrow(/alert protocol version/)
    expect((await ask('--tlsv1.3')).stdout).toContain('https:')
    const { url: older } = await served(app(), { tls: files() })
    expect(
      (await run('curl', ['-sS', '--tls-max', '1.2', '--cacert', at('root.pem'), older])).stdout,
    ).toContain('https:')
  })

  it.skipIf(!hasCurl).each([
    ['--http1.1', false],
    ['--http2', true],
  ])('with requestCert serves only those whose certificate ca has signed, %s', async (version, http2) => {
    const tls = { ...files(), ca: at('root.pem'), requestCert: true }
    const { url } = await served(app(), { tls, http2 })
    const ask = (...how: readonly string[]) =>
      run('curl', ['-sS', version, ...how, '--cacert', at('root.pem'), `${url}/`])
    const show = (name: string) => ask('--cert', at(`${name}.pem`), '--key', at(`${name}.key`))
    expect(JSON.parse((await show('client')).stdout).client).toBe('CN=client')
    await expect(ask()).rejects.toThrow(/certificate required|curl: \((?:16|18|35|52|55|56|92)\)/)
    await expect(show('stranger')).rejects.toThrow(/curl: \((?:16|18|35|52|55|56|92)\)/)
  })

  it.skipIf(!hasCurl)(
    'keeps nothing of what came of the certificate of a client, unless all get it',
    async () => {
      let runs = 0
      const who = ({ request }: { request: RestRequest }) => `${request.clientCert?.subject} ${++runs}`
      const stored = { maxAge: 60, store: true } as const
      const keeping = new RestApplication()
        .get('/own', who, { cacheResponse: stored })
        .get('/all', who, { cacheResponse: { ...stored, public: true } })
      const tls = { ...files(), ca: at('root.pem'), requestCert: true }
      const { url } = await served(keeping, { tls })
      const show = async (name: string, path: string): Promise<string> => {
        const client = ['--cert', at(`${name}.pem`), '--key', at(`${name}.key`), '--cacert', at('root.pem')]
        return (await run('curl', ['-sS', ...client, url + path])).stdout
      }
      expect(await show('client', '/own')).toBe('"CN=client 1"')
      expect(await show('server', '/own')).toBe('"CN=server 2"')
      expect(await show('client', '/all')).toBe('"CN=client 3"')
      expect(await show('server', '/all')).toBe('"CN=client 3"')
    },
  )

  it('stops as gracefully as without: slow requests and uploads end, idle and half-made connections do not hold it', async () => {
    const { port, close } = await served(app(), { tls: files(), gracefulTimeout: 5_000 })
    const ca = readFileSync(at('root.pem'))
    const ask = (method: string, path: string) =>
      request({ port, host: '127.0.0.1', method, path, ca, agent: false })
    const status = (asking: ReturnType<typeof ask>) =>
      new Promise((resolve, reject) => {
        asking.once('response', (response) => resolve(response.resume().statusCode)).once('error', reject)
      })
    const slow = ask('GET', '/slow')
    const upload = ask('POST', '/size').setHeader('content-type', 'a/b').setHeader('content-length', 200_000)
    const answers = [status(slow), status(upload)]
    slow.end()
    upload.write('x'.repeat(100_000))
    const idle = connect({ port, host: '127.0.0.1', ca })
    const halfMade = connectPlain(port, '127.0.0.1')
    const gone = [idle, halfMade].map((socket) => new Promise((resolve) => socket.once('close', resolve)))
    for (const socket of [idle, halfMade]) socket.on('error', () => undefined)
    await later(150)
    const begin = performance.now()
    const closing = close()
    await later(150)
    upload.end('x'.repeat(100_000))
    expect(await Promise.all(answers)).toEqual([200, 200])
    expect(await closing).toBe(true)
    expect(performance.now() - begin).toBeLessThan(2_000)
    await Promise.all(gone)
  })

  it('closes the connection of who speaks something else, and lives on', async () => {
    const { port, url } = await served(app(), { tls: files() })
    const plain = connectPlain(port, '127.0.0.1')
    let isClosed = false
    plain
      .on('error', () => undefined)
      .on('close', () => {
        isClosed = true
      })
    plain.resume().write('GET / HTTP/1.1\r\nHost: here\r\n\r\n')
    await eventually(() => isClosed)
    const ca = readFileSync(at('root.pem'))
    const asking = request(url, { ca }).end()
    const code = await new Promise((resolve) =>
      asking.once('response', (response) => resolve(response.resume().statusCode)),
    )
    expect(code).toBe(200)
  })

  it('gives up a handshake that takes too long', async () => {
    const { port } = await served(app(), { tls: files(), headersTimeout: 200 })
    const silent = connectPlain(port, '127.0.0.1')
    let isClosed = false
    silent.on('close', () => {
      isClosed = true
    })
    silent.on('error', () => undefined).resume()
    await eventually(() => isClosed, 'The end of the handshake', 3_000)
  })

  it.each([
    ['HTTP/1.1 alone', false, 'h2,http/1.1', 'http/1.1'],
    ['HTTP/2 first, with http2', true, 'http/1.1,h2', 'h2'],
    ['HTTP/1.1 to who knows nothing else, with http2', true, 'http/1.1', 'http/1.1'],
    ['nothing to who speaks only HTTP/2', false, 'h2', 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL'],
  ])('agrees by ALPN on %s (RFC 7301 §3.2)', async (_, http2, offered, agreed) => {
    const { port } = await served(app(), { tls: files(), http2 })
    const ALPNProtocols = offered.split(',')
    const socket = connect({ port, host: '127.0.0.1', ALPNProtocols, rejectUnauthorized: false })
    const what = await new Promise((resolve) => {
      socket.on('secureConnect', () => resolve(socket.alpnProtocol))
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    })
    socket.destroy()
    expect(what).toBe(agreed)
  })

  it.each<[string, () => unknown, string]>([
    ['no object', () => true, 'Cannot serve: tls is an object with key and cert'],
    [
      'no key',
      () => ({ cert: at('server.pem') }),
      'Cannot serve: tls.key is missing: PEM, or the path of a file',
    ],
    [
      'no file',
      () => ({ ...files(), cert: 'none.pem' }),
      'Cannot serve: tls.cert: there is no file none.pem',
    ],
    [
      'a key of another',
      () => ({ ...files(), key: at('client.key') }),
      'Cannot serve: tls.key does not belong to cert',
    ],
    [
      'no PEM',
      () => ({ ...files(), cert: at('text.pem') }),
      'Cannot serve: tls.cert is no certificate in PEM',
    ],
    [
      'the wrong way round',
      () => ({ key: at('server.pem'), cert: at('server.key') }),
      'Cannot serve: tls.cert is no certificate in PEM',
    ],
    [
      'an encrypted key',
      () => ({ ...files(), key: at('locked.key') }),
      'Cannot serve: tls.key is encrypted; decrypt it first: openssl pkey -in key.pem',
    ],
    [
      'requestCert alone',
      () => ({ ...files(), requestCert: true }),
      'Cannot serve: tls.requestCert needs ca, which signs the certificates of clients',
    ],
    [
      'an old version',
      () => ({ ...files(), minVersion: 'TLSv1' }),
      'Cannot serve: tls.minVersion is one of TLSv1.2, TLSv1.3, got "TLSv1"',
    ],
    [
      'an unknown option',
      () => ({ ...files(), certt: '' }),
      'Cannot serve: tls.certt is no option; did you mean "cert"?',
    ],
  ])('%s is one clear error', async (_, tls, message) => {
    expect(await faultOf(tls())).toBe(message)
  })
})
