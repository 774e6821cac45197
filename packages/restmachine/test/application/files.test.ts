import { execFileSync } from 'node:child_process'
import { rename, rm, symlink } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { challenge, RestApplication, Router } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { expectStatus, quiet } from '../decisions/asking.ts'
import { served } from '../server/served.ts'
import { AT, at, SECRET, write } from './files-directory.ts'

const create = () => new RestApplication({ logger: quiet }).files('/assets', at('public'))

describe('the files of a directory', () => {
  it('come with type, length, time, tag and parts', async () => {
    const response = await expectStatus(create(), 'GET /assets/digits.txt', 200)
    const { etag, ...headers } = Object.fromEntries(response.headers)
    assert.match(etag ?? '', /^"[\w+/]{16}"$/)
    assert.deepEqual(headers, {
      'accept-ranges': 'bytes',
      'content-length': '10',
      'content-type': 'text/plain; charset=utf-8',
      'last-modified': AT,
    })
    assert.equal(await response.text(), '0123456789')
  })

  it.for([
    ['sub/deep/a.json', 'application/json'],
    ['unknown.xyz', 'application/octet-stream'],
    ['empty.css', 'text/css; charset=utf-8'],
    ['caf%C3%A9%20&%20co.txt', 'text/plain; charset=utf-8'],
    ['.well-known/security.txt', 'text/plain; charset=utf-8'],
  ] as const)('are there: %s', async ([path, type]) => {
    const response = await expectStatus(create(), `GET /assets/${path}`, 200)
    assert.equal(response.headers.get('content-type'), type)
  })

  it('are what they are, whatever type is accepted', async () => {
    await expectStatus(create(), 'GET /assets/digits.txt', 200, { headers: { accept: 'image/avif' } })
  })

  it('have the same fields for HEAD (RFC 9110 §9.3.2)', async () => {
    const app = create()
    const head = await expectStatus(app, 'HEAD /assets/digits.txt', 200)
    const get = await expectStatus(app, 'GET /assets/digits.txt', 200)
    assert.deepEqual([...head.headers], [...get.headers])
    assert.equal(await head.text(), '')
  })

  it('are read, and nothing else (§15.5.6)', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const response = await expectStatus(create(), `${method} /assets/digits.txt`, 405)
      assert.equal(response.headers.get('allow'), 'GET, HEAD, OPTIONS')
    }
  })

  it('may be in a directory named by a URL, below the root, a parameter and a router', async () => {
    const url = pathToFileURL(at('public'))
    const app = new RestApplication()
      .files('/', url)
      .files('/of/{tenant}', url)
      .mount('/in', new Router().files('/a', url))
    for (const path of ['/digits.txt', '/of/me/digits.txt', '/in/a/digits.txt'])
      await expectStatus(app, `GET ${path}`, 200)
    const index = await expectStatus(app, 'GET /', 200)
    assert.equal(await index.text(), '<h1>root</h1>')
  })

  it('give way to routes', async () => {
    const app = create().get('/assets/digits.txt', () => 'mine')
    const response = await expectStatus(app, 'GET /assets/digits.txt', 200)
    assert.equal(await response.json(), 'mine')
  })

  it('have preconditions (§13)', async () => {
    const app = create()
    const tag = (await expectStatus(app, 'HEAD /assets/digits.txt', 200)).headers.get('etag') ?? ''
    for (const [name, value, status] of [
      ['if-none-match', `"x", W/${tag}`, 304],
      ['if-none-match', '"x"', 200],
      ['if-none-match', '*', 304],
      ['if-modified-since', AT, 304],
      ['if-modified-since', 'Wed, 01 May 2024 09:59:59 GMT', 200],
      ['if-match', tag, 200],
      ['if-match', '*', 200],
      ['if-match', '"x"', 412],
      ['if-unmodified-since', AT, 200],
      ['if-unmodified-since', 'Wed, 01 May 2024 09:59:59 GMT', 412],
    ] as const)
      for (const method of ['GET', 'HEAD'])
        await expectStatus(app, `${method} /assets/digits.txt`, status, { headers: { [name]: value } })
  })

  it('come in parts (§14)', async () => {
    const app = create()
    const part = await expectStatus(app, 'GET /assets/digits.txt', 206, { headers: { range: 'bytes=-3' } })
    assert.equal(part.headers.get('content-range'), 'bytes 7-9/10')
    assert.equal(await part.text(), '789')
    await expectStatus(app, 'GET /assets/digits.txt', 416, { headers: { range: 'bytes=10-' } })
    await expectStatus(app, 'GET /assets/digits.txt', 200, {
      headers: { range: 'bytes=0-1', 'if-range': '"x"' },
    })
  })

  it('that change are new at once', async () => {
    const app = create()
    await write('public/changing.txt', 'old')
    const first = await expectStatus(app, 'GET /assets/changing.txt', 200)
    assert.equal(await first.text(), 'old')
    await write('public/changing.txt', 'newer')
    const second = await expectStatus(app, 'GET /assets/changing.txt', 200)
    assert.equal(await second.text(), 'newer')
    assert.notEqual(second.headers.get('etag'), first.headers.get('etag'))
    await rm(at('public/changing.txt'))
    await expectStatus(app, 'GET /assets/changing.txt', 404)
  })
})

describe('a directory', () => {
  it('is its index where the path ends with a slash', async () => {
    for (const [path, body] of [
      ['/assets/', '<h1>root</h1>'],
      ['/assets/sub/', '<h1>sub</h1>'],
      ['/assets/linked/', '<h1>sub</h1>'],
    ] as const) {
      const response = await expectStatus(create(), `GET ${path}`, 200)
      assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
      assert.equal(await response.text(), body)
    }
  })

  it.for([
    ['/assets', '/assets/'],
    ['/assets?a=1&b=//evil.example', '/assets/?a=1&b=//evil.example'],
    ['/assets/sub', '/assets/sub/'],
    ['/assets/s%75b?', '/assets/sub/?'],
    ['/assets/http:', '/assets/http%3A/'],
  ] as const)('has a slash at the end: %s is %s (§15.4.9)', async ([path, there]) => {
    const response = await expectStatus(create(), `GET ${path}`, 308)
    const location = response.headers.get('location') ?? ''
    assert.equal(new URL(location, `http://h${path}`).href, `http://h${there}`)
    assert.isFalse(location.includes('//') && !location.includes('?'))
    await expectStatus(create(), `GET ${there}`, 200)
  })

  it('is not there without an index, and never listed', async () => {
    for (const path of ['/assets/sub/deep', '/assets/sub/deep/'])
      await expectStatus(create(), `GET ${path}`, 404)
    const app = new RestApplication().files('/', at('public'), { index: false })
    for (const path of ['/', '/sub', '/sub/']) await expectStatus(app, `GET ${path}`, 404)
    await expectStatus(app, 'GET /sub/index.html', 200)
  })

  it('is no file with a slash behind it', async () => {
    await expectStatus(create(), 'GET /assets/digits.txt/', 404)
  })
})

describe('what is no file of the directory', () => {
  it.for([
    '/assets/../secret.txt',
    '/assets/sub/../../../secret.txt',
    '/assets/%2e%2e/secret.txt',
    '/assets/.%2E/secret.txt',
    '/assets/..%2fsecret.txt',
    '/assets/%2e%2e%2fsecret.txt',
    '/assets/..%5csecret.txt',
    '/assets/..\\secret.txt',
    '/assets/%252e%252e/secret.txt',
    '/assets/%c0%ae%c0%ae/secret.txt',
    '/assets//../secret.txt',
    '/assets/digits.txt%00.html',
    '/assets/digits.txt%0a',
    '/assets//digits.txt',
    '/assets//sub',
    '//evil.example/assets/',
    '/assets//evil.example',
    '/assets/%2fetc/passwd',
    '/assets-secret/secret.txt',
    '/assets/.env',
    '/assets/%2eenv',
    '/assets/.git/config',
    '/assets/.git/',
    '/assets/.git',
    '/assets/.well-known/.key',
    '/assets/sub/.well-known/security.txt',
    '/assets/leak.txt',
    '/assets/out/secret.txt',
    '/assets/out/public/digits.txt/../../secret.txt',
    '/assets/beside/secret.txt',
    '/assets/turn',
    '/assets/dangling',
    `/assets/${'long'.repeat(100)}`,
    '/assets/digits.txt/more',
    '/assets/orphan.js',
  ])('is not given: %s', async (path) => {
    // Over a socket: a client of the web would tidy the path up.
    const { wire } = await served(create())
    const { status, body } = await (await wire()).ask(`GET ${path} HTTP/1.1`, 'Host: a').response()
    assert.oneOf(status, [400, 404])
    assert.notInclude(body.toString(), SECRET)
    assert.notInclude(body.toString(), at(''))
  })

  it('are devices', async () => {
    execFileSync('mkfifo', [at('public/pipe')])
    await expectStatus(create(), 'GET /assets/pipe', 404)
  })

  it('is what a link leads to from outside by now', async () => {
    const app = create()
    await write('public/swapped.txt', SECRET.replace('top', 'not'))
    for (let time = 0; time < 2; time++) await expectStatus(app, 'GET /assets/swapped.txt', 200)
    await rm(at('public/swapped.txt'))
    await symlink('../secret.txt', at('public/swapped.txt'))
    for (let time = 0; time < 2; time++) await expectStatus(app, 'GET /assets/swapped.txt', 404)
  })
})

describe('links', () => {
  it('within the directory are followed', async () => {
    const response = await expectStatus(create(), 'GET /assets/link.txt', 200)
    assert.equal(await response.text(), '0123456789')
  })

  it('may be the directory itself, and lead to the next release', async () => {
    await write('releases/1/version.txt', '1')
    await write('releases/2/version.txt', '2')
    await symlink('1', at('releases/current'))
    const app = new RestApplication().files('/', at('releases/current'))
    assert.equal(await (await expectStatus(app, 'GET /version.txt', 200)).text(), '1')
    await symlink('2', at('releases/next'))
    await rename(at('releases/next'), at('releases/current'))
    assert.equal(await (await expectStatus(app, 'GET /version.txt', 200)).text(), '2')
  })
})

describe('the options of files', () => {
  it('give hidden files out', async () => {
    const app = new RestApplication().files('/', at('public'), { dotFiles: true })
    for (const path of ['/.env', '/.git/config']) await expectStatus(app, `GET ${path}`, 200)
    await expectStatus(app, 'GET /..', 200) // The client takes the dots away.
  })

  it('give a page where nothing is, but nothing else (fallback)', async () => {
    const options = { fallback: 'index.html', cacheResponse: { maxAge: 60 } }
    const app = new RestApplication().files('/', at('public'), options)
    for (const path of ['/users/7', '/users/john.doe', '/v1.2/', '/sub/deep', '/sub/deep/', '/gone.js/']) {
      const response = await expectStatus(app, `GET ${path}`, 200)
      assert.equal(await response.text(), '<h1>root</h1>')
      assert.equal(response.headers.get('cache-control'), 'no-cache')
      const headers = { 'if-none-match': response.headers.get('etag') ?? '' }
      const again = await expectStatus(app, `GET ${path}`, 304, { headers })
      assert.equal(again.headers.get('cache-control'), 'no-cache')
    }
    for (const path of ['/gone.js', '/sub/gone.PNG', '/.env', '/a//b', '/.git/'])
      await expectStatus(app, `GET ${path}`, 404)
    const file = await expectStatus(app, 'GET /digits.txt', 200)
    assert.equal(file.headers.get('cache-control'), 'max-age=60')
    await expectStatus(app, 'GET /sub', 308)
    await expectStatus(app, 'POST /users/7', 405)
  })

  it('say how long files may be kept, on 200 and 304 alone', async () => {
    const app = new RestApplication().files('/', at('public'), {
      cacheResponse: { maxAge: 60, immutable: true },
    })
    const { headers } = await expectStatus(app, 'GET /digits.txt', 200)
    assert.equal(headers.get('cache-control'), 'max-age=60, immutable')
    const unchanged = { headers: { 'if-none-match': headers.get('etag') ?? '' } }
    const same = await expectStatus(app, 'GET /digits.txt', 304, unchanged)
    assert.equal(same.headers.get('cache-control'), 'max-age=60, immutable')
    const missing = await expectStatus(app, 'GET /gone', 404)
    assert.isNull(missing.headers.get('cache-control'))
  })

  it('open files to everybody, or guard them, before it is told what is there', async () => {
    const app = new RestApplication()
      .authorized('user', ({ requestHeaders }) => requestHeaders.get('authorization') ?? challenge('Basic'))
      .files('/guarded', at('public'))
      .files('/open', at('public'), { skipAuthCheck: true })
      .files('/closed', at('public'), {
        forbidden: ({ filePath }) => filePath.startsWith('sub/'),
        skipAuthCheck: true,
      })
    for (const path of ['digits.txt', 'gone', 'sub', '.env'])
      await expectStatus(app, `GET /guarded/${path}`, 401)
    await expectStatus(app, 'GET /guarded/digits.txt', 200, { headers: { authorization: 'x' } })
    await expectStatus(app, 'GET /open/digits.txt', 200)
    await expectStatus(app, 'GET /closed/digits.txt', 200)
    await expectStatus(app, 'GET /closed/sub/index.html', 403)
  })
})
