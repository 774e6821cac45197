import { rm } from 'node:fs/promises'
import { brotliDecompressSync, gunzipSync, gzipSync, zstdDecompressSync } from 'node:zlib'
import { RestApplication } from 'restmachine'
import { afterEach, assert, beforeEach, describe, it, vi } from 'vitest'
import { expectStatus, quiet } from '../decisions/asking.ts'
import { served } from '../server/served.ts'
import { at, CODE, write } from './files-directory.ts'

const create = () => new RestApplication({ logger: quiet }).files('/', at('public'))

const decode = {
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
  gzip: gunzipSync,
  identity: (bytes: Uint8Array) => Buffer.from(bytes),
}

function taking(coding: string): { headers: Record<string, string> } {
  return { headers: { 'accept-encoding': coding } }
}

describe('a file that lies in several codings beside itself (RFC 9110 §12.5.3)', () => {
  it.for([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, zstd', 'zstd'],
    ['gzip', 'gzip'],
    ['br;q=0.1, gzip;q=0.2', 'gzip'],
    ['deflate', 'identity'],
    ['', 'identity'],
    ['identity;q=0, *;q=0.1', 'br'],
  ] as const)('comes, for %j, as %s', async ([accepted, coding]) => {
    const serving = await served(create())
    const wire = await serving.wire()
    const response = await wire
      .ask('GET /app.js HTTP/1.1', 'Host: a', `Accept-Encoding: ${accepted}`)
      .response()
    assert.equal(response.status, 200)
    assert.equal(response.header('content-encoding') ?? 'identity', coding)
    assert.equal(response.header('content-type'), 'text/javascript; charset=utf-8')
    assert.equal(response.header('vary'), 'accept-encoding')
    assert.equal(response.header('content-length'), String(response.body.length))
    assert.equal(decode[coding](response.body).toString(), CODE)
    const head = await wire
      .ask('HEAD /app.js HTTP/1.1', 'Host: a', `Accept-Encoding: ${accepted}`)
      .response('HEAD')
    const dateless = (headers: typeof head.headers) => headers.filter(([name]) => name !== 'date')
    assert.deepEqual(dateless(head.headers), dateless(response.headers))
  })

  it('comes as it is to those who say nothing of codings', async () => {
    const serving = await served(create())
    const response = await (await serving.wire()).ask('GET /app.js HTTP/1.1', 'Host: a').response()
    assert.isUndefined(response.header('content-encoding'))
    assert.equal(response.header('vary'), 'accept-encoding')
    assert.equal(response.body.toString(), CODE)
  })

  it('has a strong tag of its own in each coding (§8.8.3.3), and 304 varies, too', async () => {
    const app = create()
    const tags = new Set<string>()
    for (const coding of ['br', 'zstd', 'gzip', 'identity']) {
      const { headers } = await expectStatus(app, 'HEAD /app.js', 200, taking(coding))
      const tag = headers.get('etag') ?? ''
      assert.match(tag, /^"/)
      tags.add(tag)
      const sent = { 'accept-encoding': coding, 'if-none-match': tag }
      const same = await expectStatus(app, 'GET /app.js', 304, { headers: sent })
      assert.equal(same.headers.get('vary'), 'accept-encoding')
      assert.equal(same.headers.get('etag'), tag)
      assert.isNull(same.headers.get('content-encoding'))
      const other = { 'accept-encoding': coding === 'br' ? 'gzip' : 'br', 'if-none-match': tag }
      await expectStatus(app, 'GET /app.js', 200, { headers: other })
    }
    assert.equal(tags.size, 4)
  })

  it('comes in parts of the coded bytes (§14.2)', async () => {
    const app = create()
    const { headers } = await expectStatus(app, 'HEAD /app.js', 200, taking('gzip'))
    const tag = headers.get('etag') ?? ''
    const length = Number(headers.get('content-length'))
    const pieces: Buffer[] = []
    for (const range of ['bytes=0-9', 'bytes=10-']) {
      const sent = { 'accept-encoding': 'gzip', range, 'if-range': tag }
      const response = await expectStatus(app, 'GET /app.js', 206, { headers: sent })
      assert.equal(response.headers.get('content-encoding'), 'gzip')
      assert.equal(response.headers.get('content-range')?.split('/')[1], String(length))
      pieces.push(Buffer.from(await response.bytes()))
    }
    assert.equal(gunzipSync(Buffer.concat(pieces)).toString(), CODE)
    // The part of another coding would not fit.
    const other = { 'accept-encoding': 'br', range: 'bytes=0-9', 'if-range': tag }
    await expectStatus(app, 'GET /app.js', 200, { headers: other })
  })

  it('is itself where no coding fits, and 406 where that is refused', async () => {
    const app = create()
    const plain = await expectStatus(app, 'GET /only-gzip.js', 200, taking('br, zstd'))
    assert.isNull(plain.headers.get('content-encoding'))
    assert.equal(plain.headers.get('vary'), 'accept-encoding')
    const refused = await expectStatus(app, 'GET /only-gzip.js', 406, taking('br, identity;q=0'))
    assert.include(refused.headers.get('vary') ?? '', 'accept-encoding')
    assert.include(await refused.text(), 'gzip, identity')
    await expectStatus(app, 'GET /digits.txt', 406, taking('*;q=0'))
    await expectStatus(app, 'GET /gone.txt', 404, taking('*;q=0'))
  })

  it('is coded on its way, where that is done, rather than refused', async () => {
    const app = create()
      .compression({ encodings: ['gzip'] })
      .files('/plain', at('public'), { compression: false })
    await write('public/unpaired.js', CODE)
    await write('public/picture.png', CODE)
    const made = await expectStatus(app, 'GET /unpaired.js', 200, taking('gzip, identity;q=0'))
    assert.equal(made.headers.get('content-encoding'), 'gzip')
    assert.equal(made.headers.get('vary'), 'accept-encoding')
    assert.equal(gunzipSync(await made.bytes()).toString(), CODE)
    await expectStatus(app, 'GET /unpaired.js', 406, taking('br, identity;q=0'))
    // Content that is not worth it is sent as it is, which is what was refused.
    await expectStatus(app, 'GET /picture.png', 406, taking('gzip, identity;q=0'))
    await expectStatus(app, 'GET /plain/unpaired.js', 406, taking('gzip, identity;q=0'))
  })

  it('says once that it varies, also where it is coded on its way', async () => {
    const app = create().compression()
    for (const coding of ['br', 'identity', 'deflate']) {
      const first = await expectStatus(app, 'GET /app.js', 200, taking(coding))
      assert.equal(first.headers.get('vary'), 'accept-encoding')
      const sent = { 'accept-encoding': coding, 'if-none-match': first.headers.get('etag') ?? '' }
      const again = await expectStatus(app, 'GET /app.js', 304, { headers: sent })
      assert.equal(again.headers.get('vary'), 'accept-encoding')
    }
  })

  it('does not vary where it lies in no coding, nor where codings are not looked for', async () => {
    const { headers } = await expectStatus(create(), 'GET /digits.txt', 200, taking('br'))
    assert.isNull(headers.get('vary'))
    for (const [precompressed, coding] of [
      [false, null],
      [[], null],
      [['gzip'], 'gzip'],
      [['gzip', 'br'], 'gzip'],
    ] as const) {
      const app = new RestApplication().files('/', at('public'), { precompressed })
      const response = await expectStatus(app, 'GET /app.js', 200, taking('br, gzip'))
      assert.equal(response.headers.get('content-encoding'), coding)
      assert.equal(response.headers.get('vary'), coding === null ? null : 'accept-encoding')
    }
  })

  it('does not come from where a link leads out of the directory', async () => {
    const response = await expectStatus(create(), 'GET /leaking.js', 200, taking('br'))
    assert.isNull(response.headers.get('content-encoding'))
    assert.equal(await response.text(), CODE)
  })

  it('may be asked for by the name of its coding, and is a file like any other then', async () => {
    const app = create()
    for (const [path, type, coding] of [
      ['app.js', 'text/javascript; charset=utf-8', 'gzip'],
      ['app.js.gz', 'application/gzip', null],
      ['app.js', 'text/javascript; charset=utf-8', 'gzip'],
      ['only-gzip.js.gz', 'application/gzip', null],
      ['only-gzip.js', 'text/javascript; charset=utf-8', 'gzip'],
    ] as const) {
      const { headers } = await expectStatus(app, `GET /${path}`, 200, taking('gzip'))
      assert.equal(headers.get('content-type'), type)
      assert.equal(headers.get('content-encoding'), coding)
    }
  })

  it('goes before what is coded for each request, which takes the rest', async () => {
    const app = new RestApplication()
      .compression({ encodings: ['gzip'] })
      .files('/', at('public'))
      .files('/plain', at('public'), { compression: false })
    const made = await expectStatus(app, 'GET /app.js', 200, taking('gzip'))
    assert.equal(made.headers.get('content-encoding'), 'gzip')
    assert.equal(made.headers.get('accept-ranges'), 'bytes')
    const coded = await expectStatus(app, 'GET /leaking.js', 200, taking('gzip'))
    assert.equal(coded.headers.get('content-encoding'), 'gzip')
    assert.isNull(coded.headers.get('accept-ranges'))
    for (const { headers } of [made, coded]) {
      const sent = { 'accept-encoding': 'gzip', 'if-none-match': headers.get('etag') ?? '' }
      await expectStatus(app, `GET /${headers === made.headers ? 'app' : 'leaking'}.js`, 304, {
        headers: sent,
      })
    }
    const plain = await expectStatus(app, 'GET /plain/leaking.js', 200, taking('gzip'))
    assert.isNull(plain.headers.get('content-encoding'))
  })

  it('may be an index or a fallback', async () => {
    await write('public/page/index.html', CODE)
    await write('public/page/index.html.gz', gzipSync(CODE))
    const app = new RestApplication().files('/', at('public'), { fallback: 'page/index.html' })
    for (const path of ['/page/', '/nothing/here']) {
      const response = await expectStatus(app, `GET ${path}`, 200, taking('gzip'))
      assert.equal(response.headers.get('content-encoding'), 'gzip')
      assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
    }
  })
})

describe('codings that come and go', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
  afterEach(() => void vi.useRealTimers())

  it('are noticed within a second', async () => {
    const app = create()
    const codingOf = async () =>
      (await expectStatus(app, 'GET /late.js', 200, taking('gzip'))).headers.get('content-encoding')
    await write('public/late.js', CODE)
    assert.isNull(await codingOf())
    await write('public/late.js.gz', gzipSync(CODE))
    vi.advanceTimersByTime(999)
    assert.isNull(await codingOf())
    vi.advanceTimersByTime(1)
    assert.equal(await codingOf(), 'gzip')
    await rm(at('public/late.js.gz'))
    assert.isNull(await codingOf())
  })
})
