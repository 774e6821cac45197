import { readFile, stat, writeFile } from 'node:fs/promises'
import { file, RestApplication } from 'restmachine'
import { assert, beforeAll, it } from 'vitest'
import { at, curl, describeWithCurl, startCurl } from './curl.ts'
import { type Watched, watched } from './watched.ts'

const LENGTH = 4_000_000
const bytes = Uint8Array.from({ length: LENGTH }, (_, index) => index % 251)

function serve(): Promise<Watched> {
  return watched(
    new RestApplication()
      .get('/file', () => file(at('served.bin')))
      .get('/bytes', () => bytes, { etag: () => 'v2' }),
  )
}

describeWithCurl('curl wants parts', () => {
  beforeAll(() => writeFile(at('served.bin'), bytes))

  it.each([
    ['0-99', 0, 100],
    ['-5', LENGTH - 5, LENGTH],
    [`${LENGTH - 10}-`, LENGTH - 10, LENGTH],
    [`7-${LENGTH * 2}`, 7, LENGTH],
  ])('-r %s gets these bytes and no others, of a file and of bytes', async (range, start, end) => {
    const { url } = await serve()
    for (const path of ['/file', '/bytes']) {
      const { head, out } = await curl('-r', range, url + path)
      assert.equal(head.status, 206)
      assert.equal(head.header('content-range'), `bytes ${start}-${end - 1}/${LENGTH}`)
      assert.equal(head.header('content-length'), String(end - start))
      assert.isTrue(out.equals(bytes.subarray(start, end)), `the bytes of ${path}`)
    }
  })

  it('-r 0-9,1000-1009,-3 gets three parts, each with its place', async () => {
    const { url } = await serve()
    const { head, out } = await curl('-r', '0-9,1000-1009,-3', `${url}/file`)
    assert.equal(head.status, 206)
    assert.equal(head.header('content-length'), String(out.length))
    const [, boundary = ''] =
      /^multipart\/byteranges; ?boundary="?([^"]+)"?$/.exec(head.header('content-type') ?? '') ?? []
    const parts = out.toString('latin1').split(`--${boundary}`)
    assert.lengthOf(parts, 5)
    assert.equal(parts[4]?.trim(), '--')
    for (const [index, [first, last]] of [
      [0, 9],
      [1000, 1009],
      [LENGTH - 3, LENGTH - 1],
    ].entries() as Iterable<[number, [number, number]]>) {
      const part = parts[index + 1] ?? ''
      const end = part.indexOf('\r\n\r\n')
      assert.include(part.slice(0, end).toLowerCase(), `content-range: bytes ${first}-${last}/${LENGTH}`)
      const content = Buffer.from(part.slice(end + 4, -2), 'latin1')
      assert.isTrue(content.equals(bytes.subarray(first, last + 1)), `part ${index}`)
    }
  })

  it('-C - goes on where a download was broken off', async () => {
    const { url, asked } = await serve()
    const target = at('resumed.bin')
    const broken = startCurl('--limit-rate', '2M', '-o', target, `${url}/file`)
    const size = async (): Promise<number> => (await stat(target).catch(() => undefined))?.size ?? 0
    let had = 0
    while (had === 0) had = await size()
    broken.child.kill()
    await broken.finished
    had = await size()
    assert.isBelow(had, LENGTH)

    const { code, head } = await curl('-C', '-', '-o', target, `${url}/file`)
    assert.equal(code, 0)
    assert.equal(head.status, 206)
    assert.equal(asked('/file')[1]?.headers.range, `bytes=${had}-`)
    assert.isTrue((await readFile(target)).equals(bytes), 'the two halves are the whole')
  })

  it('-C - of a whole file is told 416 with the length, and leaves the file alone', async () => {
    const { url } = await serve()
    const target = at('complete.bin')
    await writeFile(target, bytes)
    const { code, head } = await curl('-C', '-', '-o', target, `${url}/file`)
    assert.equal(code, 0, 'curl sees by the Content-Range that it has everything')
    assert.equal(head.status, 416)
    assert.equal(head.header('content-range'), `bytes */${LENGTH}`)
    assert.isTrue((await readFile(target)).equals(bytes))
  })

  it('-r beyond the end is 416, which -f makes a failure; nothing but a problem comes', async () => {
    const { url } = await serve()
    const { code, head } = await curl('-f', '-r', `${LENGTH}-`, `${url}/bytes`)
    assert.equal(code, 22)
    assert.equal(head.status, 416)
    assert.equal(head.header('content-range'), `bytes */${LENGTH}`)
    assert.equal(head.header('content-type'), 'application/problem+json')
  })

  it.each([
    ['"v2"', 206],
    ['"v1"', 200],
    ['W/"v2"', 200],
  ])('with If-Range: %s it gets %i', async (tag, status) => {
    const { url } = await serve()
    const { head, out } = await curl('-r', '10-19', '-H', `If-Range: ${tag}`, `${url}/bytes`)
    assert.equal(head.status, status)
    assert.isTrue(out.equals(status === 206 ? bytes.subarray(10, 20) : bytes))
  })

  it('-I with -r is answered as without: parts are for GET', async () => {
    const { url } = await serve()
    const { head } = await curl('-I', '-r', '0-9', `${url}/file`)
    assert.equal(head.status, 200)
    assert.equal(head.header('content-length'), String(LENGTH))
    assert.equal(head.header('accept-ranges'), 'bytes')
  })
})
