import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { BlockList } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RestApplication } from 'restmachine'
import { type ServeOptions, serve, serveWorkers, type TrustProxyOption } from 'restmachine/node'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventually, served } from './served.ts'

const FORGED = {
  'x-forwarded-for': '192.0.2.1',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'a.example:8443',
  forwarded: 'for=192.0.2.2;proto=https;host=b.example',
}

function app(hosts?: readonly string[]) {
  return new RestApplication(hosts && { hosts }).get('/', ({ request, requestHeaders }) => ({
    address: request.remoteAddress,
    protocol: request.protocol,
    host: request.host,
    field: requestHeaders.get('host'),
    url: request.raw.url,
  }))
}

interface Seen {
  readonly status: number
  readonly address?: string
  readonly protocol?: string
  readonly host?: string
  readonly field?: string
  readonly url?: string
}

/** What the application sees of a request. */
function seen(where: object, headers: Readonly<Record<string, string>> = FORGED): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const asking = request({ ...where, headers, agent: false }, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString()
      resolve({ status: response.statusCode, ...JSON.parse(text) })
    })
    asking.on('error', reject).end()
  })
}

async function seenWith(
  trustProxy: TrustProxyOption,
  headers?: Readonly<Record<string, string>>,
  options = {},
) {
  const { port } = await served(app(), { trustProxy, ...options })
  return seen({ port, host: '127.0.0.1' }, headers)
}

describe('a client behind a proxy that is trusted', () => {
  it.each([
    ['by its address', '127.0.0.1'],
    ['by its network', ['10.0.0.0/8', '127.0.0.0/8']],
    ['by a list with commas', '10.0.0.0/8, ::1, loopback'],
    ['by a name', 'loopback'],
  ])('is seen %s', async (_, trustProxy) => {
    expect(await seenWith(trustProxy)).toEqual({
      status: 200,
      address: '192.0.2.1',
      protocol: 'https',
      host: 'a.example:8443',
      field: 'a.example:8443',
      url: 'https://a.example:8443/',
    })
  })

  it('is seen by a BlockList, also one that is filled later', async () => {
    const list = new BlockList()
    const { port } = await served(app(), { trustProxy: list })
    const where = { port, host: '127.0.0.1' }
    expect(await seen(where)).toMatchObject({ address: '127.0.0.1' })
    list.addAddress('127.0.0.1')
    expect(await seen(where)).toMatchObject({ address: '192.0.2.1' })
  })

  it('is seen by Forwarded, when that is what the proxy writes', async () => {
    expect(await seenWith({ addresses: 'loopback', fields: 'forwarded' })).toMatchObject({
      address: '192.0.2.2',
      protocol: 'https',
      host: 'b.example',
    })
  })

  it('is seen on a socket of both families', async () => {
    const { port } = await served(app(), { trustProxy: '127.0.0.1', host: '::' })
    expect(await seen({ port, host: '127.0.0.1' })).toMatchObject({ address: '192.0.2.1' })
    expect(await seen({ port, host: '::1' })).toMatchObject({ address: '::1', protocol: 'http' })
  })

  it('is the proxy itself when it tells of nobody', async () => {
    const { port } = await served(app(), { trustProxy: 'loopback' })
    const host = `127.0.0.1:${port}`
    expect(await seen({ port, host: '127.0.0.1' }, {})).toEqual({
      status: 200,
      address: '127.0.0.1',
      protocol: 'http',
      host,
      field: host,
      url: `http://${host}/`,
    })
  })

  it('gets 400 for a host that cannot be read', async () => {
    expect(await seenWith('loopback', { 'x-forwarded-host': 'a b' })).toMatchObject({ status: 400 })
  })

  it('is in the access log', async () => {
    const lines: string[] = []
    const accessLog = { format: 'common', write: (line: string) => void lines.push(line) } as const
    await seenWith('loopback', FORGED, { accessLog })
    await seenWith('10.0.0.1', FORGED, { accessLog })
    await eventually(() => lines.length === 2)
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['192.0.2.1', '127.0.0.1'])
  })

  it('asks for one of the hosts that are served', async () => {
    const { port } = await served(app(['a.example']), { trustProxy: 'loopback' })
    const where = { port, host: '127.0.0.1' }
    expect(await seen(where)).toMatchObject({ status: 200 })
    expect(await seen(where, { ...FORGED, 'x-forwarded-host': 'c.example' })).toMatchObject({ status: 421 })
  })
})

describe('whoever else sends such fields', () => {
  it.each<[string, ServeOptions]>([
    ['with nobody trusted', {}],
    ['with false', { trustProxy: false }],
    ['with others trusted', { trustProxy: ['10.0.0.0/8', '127.0.0.2', '::1', 'unix'] }],
    ['with an empty BlockList', { trustProxy: new BlockList() }],
  ])('is not believed %s', async (_, options) => {
    const { port } = await served(app(), options)
    const host = `127.0.0.1:${port}`
    expect(await seen({ port, host: '127.0.0.1' })).toEqual({
      status: 200,
      address: '127.0.0.1',
      protocol: 'http',
      host,
      field: host,
      url: `http://${host}/`,
    })
  })

  it('gets nobody past the list of hosts', async () => {
    const { port } = await served(app(['a.example']))
    expect(await seen({ port, host: '127.0.0.1' })).toMatchObject({ status: 421 })
  })

  it('is not believed beside a proxy that is', async () => {
    const { port } = await served(app(), { trustProxy: '127.0.0.2' })
    const where = { port, host: '127.0.0.1' }
    expect(await seen({ ...where, localAddress: '127.0.0.2' })).toMatchObject({ address: '192.0.2.1' })
    expect(await seen({ ...where, localAddress: '127.0.0.3' })).toMatchObject({ address: '127.0.0.3' })
  })

  it('is not believed in what stands before its own address', async () => {
    expect(await seenWith('loopback', { 'x-forwarded-for': '127.0.0.1, 192.0.2.9' })).toMatchObject({
      address: '192.0.2.9',
    })
  })
})

describe('the same words elsewhere', () => {
  it('are there in process, as far as the URL tells', async () => {
    const response = await app().fetch(new Request('https://a.example:8443/'))
    expect(await response.json()).toMatchObject({ protocol: 'https', host: 'a.example:8443' })
  })

  it('are there for a reading on behalf of a write', async () => {
    const written = new RestApplication().resource('/', (resource) =>
      resource
        .etag('auto')
        .get(({ request: { remoteAddress, protocol, host } }) => ({ remoteAddress, protocol, host }))
        .put(() => undefined),
    )
    const { url } = await served(written, { trustProxy: 'loopback' })
    const read = await fetch(url, { headers: FORGED })
    expect(await read.json()).toEqual({
      remoteAddress: '192.0.2.1',
      protocol: 'https',
      host: 'a.example:8443',
    })
    const headers = { ...FORGED, 'if-match': read.headers.get('etag') ?? '' }
    expect((await fetch(url, { method: 'PUT', headers })).status).toBe(204)
    const others = { ...headers, 'x-forwarded-for': '192.0.2.3' }
    expect((await fetch(url, { method: 'PUT', headers: others })).status).toBe(412)
  })
})

describe('on a Unix socket', () => {
  async function seenOnPath(trustProxy: TrustProxyOption) {
    const folder = await mkdtemp(join(tmpdir(), 'trust-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const unix = join(folder, 'app.sock')
    await served(app(), { unix, trustProxy })
    return seen({ socketPath: unix })
  }

  it('a proxy is trusted only when that is said', async () => {
    expect(await seenOnPath('unix')).toMatchObject({ address: '192.0.2.1', host: 'a.example:8443' })
    for (const other of [false, 'loopback', '0.0.0.0/0'] as const)
      expect(await seenOnPath(other)).toMatchObject({ host: 'localhost', protocol: 'http' })
    expect((await seenOnPath('loopback')).address).toBeUndefined()
  })
})

describe('trustProxy', () => {
  it.each([
    [true, 'true would believe whoever connects; name the proxies'],
    [1, 'got 1'],
    [null, 'got null'],
    ['', 'got ""'],
    [[], 'got []'],
    [['127.0.0.1', 3], 'got 3'],
    ['localhost', 'got "localhost"'],
    ['loopbak', 'got "loopbak"; did you mean "loopback"?'],
    ['constructor', 'got "constructor"'],
    ['127.0.0.1/33', 'got "127.0.0.1/33"; behind the / stands a number from 0 to 32'],
    ['::1/129', 'got "::1/129"; behind the / stands a number from 0 to 128'],
    ['10.0.0.0/', 'got "10.0.0.0/"; behind the / stands a number from 0 to 32'],
    ['10.0.0.0/8/8', 'got "10.0.0.0/8/8"'],
    ['10.0.0.0/255.0.0.0', 'got "10.0.0.0/255.0.0.0"; behind the / stands a number from 0 to 32'],
    ['fe80::1%eth0', 'got "fe80::1%eth0"'],
    [{ adresses: 'loopback' }, 'there is no option "adresses"; did you mean "addresses"?'],
    [{ addresses: 'loopback', fields: 'x' }, 'fields is "x-forwarded" or "forwarded", got "x"'],
    [{ fields: 'forwarded' }, 'got undefined'],
  ])('%j is refused', async (trustProxy, reason) => {
    const fault = await serve(app(), { port: 0, signals: false, trustProxy } as ServeOptions).then(
      (serving) => serving.close().then(() => 'it serves'),
      (error: Error) => error.message,
    )
    expect(fault).toBe(
      `Cannot serve: trustProxy is false, or the addresses of proxies: "127.0.0.1", "10.0.0.0/8", "loopback", "private", "unix": ${reason}`,
    )
  })

  it('bounds a network at its edges', async () => {
    const { port } = await served(app(), { trustProxy: '127.0.0.4/30' })
    const from = async (localAddress: string) =>
      (await seen({ port, host: '127.0.0.1', localAddress })).address
    expect(await from('127.0.0.3')).toBe('127.0.0.3')
    expect(await from('127.0.0.4')).toBe('192.0.2.1')
    expect(await from('127.0.0.7')).toBe('192.0.2.1')
    expect(await from('127.0.0.8')).toBe('127.0.0.8')
  })

  it('goes to workers as data only', async () => {
    const serving = serveWorkers('app.ts', { trustProxy: { addresses: new BlockList() } })
    await expect(serving).rejects.toThrow('give them a list of addresses')
  })
})
