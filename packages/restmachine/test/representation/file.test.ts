import { rm } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { HttpError, RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { type FileOptions, file } from '../../src/representation/file.ts'
import { ask, expectStatus, quiet } from '../decisions/asking.ts'
import { AT, at, directory, MODIFIED, openFiles, write } from './files.ts'

const app = new RestApplication({ logger: quiet })
  .get('/files/{name}', ({ name }) => file(at(name)))
  .get('/as/{status}', async ({ status }) =>
    respond(await file(at('digits.txt')), Number(status), {
      'cache-control': 'max-age=60',
      'Content-Type': 'text/x-own',
      'x-own': 'yes',
    }),
  )
  .get('/fast', () => file(at('digits.txt')), { bypassStateMachine: true })
  .post('/files', () => file(at('digits.txt')))
  .get('/tagged', () => file(at('digits.txt')), { etag: () => 'mine' })

const options = (given: FileOptions) => new RestApplication().get('/', () => file(at('€ rates.csv'), given))

describe('a file as a result', () => {
  it('comes with type, length, time and tag', async () => {
    const response = await expectStatus(app, 'GET /files/digits.txt', 200)
    const { etag, ...headers } = Object.fromEntries(response.headers)
    assert.deepEqual(headers, {
      'accept-ranges': 'bytes',
      'content-length': '10',
      'content-type': 'text/plain; charset=utf-8',
      'last-modified': AT,
    })
    assert.match(etag ?? '', /^"[\w+/]{16}"$/)
    assert.equal(await response.text(), '0123456789')
  })

  it('is not opened for HEAD, and has the same fields (RFC 9110 §9.3.2)', async () => {
    const response = await expectStatus(app, 'HEAD /files/digits.txt', 200)
    const full = await ask(app, 'GET /files/digits.txt')
    assert.deepEqual([...response.headers], [...full.headers])
    assert.equal(await response.text(), '')
    await full.text()
    assert.deepEqual(await openFiles(), [])
  })

  it.for([10, 65_536, 65_537])('that cannot be read is no broken 200 (%i bytes)', async (length) => {
    const app = new RestApplication({ logger: quiet }).get('/', async () => {
      await write('brief', new Uint8Array(length))
      const brief = await file(at('brief'))
      await rm(at('brief'))
      return brief
    })
    await expectStatus(app, 'GET /', 500)
    await expectStatus(app, 'GET /', 500, { headers: { range: 'bytes=2-5' } })
    await expectStatus(app, 'HEAD /', 200)
  })

  it('may be empty', async () => {
    const response = await expectStatus(app, 'GET /files/empty.json', 200)
    assert.equal(response.headers.get('content-length'), '0')
    assert.equal(await response.text(), '')
  })

  it.for(['absent.txt', 'folder', 'loop', `${'long'.repeat(100)}`])(
    'is 404 when it is no file that is there: %s',
    async (name) => {
      const response = await expectStatus(app, `GET /files/${name}`, 404)
      assert.notInclude(await response.text(), directory)
    },
  )

  it('is 404 also where a path goes through a file, or is none', async () => {
    for (const name of ['digits.txt/more', 'digits.txt\0']) {
      const error: unknown = await file(at(name)).catch((error: unknown) => error)
      assert(error instanceof HttpError)
      assert.equal(error.status, 404)
    }
  })

  it('may be named by a URL', async () => {
    const { disposition, size } = await file(pathToFileURL(at('€ rates.csv')), { disposition: 'attachment' })
    assert.equal(size, 3)
    assert.include(disposition ?? '', '%E2%82%AC%20rates.csv')
  })

  it('has the status and the fields that respond gives', async () => {
    const response = await expectStatus(app, 'GET /as/203', 203)
    assert.equal(response.headers.get('content-type'), 'text/x-own')
    assert.equal(response.headers.get('x-own'), 'yes')
    assert.equal(response.headers.get('content-length'), '10')
    assert.isNull(response.headers.get('accept-ranges'))
    assert.equal(await response.text(), '0123456789')
  })

  it('has no validators where it answers a write', async () => {
    const response = await expectStatus(app, 'POST /files', 200)
    assert.isNull(response.headers.get('etag'))
    assert.equal(await response.text(), '0123456789')
  })

  it('goes out where no decision is asked', async () => {
    const response = await expectStatus(app, 'GET /fast', 200, { headers: { range: 'bytes=0-1' } })
    assert.equal(await response.text(), '0123456789')
  })
})

describe('the validators of a file', () => {
  it('answer 304 by themselves, without opening it', async () => {
    const { headers } = await ask(app, 'HEAD /files/digits.txt')
    const tag = headers.get('etag') ?? ''
    for (const method of ['GET', 'HEAD']) {
      const target = `${method} /files/digits.txt`
      await expectStatus(app, target, 304, { headers: { 'if-none-match': `"x", W/${tag}` } })
      await expectStatus(app, target, 304, { headers: { 'if-modified-since': AT } })
      await expectStatus(app, target, 200, { headers: { 'if-none-match': '"x"', 'if-modified-since': AT } })
      await expectStatus(app, target, 200, {
        headers: { 'if-modified-since': 'Wed, 01 May 2024 09:59:59 GMT' },
      })
      await expectStatus(app, target, 200, { headers: { 'if-modified-since': 'yesterday' } })
    }
  })

  it('come with a 304, and with the fields that caches need (RFC 9110 §15.4.5)', async () => {
    const response = await expectStatus(app, 'GET /as/200', 304, { headers: { 'if-modified-since': AT } })
    const { etag, ...headers } = Object.fromEntries(response.headers)
    assert.isString(etag)
    assert.deepEqual(headers, { 'cache-control': 'max-age=60', 'last-modified': AT })
  })

  it('give way to those of the route', async () => {
    const { headers } = await ask(app, 'HEAD /tagged')
    assert.equal(headers.get('etag'), '"mine"')
    assert.equal(headers.get('last-modified'), AT)
    await expectStatus(app, 'GET /tagged', 304, { headers: { 'if-none-match': '"mine"' } })
  })

  it('change with length and time, and are weak until the second is over (§8.8.1)', async () => {
    await write('changing', 'a')
    const first = (await file(at('changing'))).etag
    await write('changing', 'ab')
    const longer = (await file(at('changing'))).etag
    await write('changing', 'ab', new Date(MODIFIED.getTime() + 1))
    const later = (await file(at('changing'))).etag
    assert.equal(new Set([first.opaque, longer.opaque, later.opaque]).size, 3)
    assert.isFalse(later.weak)
    await write('changing', 'ab', new Date())
    assert.isTrue((await file(at('changing'))).etag.weak)
  })
})

describe('Content-Disposition of a file (RFC 6266)', () => {
  it.for([
    [{}, null],
    [{ disposition: 'inline' }, 'inline'],
    [
      { disposition: 'attachment' },
      `attachment; filename="_ rates.csv"; filename*=UTF-8''%E2%82%AC%20rates.csv`,
    ],
    [{ filename: 'a.csv' }, 'inline; filename="a.csv"'],
    [{ disposition: 'attachment', filename: '../a.csv' }, 'attachment; filename=".._a.csv"'],
  ] as const)('%j is %s', async ([given, expected]) => {
    const { headers } = await expectStatus(options(given), 'HEAD /', 200)
    assert.equal(headers.get('content-disposition'), expected)
    assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8')
  })

  it('cannot break out of a field', async () => {
    const error: unknown = await file(at('digits.txt'), { contentType: 'a/b\r\nx: y' }).catch(
      (e: unknown) => e,
    )
    assert.instanceOf(error, TypeError)
  })
})
