import { open, rename } from 'node:fs/promises'
import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { file } from '../../src/representation/file.ts'
import { contentTypeOf } from '../../src/representation/file-types.ts'
import { ask, expectStatus, quiet } from '../decisions/asking.ts'
import { AT, at, LARGE, openFiles, write } from './files.ts'

const app = new RestApplication({ logger: quiet }).get('/files/{name}', ({ name }) => file(at(name)))

async function readAll(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).text()
}

describe('parts of a file', () => {
  it('are read, and nothing else', async () => {
    const headers = { range: 'bytes=500000-500003' }
    const response = await expectStatus(app, 'GET /files/large.bin', 206, { headers })
    assert.equal(response.headers.get('content-range'), `bytes 500000-500003/${LARGE}`)
    assert.equal(response.headers.get('content-length'), '4')
    assert.deepEqual([...(await response.bytes())], [8, 9, 10, 11])
  })

  it('come in one body when there are several', async () => {
    const headers = { range: 'bytes=0-1,-2' }
    const response = await expectStatus(app, 'GET /files/digits.txt', 206, { headers })
    const text = await response.text()
    assert.equal(response.headers.get('content-length'), String(text.length))
    assert.include(text, 'Content-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 8-9/10\r\n\r\n89')
    assert.deepEqual(await openFiles(), [])
  })

  it('go on with the tag of before, and begin anew with another (§13.1.5)', async () => {
    const tag = (await ask(app, 'HEAD /files/digits.txt')).headers.get('etag') ?? ''
    for (const [condition, status] of [
      [tag, 206],
      [AT, 206],
      ['"other"', 200],
    ] as const)
      await expectStatus(app, 'GET /files/digits.txt', status, {
        headers: { range: 'bytes=5-', 'if-range': condition },
      })
  })

  it('that are not there are 416', async () => {
    const headers = { range: 'bytes=10-' }
    const response = await expectStatus(app, 'GET /files/digits.txt', 416, { headers })
    assert.equal(response.headers.get('content-range'), 'bytes */10')
  })
})

describe('the stream of a file', () => {
  it('reads piece by piece, as it is asked, and closes with the last', async () => {
    const reader = (await file(at('large.bin'))).stream().getReader()
    assert.deepEqual(await openFiles(), [])
    const { value } = await reader.read()
    assert.isAtMost(value?.length ?? 0, 65_536)
    let read = value?.length ?? 0
    for (let next = await reader.read(); !next.done; next = await reader.read()) read += next.value.length
    assert.equal(read, LARGE)
    assert.deepEqual(await openFiles(), [])
  })

  it('closes when the reader cancels, also while it opens', async () => {
    const begun = (await file(at('large.bin'))).stream().getReader()
    await begun.read()
    await begun.cancel()
    assert.deepEqual(await openFiles(), [])
    const opening = (await file(at('large.bin'))).stream().getReader()
    const first = opening.read()
    await opening.cancel()
    await first
    assert.deepEqual(await openFiles(), [])
  })

  it('fails when another file has the name by now, or the file is shorter', async () => {
    await write('moving', '0123456789')
    const moved = await file(at('moving'))
    await write('other', '9876543210')
    await rename(at('other'), at('moving'))
    const replaced: unknown = await readAll(moved.stream()).catch((error: unknown) => error)
    assert.match(String(replaced), /another file has taken its name/)
    const cut = await file(at('moving'))
    const handle = await open(at('moving'), 'r+')
    await handle.truncate(3)
    await handle.close()
    const shorter: unknown = await readAll(cut.stream()).catch((error: unknown) => error)
    assert.match(String(shorter), /it has become shorter/)
    assert.deepEqual(await openFiles(), [])
  })
})

describe('a file that is loaded', () => {
  it('has its bytes at once, whole and in part, up to 64 KiB', async () => {
    await write('limit', new Uint8Array(65_536).fill(7))
    const loaded = await (await file(at('limit'))).load()
    const whole = loaded.content()
    assert(whole instanceof Uint8Array)
    assert.equal(whole.length, 65_536)
    assert.deepEqual(loaded.content({ first: 65_535, last: 65_535 }), new Uint8Array([7]))
    assert.deepEqual(await openFiles(), [])
    await write('beyond', new Uint8Array(65_537))
    const streamed = await file(at('beyond'))
    assert.strictEqual(await streamed.load(), streamed)
    assert(streamed.content() instanceof ReadableStream)
    const empty = await (await file(at('empty.json'))).load()
    assert.deepEqual(empty.content(), new Uint8Array())
  })

  it('is the one that was looked at', async () => {
    await write('moving', '0123456789')
    const moved = await file(at('moving'))
    await write('other', '9876543210')
    await rename(at('other'), at('moving'))
    const replaced: unknown = await moved.load().catch((error: unknown) => error)
    assert.match(String(replaced), /another file has taken its name/)
    const cut = await file(at('moving'))
    const handle = await open(at('moving'), 'r+')
    await handle.truncate(3)
    await handle.close()
    const shorter: unknown = await cut.load().catch((error: unknown) => error)
    assert.match(String(shorter), /it has become shorter/)
    assert.deepEqual(await openFiles(), [])
  })
})

describe('contentTypeOf', () => {
  it.for([
    ['a.html', 'text/html; charset=utf-8'],
    ['A.PDF', 'application/pdf'],
    ['a.tar.gz', 'application/gzip'],
    ['a', 'application/octet-stream'],
    ['a.', 'application/octet-stream'],
    ['.json', 'application/octet-stream'],
    ['a.constructor', 'application/octet-stream'],
  ] as const)('%s is %s', ([name, type]) => {
    assert.equal(contentTypeOf(name), type)
  })
})
