import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { challenge, RestApplication, respond } from 'restmachine'
import { assert, beforeAll, it } from 'vitest'
import { eventually } from '../server/served.ts'
import { at, curl, describeWithCurl, startCurl } from './curl.ts'
import { type Watched, watched } from './watched.ts'

const LENGTH = 3_000_000
const LIMIT = 4_000_000
const bytes = Uint8Array.from({ length: LENGTH }, (_, index) => index % 251)
const hashOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')

function serve(pieces: string[] = []): Promise<Watched> {
  return watched(
    new RestApplication({ bodyLimit: LIMIT })
      .put('/hash', ({ bytesBody }) => ({ hash: hashOf(bytesBody) }))
      .put('/small', ({ bytesBody }) => ({ length: bytesBody.length }), { bodyLimit: 1_000 })
      .put('/secret', ({ bytesBody }) => ({ hash: hashOf(bytesBody) }), {
        authorized: () => challenge('Bearer', { realm: 'files' }),
      })
      .put('/pieces', async ({ body }) => {
        const decoder = new TextDecoder()
        for await (const piece of body) pieces.push(decoder.decode(piece, { stream: true }))
        return respond(undefined, 204)
      })
      .put('/ignored', () => ({ ignored: true })),
  )
}

describeWithCurl('curl uploads', () => {
  beforeAll(() => writeFile(at('large.bin'), bytes))

  it('-T waits for 100 before it sends much, and gets it', async () => {
    const { url, asked } = await serve()
    const { heads, text } = await curl('-T', at('large.bin'), `${url}/hash`)
    assert.equal(asked('/hash')[0]?.headers.expect, '100-continue')
    assert.deepEqual(
      heads.map(({ status }) => status),
      [100, 200],
    )
    assert.deepEqual(JSON.parse(text), { hash: hashOf(bytes) })
  })

  it('without Expect it gets no 100', async () => {
    const { url, asked } = await serve()
    await writeFile(at('small.bin'), bytes.subarray(0, 1_000))
    const { heads, text } = await curl('-H', 'Expect:', '-T', at('small.bin'), `${url}/small`)
    assert.notProperty(asked('/small')[0]?.headers, 'expect')
    assert.deepEqual(
      heads.map(({ status }) => status),
      [200],
    )
    assert.equal(text, '{"length":1000}')
  })

  it.each([
    ['nobody has logged in', '/secret', 401],
    ['it is too long for the route', '/small', 413],
    ['there is nothing', '/nowhere', 404],
  ])('-T sends not a byte of the content when %s', async (_, path, status) => {
    const { url, asked } = await serve()
    const figures = '%{stderr}%{size_upload} %{time_total}'
    const { heads, complaint } = await curl('-T', at('large.bin'), '-w', figures, url + path)
    assert.deepEqual(
      heads.map((head) => head.status),
      [status],
    )
    const [sent, time] = complaint.split(' ').map(Number)
    assert.equal(sent, 0)
    assert.isBelow(time ?? 1, 1, 'curl itself stops waiting after a second')
    assert.isBelow(asked(path)[0]?.socket.bytesRead ?? LENGTH, 1_000)
  })

  it('-T is told 417 when it expects what nobody can fulfil', async () => {
    const { url } = await serve()
    const { heads } = await curl('-H', 'Expect: 200-ok', '-T', at('large.bin'), `${url}/hash`)
    assert.equal(heads[0]?.status, 417)
  })

  it('without Expect it reads the refusal although it sends all the while', async () => {
    const { url } = await serve()
    for (const [path, status] of [
      ['/secret', 401],
      ['/small', 413],
    ] as const) {
      const { code, head } = await curl('-H', 'Expect:', '-T', at('large.bin'), url + path)
      assert.equal(head.status, status)
      assert.equal(code, 0, 'the connection was closed in order, not reset')
    }
  })

  it('is answered when nobody wants its content', async () => {
    const { url } = await serve()
    const { head, code } = await curl('-T', at('large.bin'), `${url}/ignored`)
    assert.equal(head.status, 200)
    assert.equal(code, 0)
  })

  it('-T - sends chunks as they come, and the handler gets them as they come', async () => {
    const pieces: string[] = []
    const { url, asked } = await serve(pieces)
    const { child, finished } = startCurl('-T', '-', `${url}/pieces`)
    child.stdin.write('one ')
    await eventually(() => pieces.join('') === 'one ', 'The first piece')
    child.stdin.write('two')
    await eventually(() => pieces.join('') === 'one two', 'The second piece')
    child.stdin.end()
    assert.equal((await finished).head.status, 204)
    const headers = asked('/pieces')[0]?.headers
    assert.equal(headers?.['transfer-encoding'], 'chunked')
    assert.notProperty(headers, 'content-length')
  })

  it('-T - is stopped when the chunks become too many', async () => {
    const { url } = await serve()
    for (const [size, status] of [
      [1_000, 200],
      [1_001, 413],
      [LENGTH, 413],
    ] as const) {
      const { child, finished } = startCurl('-T', '-', `${url}/small`)
      child.stdin.end(bytes.subarray(0, size))
      const { code, head } = await finished
      assert.equal(head.status, status, `${size} bytes`)
      assert.equal(code, 0)
    }
  })
})
