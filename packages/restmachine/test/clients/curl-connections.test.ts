import { file, RestApplication, respond } from 'restmachine'
import { assert, it } from 'vitest'
import { curl, describeWithCurl } from './curl.ts'
import { type Watched, watched } from './watched.ts'

const asked: string[] = []

function serve(): Promise<Watched> {
  return watched(
    new RestApplication()
      .get('/', () => ({ fine: true }), { etag: () => 'v1' })
      .get('/empty', () => undefined)
      .get('/stream', async function* () {
        yield { n: 1 }
        yield { n: 2 }
      })
      .get('/this', () => file(new URL(import.meta.url)))
      .get('/denied', () => 'never', { authorized: () => false })
      .post('/', ({ textBody }) => respond({ length: textBody.length }, 201))
      .post('/unread', () => ({ fine: true }))
      .get('/files/*path', ({ path }) => {
        asked.push(path)
        return { path }
      }),
  )
}

describeWithCurl('curl and its connection', () => {
  it('uses one for several URLs, whatever the answers are', async () => {
    const { url, requests } = await serve()
    const paths = ['/', '/empty', '/stream', '/this', '/denied', '/nowhere', '/files/%2e%2e', '/']
    const count = ['-w', '%{stderr}%{num_connects} '] as const
    const { complaint, heads } = await curl(...count, ...paths.map((path) => url + path))
    assert.deepEqual(
      heads.map(({ status }) => status),
      [200, 204, 200, 200, 401, 404, 400, 200],
    )
    assert.equal(complaint.trim(), '1 0 0 0 0 0 0 0')
    assert.equal(new Set(requests.map(({ socket }) => socket)).size, 1)
  })

  it('uses one for several methods: read and unread content, HEAD, 304, 405, OPTIONS', async () => {
    const { url } = await serve()
    const each = ['-s', '-w', '%{stderr}%{http_code} %{num_connects}\\n'] as const
    const next = (...args: readonly string[]) => ['--next', ...each, ...args]
    const text = ['-H', 'Content-Type: text/plain'] as const
    const { complaint } = await curl(
      ...[...each, ...text, '-d', 'tea', `${url}/`],
      ...next(...text, '-d', 'x'.repeat(5_000), `${url}/unread`),
      ...next('-I', `${url}/this`),
      ...next('-H', 'If-None-Match: "v1"', `${url}/`),
      ...next('-X', 'DELETE', `${url}/`),
      ...next('-X', 'OPTIONS', `${url}/`),
      ...next(`${url}/`),
    )
    assert.deepEqual(complaint.trim().split('\n'), [
      ...['201 1', '200 0', '200 0', '304 0', '405 0', '204 0', '200 0'],
    ])
  })

  it('is told what is allowed: of a path, and of the server', async () => {
    const { url } = await serve()
    const path = await curl('-X', 'OPTIONS', `${url}/`)
    assert.equal(path.head.status, 204)
    assert.sameMembers(path.head.header('allow')?.split(', ') ?? [], ['GET', 'HEAD', 'POST', 'OPTIONS'])
    const server = await curl('-X', 'OPTIONS', '--request-target', '*', url)
    assert.equal(server.head.status, 204)
    const refused = await curl('-X', 'DELETE', `${url}/`)
    assert.equal(refused.head.status, 405)
    assert.equal(refused.head.header('allow'), path.head.header('allow'))
  })

  it.each(['/', '/stream', '/this', '/nowhere'])(
    'with HTTP/1.0 gets the same %s, not in chunks',
    async (path) => {
      const { url } = await serve()
      const [now, then] = [await curl(url + path), await curl('--http1.0', url + path)]
      assert.equal(then.code, 0)
      assert.equal(then.head.status, now.head.status)
      assert.equal(then.head.header('transfer-encoding'), undefined)
      assert.equal(withoutIds(then.text), withoutIds(now.text))
    },
  )

  it.each([
    '/files/../../../../etc/passwd',
    '/files/./../secret',
    '/files/%2e%2e/%2E%2E/etc/passwd',
    '/files/..%2f..%2fetc%2fpasswd',
    '/files/..%5c..%5cboot.ini',
    '/files/%00/etc/passwd',
    '/../files/x',
    '/files/..',
  ])('--path-as-is gets nowhere with %s', async (path) => {
    const { url } = await serve()
    asked.length = 0
    const { head } = await curl('--path-as-is', url + path)
    assert.equal(head.status, 400)
    assert.deepEqual(asked, [])
  })

  it('--path-as-is gets names that only look so', async () => {
    const { url } = await serve()
    for (const name of ['...', '..a', 'a..', '.hidden', '%252e%252e']) {
      const { text } = await curl('--path-as-is', `${url}/files/${name}`)
      assert.deepEqual(JSON.parse(text), { path: decodeURIComponent(name) })
    }
  })
})

function withoutIds(text: string): string {
  return text.replaceAll(/"(?:requestId|traceId)":"[^"]*"/g, '')
}
