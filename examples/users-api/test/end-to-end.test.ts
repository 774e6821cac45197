import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Settings } from '../app.ts'
import { ways } from './ways.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

// The server is a process of its own, so it takes the framework as it is built.
beforeAll(() => {
  execFileSync('npm', ['run', 'build', '--silent'], { cwd: root, stdio: 'inherit' })
}, 60_000)

for (const way of ways) {
  describe.skipIf(way.missing !== undefined)(`the server on ${way.name}${way.missing ?? ''}`, () => {
    let server: ChildProcess
    let url: string
    let settings: Settings
    let printed = ''

    beforeAll(async () => {
      await way.start()
      settings = await way.fresh()
      server = spawn(process.execPath, ['examples/users-api/main.ts'], {
        cwd: root,
        env: environment(settings),
      })
      server.stderr?.on('data', (data) => process.stderr.write(data))
      url = await new Promise((resolve, reject) => {
        server.once('exit', (code) => reject(new Error(`The server ended with ${code} before it listened`)))
        server.stdout?.on('data', (data) => {
          printed += data
          const address = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0]
          if (address !== undefined) resolve(address)
        })
      })
    }, 60_000)

    afterAll(async () => {
      server?.kill('SIGKILL')
      await way.stop()
    })

    function send(method: string, path: string, content?: unknown, headers: Record<string, string> = {}) {
      const body = content === undefined ? {} : { body: JSON.stringify(content) }
      return fetch(url + path, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...body,
      })
    }

    it('serves the whole example over HTTP, until it is interrupted', async () => {
      expect(printed).toContain('/users/{userId}')

      const miss = await fetch(`${url}/users/7`)
      const etag = miss.headers.get('etag') ?? ''
      expect([miss.status, miss.headers.get('x-cache')]).toEqual([200, 'MISS'])
      expect(await miss.json()).toMatchObject({ id: 7, version: 1 })
      const hit = await fetch(`${url}/users/7`)
      expect([hit.status, hit.headers.get('x-cache')]).toEqual([200, 'HIT'])
      await hit.text()

      const same = await fetch(`${url}/users/7`, { headers: { 'if-none-match': etag } })
      expect([same.status, await same.text()]).toEqual([304, ''])
      const missing = await fetch(`${url}/users/9999`)
      expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
      await missing.text()

      const user = { name: 'Zoë', email: 'zoe@example.com' }
      const created = await send('POST', '/users', user)
      const location = created.headers.get('location') ?? ''
      expect([created.status, location]).toEqual([201, '/users/301'])
      expect(await statusOf(send('POST', '/users', { name: '' }))).toBe(422)
      expect(await statusOf(send('POST', '/users', user))).toBe(409)

      expect(await statusOf(send('PUT', location, user))).toBe(428)
      expect(await statusOf(send('PUT', location, user, { 'if-match': '"9"' }))).toBe(412)
      const changed = await send('PUT', location, { ...user, bio: 'Here' }, { 'if-match': '"1"' })
      expect(await changed.json()).toMatchObject({ ...user, bio: 'Here', version: 2 })
      expect((await (await fetch(url + location)).json()) as object).toMatchObject({ bio: 'Here' })
      expect(await statusOf(send('DELETE', location))).toBe(204)
      expect(await statusOf(fetch(url + location))).toBe(404)

      const list = await fetch(`${url}/users?page=2&perPage=20&fields=id,name`)
      expect(list.headers.get('link')).toContain('<?page=3&perPage=20&fields=id%2Cname>; rel="next"')
      expect(await list.json()).toMatchObject({ pagination: { page: 2, perPage: 20, total: 300, pages: 15 } })
      expect(list.headers.get('content-encoding')).toBeNull()
      const page = await fetch(`${url}/users`, { headers: { accept: 'text/html' } })
      expect(page.headers.get('content-encoding')).toMatch(/^(zstd|br|gzip)$/)
      expect(page.headers.get('content-type')).toMatch(/^text\/html/)
      expect(await page.text()).toContain('<a href="/users/20">')

      const ids = Array.from({ length: 50 }, (_, index) => index + 100)
      const users = await Promise.all(ids.map(async (id) => (await fetch(`${url}/users/${id}`)).json()))
      expect(users.map((one) => (one as { id: number }).id)).toEqual(ids)

      const isOutside = settings.databaseUrl !== undefined
      expect(await way.outside(settings)).toEqual({ users: isOutside ? 300 : 0, cached: isOutside })

      const exit = once(server, 'exit')
      server.kill('SIGINT')
      expect(await exit).toEqual([0, null])
    })
  })
}

/** The variables of this process, but for what the server is to run on. */
function environment({ databaseUrl, redisUrl, redisPrefix }: Settings): NodeJS.ProcessEnv {
  const own = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, REDIS_PREFIX: redisPrefix }
  return { ...process.env, ...own, PORT: '0', HOST: '127.0.0.1' }
}

async function statusOf(answer: Promise<Response>): Promise<number> {
  const response = await answer
  await response.text()
  return response.status
}
