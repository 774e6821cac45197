import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp } from '../app.ts'
import { type Database, openDatabase } from '../database.ts'
import { ways } from './ways.ts'

type App = Pick<ReturnType<typeof createApp>, 'fetch' | 'shutdown'>

for (const way of ways) {
  describe.skipIf(way.missing !== undefined)(`the users API on ${way.name}${way.missing ?? ''}`, () => {
    let app: App
    beforeAll(() => way.start())
    afterAll(() => way.stop())
    beforeEach(async () => {
      app = createApp(await way.fresh())
    })
    afterEach(async () => {
      vi.restoreAllMocks()
      await app.shutdown()
    })

    function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
      return app.fetch(new Request(`http://localhost${path}`, { headers }))
    }

    function send(method: string, path: string, content?: unknown, headers: Record<string, string> = {}) {
      const init = { method, headers: { 'content-type': 'application/json', ...headers } }
      const body = content === undefined ? {} : { body: JSON.stringify(content) }
      return app.fetch(new Request(`http://localhost${path}`, { ...init, ...body }))
    }

    const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
    const ZOE = { name: 'Zoë Test', email: 'zoe@example.com' }

    describe('one user', () => {
      it('comes from the database, then from the cache', async () => {
        const first = await get('/users/7')
        expect([first.status, first.headers.get('x-cache')]).toEqual([200, 'MISS'])
        expect(first.headers.get('content-type')).toBe('application/json')
        expect(await first.json()).toMatchObject({ id: 7, name: 'Lakshmi Reddy', bio: null, version: 1 })
        const second = await get('/users/7')
        expect([second.status, second.headers.get('x-cache')]).toEqual([200, 'HIT'])
        expect(await second.json()).toMatchObject({ id: 7, name: 'Lakshmi Reddy' })
      })

      it('has an entity tag, and is not sent again to who knows it', async () => {
        const etag = (await get('/users/7')).headers.get('etag') ?? ''
        expect(etag).toBe('"1"')
        const again = await get('/users/7', { 'if-none-match': etag })
        expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, ''])
        expect((await get('/users/7', { 'if-none-match': '"0"' })).status).toBe(200)
      })

      it.each([
        '/users/99999',
        '/users/007',
        '/users/7.0',
        '/users/-1',
        '/users/x',
        '/users/99999999999999999999',
      ])('is a problem when there is none: %s', async (path) => {
        const response = await get(path)
        expect(response.status).toBe(404)
        expect(response.headers.get('content-type')).toBe('application/problem+json')
        expect(await response.json()).toMatchObject({ status: 404, title: 'Not Found', instance: path })
      })

      it('is a page for a browser, with everything escaped', async () => {
        const created = await send('POST', '/users', {
          ...ZOE,
          name: '<script>alert(1)</script>',
          bio: '"&<',
        })
        const path = created.headers.get('location') ?? ''
        const response = await get(path, HTML)
        expect(response.headers.get('content-type')).toMatch(/^text\/html; ?charset=utf-8$/)
        expect(response.headers.get('vary')).toMatch(/accept/i)
        const page = await response.text()
        expect(page).toContain('<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1>')
        expect(page).toContain('&quot;&amp;&lt;')
        expect(page).not.toContain('<script>')
        expect(response.headers.get('etag')).not.toBe((await get(path)).headers.get('etag'))
      })

      it('answers HEAD and OPTIONS, and refuses other methods', async () => {
        const head = await app.fetch(new Request('http://localhost/users/7', { method: 'HEAD' }))
        expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, '"1"', ''])
        const options = await app.fetch(new Request('http://localhost/users/7', { method: 'OPTIONS' }))
        expect([options.status, options.headers.get('allow')]).toEqual([
          204,
          'DELETE, GET, HEAD, OPTIONS, PUT',
        ])
        expect((await send('PATCH', '/users/7', {})).status).toBe(405)
      })
    })

    describe('a new user', () => {
      it('is created where Location says', async () => {
        const response = await send('POST', '/users', ZOE)
        expect([response.status, response.headers.get('location')]).toEqual([201, '/users/301'])
        const user = await response.json()
        expect(user).toMatchObject({ id: 301, ...ZOE, bio: null, version: 1 })
        expect(await (await get('/users/301')).json()).toEqual(user)
      })

      it('is refused with every fault in it', async () => {
        const response = await send('POST', '/users', { name: '', email: 'nobody' })
        expect([response.status, response.headers.get('content-type')]).toEqual([
          422,
          'application/problem+json',
        ])
        const { errors } = (await response.json()) as { errors: { pointer: string; in: string }[] }
        expect(errors.map(({ pointer, in: part }) => `${part} ${pointer}`)).toEqual([
          'body /name',
          'body /email',
        ])
      })

      it('is refused when somebody has the email address, in whatever case', async () => {
        expect((await send('POST', '/users', ZOE)).status).toBe(201)
        const response = await send('POST', '/users', { ...ZOE, email: 'ZOE@example.com' })
        expect(response.status).toBe(409)
        expect(await response.json()).toMatchObject({ errors: [{ pointer: '/email' }] })
        expect((await send('POST', '/users', { ...ZOE, email: 'other@example.com' })).status).toBe(201)
      })

      it('must come as JSON', async () => {
        const broken = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name' }
        expect((await app.fetch(new Request('http://localhost/users', broken))).status).toBe(400)
        expect((await send('POST', '/users', ZOE, { 'content-type': 'text/csv' })).status).toBe(415)
      })
    })

    describe('changing a user', () => {
      const changed = { name: 'New Name', email: 'new@example.com', bio: 'New' }

      it('needs to know the current version', async () => {
        expect((await send('PUT', '/users/7', changed)).status).toBe(428)
        expect((await send('PUT', '/users/7', changed, { 'if-match': '"9"' })).status).toBe(412)
        const response = await send('PUT', '/users/7', changed, { 'if-match': '"1"' })
        expect(response.status).toBe(200)
        expect(await response.json()).toMatchObject({ id: 7, ...changed, version: 2 })
        expect((await send('PUT', '/users/7', changed, { 'if-match': '"1"' })).status).toBe(412)
      })

      it('takes the tag of the page as well', async () => {
        const tag = (await get('/users/7', HTML)).headers.get('etag') ?? ''
        expect((await send('PUT', '/users/7', changed, { 'if-match': tag })).status).toBe(200)
      })

      it('makes the cache forget the user', async () => {
        await get('/users/7')
        expect((await get('/users/7')).headers.get('x-cache')).toBe('HIT')
        await send('PUT', '/users/7', changed, { 'if-match': '"1"' })
        const response = await get('/users/7')
        expect([response.headers.get('x-cache'), response.headers.get('etag')]).toEqual(['MISS', '"2"'])
        expect(await response.json()).toMatchObject(changed)
      })

      it('is refused with 404, 409 and 422 like creating', async () => {
        const match = { 'if-match': '"1"' }
        const other = (await (await get('/users/8')).json()) as { email: string }
        expect((await send('PUT', '/users/99999', changed, match)).status).toBe(404)
        expect((await send('PUT', '/users/7', { ...changed, email: other.email }, match)).status).toBe(409)
        expect((await send('PUT', '/users/7', { name: 'No address' }, match)).status).toBe(422)
        expect((await get('/users/7')).headers.get('etag')).toBe('"1"')
      })

      it('succeeds once when two change the same version', async () => {
        const changes = ['a@example.com', 'b@example.com'].map((email) =>
          send('PUT', '/users/7', { ...changed, email }, { 'if-match': '"1"' }),
        )
        const statuses = (await Promise.all(changes)).map(({ status }) => status)
        expect(statuses.sort()).toEqual([200, 412])
      })

      it('changes nothing when the commit fails, and says so', async () => {
        const settings = await way.fresh()
        const database = await openDatabase(settings.databaseUrl, console)
        const failing: Database = {
          ...database,
          async begin() {
            const transaction = await database.begin()
            return { ...transaction, commit: () => Promise.reject(new Error('The disk is full')) }
          },
        }
        const reported = vi.spyOn(console, 'error').mockReturnValue()
        app = createApp(settings).with({ database: failing })
        await get('/users/7')
        const response = await send('PUT', '/users/7', changed, { 'if-match': '"1"' })
        expect(response.status).toBe(500)
        expect(await response.text()).not.toContain('disk')
        const failure = expect.objectContaining({ message: 'The disk is full' })
        expect(reported.mock.calls).toEqual([[expect.stringContaining('"transaction"'), failure]])
        const after = await get('/users/7')
        expect([after.headers.get('etag'), after.headers.get('x-cache')]).toEqual(['"1"', 'HIT'])
      })
    })

    describe('deleting a user', () => {
      it('is done once', async () => {
        await get('/users/7')
        const response = await send('DELETE', '/users/7')
        expect([response.status, await response.text()]).toEqual([204, ''])
        expect((await get('/users/7')).status).toBe(404)
        expect((await send('DELETE', '/users/7')).status).toBe(404)
      })

      it('heeds If-Match when there is one', async () => {
        expect((await send('DELETE', '/users/7', undefined, { 'if-match': '"9"' })).status).toBe(412)
        expect((await send('DELETE', '/users/7', undefined, { 'if-match': '"1"' })).status).toBe(204)
      })
    })

    describe('the list of users', () => {
      it('gives a page, and where the others are', async () => {
        const response = await get('/users?page=2&perPage=20&fields=id,name')
        expect(response.status).toBe(200)
        const { users, pagination } = (await response.json()) as { users: object[]; pagination: object }
        expect(pagination).toEqual({ page: 2, perPage: 20, total: 300, pages: 15 })
        expect(users).toHaveLength(20)
        expect(users[0]).toEqual({ id: 21, name: expect.any(String) })
        expect(linksOf(response)).toEqual({
          first: '?page=1&perPage=20&fields=id%2Cname',
          prev: '?page=1&perPage=20&fields=id%2Cname',
          next: '?page=3&perPage=20&fields=id%2Cname',
          last: '?page=15&perPage=20&fields=id%2Cname',
        })
      })

      it('begins and ends', async () => {
        expect(Object.keys(linksOf(await get('/users')))).toEqual(['first', 'next', 'last'])
        expect(Object.keys(linksOf(await get('/users?page=15')))).toEqual(['first', 'prev', 'last'])
        const beyond = await get('/users?page=99')
        expect(linksOf(beyond).prev).toBe('?page=15')
        expect(await beyond.json()).toMatchObject({ users: [], pagination: { page: 99, pages: 15 } })
        const far = await get(`/users?page=${Math.floor(Number.MAX_SAFE_INTEGER / 100)}&perPage=100`)
        expect(await far.json()).toMatchObject({ users: [], pagination: { total: 300, pages: 3 } })
      })

      it.each([
        ['page=0', ['/page']],
        ['page=1.5', ['/page']],
        ['page=99999999999999999999', ['/page']],
        ['perPage=101', ['/perPage']],
        ['page=x&perPage=-1', ['/page', '/perPage']],
        ['fields=id,password', ['/fields']],
        ['fields=', ['/fields']],
        ['fields=constructor', ['/fields']],
      ])('refuses ?%s and names the parameter', async (query, pointers) => {
        const response = await get(`/users?${query}`)
        expect([response.status, response.headers.get('content-type')]).toEqual([
          422,
          'application/problem+json',
        ])
        const { errors } = (await response.json()) as { errors: { pointer: string; in: string }[] }
        expect(errors.map(({ pointer }) => pointer)).toEqual(pointers)
        expect(errors.every((error) => error.in === 'query')).toBe(true)
      })

      it('reads the columns that were asked for and no others', async () => {
        const settings = await way.fresh()
        const database = await openDatabase(settings.databaseUrl, console)
        const statements: string[] = []
        const watched: Database = {
          ...database,
          query(sql, ...values) {
            statements.push(sql)
            return database.query(sql, ...values)
          },
        }
        app = createApp(settings).with({ database: watched })
        await get('/users?fields=name,id')
        expect(statements).toContainEqual(expect.stringMatching(/^SELECT id, name FROM users /))
      })

      it('is a page for a browser', async () => {
        const response = await get('/users?page=2&perPage=5&fields=id,name', HTML)
        expect(response.status).toBe(200)
        const page = await response.text()
        expect(page).toContain('Page 2 of 60; 300 users in all.')
        expect(page.match(/<a href="\/users\/\d+">/g)).toHaveLength(5)
        expect(page).toContain('<a rel="next" href="?page=3&amp;perPage=5&amp;fields=id%2Cname">next</a>')
        expect(page).not.toContain('<th>Email</th>')
        expect(response.headers.get('link')).toContain('rel="next"')
      })
    })

    describe('every answer', () => {
      it('is sent as gzip where the client takes it, when it is long enough', async () => {
        const gzip = { 'accept-encoding': 'gzip' }
        const list = await get('/users', gzip)
        expect([list.headers.get('content-encoding'), list.headers.get('vary')]).toEqual([
          'gzip',
          expect.stringMatching(/accept-encoding/i),
        ])
        const plain = await get('/users')
        expect(plain.headers.get('content-encoding')).toBeNull()
        const unzipped = list.body?.pipeThrough(new DecompressionStream('gzip')) ?? null
        expect(await new Response(unzipped).json()).toEqual(await plain.json())
        expect((await get('/users/7', gzip)).headers.get('content-encoding')).toBeNull()
      })

      it.each(['/', '/users/7', '/users/0', '/users?page=0', '/nowhere'])(
        'tells how long it took: %s',
        async (path) => {
          const response = await get(path)
          expect(response.headers.get('x-response-time')).toMatch(/^\d+\.\dms$/)
          expect(response.headers.get('cache-control')).toBe('no-cache')
        },
      )

      it('begins with an index, in JSON and HTML', async () => {
        expect(await (await get('/')).json()).toMatchObject({ links: { users: '/users' } })
        expect(await (await get('/', HTML)).text()).toContain('<a href="/users">users</a>')
      })
    })

    describe('many at once', () => {
      it('never get the user of another', async () => {
        const ids = Array.from({ length: 50 }, (_, index) => index + 1)
        for (const expected of ['MISS', 'HIT']) {
          const responses = await Promise.all(ids.map((id) => get(`/users/${id}`)))
          const users = await Promise.all(
            responses.map((response) => response.json() as Promise<{ id: number }>),
          )
          expect(users.map(({ id }) => id)).toEqual(ids)
          expect(responses.every(({ headers }) => headers.get('x-cache') === expected)).toBe(true)
        }
      })

      it('write one after another', async () => {
        const emails = Array.from({ length: 50 }, (_, index) => `user${index % 40}@example.com`)
        const responses = await Promise.all(emails.map((email) => send('POST', '/users', { ...ZOE, email })))
        expect(responses.filter(({ status }) => status === 201)).toHaveLength(40)
        expect(responses.filter(({ status }) => status === 409)).toHaveLength(10)
        const { pagination } = (await (await get('/users')).json()) as { pagination: { total: number } }
        expect(pagination.total).toBe(340)
      })
    })
  })
}

function linksOf(response: Response): Record<string, string> {
  const parts = (response.headers.get('link') ?? '').matchAll(/<([^>]*)>; rel="(\w+)"/g)
  return Object.fromEntries([...parts].map(([, target, relation]) => [relation, target]))
}
