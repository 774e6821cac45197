import { existsSync } from 'node:fs'
import { RestApplication } from 'restmachine'
import { assert, describe, it, vi } from 'vitest'
import { ask, expectStatus, quiet, type Sent } from '../decisions/asking.ts'

/** A form with a field, a small file and one too large for memory. */
async function formOf(size = 100_000): Promise<Sent> {
  const form = new FormData()
  form.append('title', 'Grüße')
  form.append('small', new File(['tiny'], 'a.txt', { type: 'text/plain' }))
  form.append('large', new File(['x'.repeat(size)], '../b.bin'))
  const written = new Response(form)
  const headers = { 'content-type': written.headers.get('content-type') ?? '' }
  return { headers, body: await written.arrayBuffer() }
}

const gone = (paths: readonly string[]) =>
  vi.waitFor(() => assert.isEmpty(paths.filter((path) => existsSync(path))))

describe('multipartBody', () => {
  it('gives fields and files; those on the disk are there until the response is out', async () => {
    const paths: string[] = []
    const app = new RestApplication().post('/', async ({ multipartBody: { fields, files } }) => {
      paths.push(...files.flatMap(({ path }) => path ?? []))
      assert(paths.every((path) => existsSync(path)))
      const [small, large] = files
      return { title: fields.title, small: await small?.text(), size: large?.size, name: large?.filename }
    })
    const response = await expectStatus(app, 'POST /', 200, await formOf())
    assert.deepEqual(await response.json(), { title: 'Grüße', small: 'tiny', size: 100_000, name: 'b.bin' })
    assert.lengthOf(paths, 1)
    await gone(paths)
  })

  it('may be sent back as a stream: the file is deleted after its last byte', async () => {
    const paths: string[] = []
    const app = new RestApplication().post('/', ({ multipartBody: { files } }) => {
      paths.push(...files.flatMap(({ path }) => path ?? []))
      return files[1]?.stream()
    })
    const response = await expectStatus(app, 'POST /', 200, await formOf())
    assert.isTrue(existsSync(paths[0] ?? ''))
    assert.lengthOf(await response.text(), 100_000)
    await gone(paths)
  })

  it('leaves no file when the handler throws, nor when the request is refused behind it', async () => {
    const paths: string[] = []
    const app = new RestApplication({ logger: quiet })
      .dependency('file', ({ multipartBody: { files } }) => {
        paths.push(...files.flatMap(({ path }) => path ?? []))
        return files[0]
      })
      .post('/throws', ({ file }) => {
        throw new Error(`no ${file?.filename}`)
      })
      .post('/refused', () => 'never', { conflict: ({ file }: { file: unknown }) => file !== undefined })
    await expectStatus(app, 'POST /throws', 500, await formOf())
    await expectStatus(app, 'POST /refused', 409, await formOf())
    assert.lengthOf(paths, 2)
    await gone(paths)
  })

  it('leaves no file when its time is up while it is read', async () => {
    const paths: string[] = []
    const app = new RestApplication({ logger: quiet })
      .dependency('files', async ({ multipartBody: { files } }) => {
        paths.push(...files.flatMap(({ path }) => path ?? []))
        return files
      })
      .post('/', ({ files }) => files.length, { timeout: 20 })
    const { headers = {}, body } = await formOf()
    const slow = new Blob([body as ArrayBuffer]).stream().pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        flush: () => new Promise((resolve) => setTimeout(resolve, 60)),
      }),
    )
    await expectStatus(app, 'POST /', 503, { headers, body: slow })
    await vi.waitFor(() => assert.lengthOf(paths, 1))
    await gone(paths)
  })

  it('can be read beside the stream of the content', async () => {
    const app = new RestApplication().post('/', async ({ multipartBody: { files }, bytesBody, body }) => {
      const { length } = new Uint8Array(
        await new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
      )
      return [files.length, length === bytesBody.length]
    })
    assert.deepEqual(await (await expectStatus(app, 'POST /', 200, await formOf())).json(), [2, true])
  })

  it('is 413 beyond the limit of the route, which counts all its bytes', async () => {
    const app = new RestApplication({ logger: quiet })
      .post('/small', ({ multipartBody }) => multipartBody.files.length, { bodyLimit: 10_000 })
      .post('/large', ({ multipartBody }) => multipartBody.files.length, { bodyLimit: 2_000_000 })
    await expectStatus(app, 'POST /small', 413, await formOf())
    await expectStatus(app, 'POST /large', 200, await formOf(1_500_000))
  })

  it('is 415 for another type, and 400 for a broken one', async () => {
    const app = new RestApplication({ logger: quiet }).post('/', ({ multipartBody }) => multipartBody.fields)
    const sending = (type: string, body = 'a') => ({ headers: { 'content-type': type }, body })
    const wrong = await ask(app, 'POST /', sending('multipart/mixed; boundary=a'))
    assert.equal(wrong.status, 415)
    assert.equal(wrong.headers.get('accept-post'), 'multipart/form-data')
    await expectStatus(app, 'POST /', 400, sending('multipart/form-data'))
    await expectStatus(app, 'POST /', 400, sending('multipart/form-data; boundary=a', '--a\r\n'))
  })
})
