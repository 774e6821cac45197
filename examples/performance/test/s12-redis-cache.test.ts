import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createClient } from 'redis'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { missingRedis, type RedisServer, startRedis } from '../../../services/redis.ts'
import { app } from '../s12-redis-cache.ts'
import { eventually, served } from './served.ts'

const missing = missingRedis()
const EXAMPLE = fileURLToPath(new URL('../s12-redis-cache.ts', import.meta.url))
const FROM_SOURCE = fileURLToPath(new URL('from-source.ts', import.meta.url))
const GONE = 'Cache: Redis does not answer, going on without it'
const BACK = 'Cache: Redis answers again'

afterEach(() => vi.restoreAllMocks())

interface User {
  readonly id: string
  readonly name: string
  readonly reads: number
}

async function userAt(url: string, id: string | number): Promise<User> {
  return (await fetch(`${url}/users/${id}`)).json() as Promise<User>
}

async function rename(url: string, id: string | number, name: string): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/users/${id}`, {
    method: 'PUT',
    headers,
    body: JSON.stringify({ name }),
  })
  await response.text()
  return response.status
}

async function redis(): Promise<RedisServer> {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  return server
}

/** What the cache says in the log. */
function cacheLines(): readonly string[] {
  const lines: string[] = []
  const keep = (line: unknown): void => void (String(line).startsWith('Cache:') && lines.push(String(line)))
  for (const level of ['info', 'warn', 'error'] as const) vi.spyOn(console, level).mockImplementation(keep)
  return lines
}

describe('S12: users in a cache, without Redis', () => {
  it('are read once, by any number who ask at once, until they are changed', async () => {
    const { url } = await served(app.with({ redisUrl: undefined }))
    const users = await Promise.all(Array.from({ length: 20 }, () => userAt(url, 7)))
    expect(users).toEqual(users.map(() => ({ id: '7', name: 'User 7', reads: 1 })))
    expect(await userAt(url, 8)).toEqual({ id: '8', name: 'User 8', reads: 2 })
    expect(await rename(url, 7, 'Grace')).toBe(200)
    expect(await userAt(url, 7)).toEqual({ id: '7', name: 'Grace', reads: 3 })
    expect(await userAt(url, 7)).toEqual({ id: '7', name: 'Grace', reads: 3 })
    expect(await rename(url, 'nobody', 'x')).toBe(404)
    expect((await fetch(`${url}/users/nobody`)).status).toBe(404)
  })
})

describe.skipIf(missing !== undefined)(`S12: users in Redis${missing ?? ''}`, () => {
  it('are kept for five minutes, as JSON, under a key of this application', async () => {
    const server = await redis()
    const { url } = await served(app.with({ redisUrl: server.url }))
    await userAt(url, 7)
    const client = createClient({ url: server.url })
    await client.connect()
    onTestFinished(() => client.close())
    const [key = '', ...others] = await client.keys('*')
    expect([key, others]).toEqual(['users:value:/user:7', []])
    expect(JSON.parse((await client.get(key)) ?? '')).toContainEqual({ id: '7', name: 'User 7', reads: 1 })
    const left = await client.pTTL(key)
    expect(left).toBeGreaterThan(290_000)
    expect(left).toBeLessThanOrEqual(300_000)
    await rename(url, 7, 'Grace')
    expect(await client.keys('*')).toEqual([])
  })

  it('are shared by two processes', async () => {
    const server = await redis()
    const [one, other] = await Promise.all([start(server.url), start(server.url)])
    expect(await userAt(one, 7)).toEqual({ id: '7', name: 'User 7', reads: 1 })
    expect(await userAt(other, 8)).toMatchObject({ reads: 1 })
    // Both have read one user by now: a third read would be its second.
    expect(await userAt(other, 7)).toEqual({ id: '7', name: 'User 7', reads: 1 })
    expect(await userAt(one, 8)).toEqual({ id: '8', name: 'User 8', reads: 1 })
    await rename(one, 7, 'Grace')
    expect((await userAt(other, 7)).reads).toBe(2)
  })

  it('are had without it when it stops under load, and from it when it is back', async () => {
    const server = await redis()
    const lines = cacheLines()
    const { url } = await served(app.with({ redisUrl: server.url }))
    await userAt(url, 0)
    expect(await userAt(url, 0)).toMatchObject({ reads: 1 })

    const statuses = new Map<number, number>()
    let isOver = false
    let count = 0
    async function load(): Promise<void> {
      while (!isOver) {
        const id = count++ % 300
        const status =
          id % 50 === 49
            ? await rename(url, id, `Renamed ${count}`)
            : (await fetch(`${url}/users/${id}`)).status
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
    }
    const clients = Array.from({ length: 20 }, load)
    const passed = async (more: number): Promise<void> => {
      const goal = count + more
      await eventually(() => count >= goal, 'The load')
    }
    await passed(500)
    await server.kill()
    await passed(500)
    await eventually(() => lines.includes(GONE))
    await server.restart()
    await eventually(() => lines.includes(BACK), 'Coming back', 15_000)
    await passed(500)
    isOver = true
    await Promise.all(clients)

    expect([...statuses.keys()]).toEqual([200])
    expect(lines).toEqual([GONE, BACK])
    const { reads } = await userAt(url, 1)
    expect((await userAt(url, 1)).reads).toBe(reads)
  }, 40_000)

  it('are had when it is not there at the start', async () => {
    const server = await redis()
    await server.kill()
    const lines = cacheLines()
    const { url } = await served(app.with({ redisUrl: server.url }))
    expect(await userAt(url, 7)).toMatchObject({ name: 'User 7' })
    await server.restart()
    await eventually(() => lines.includes(BACK), 'Coming back', 15_000)
    const { reads } = await userAt(url, 7)
    expect((await userAt(url, 7)).reads).toBe(reads)
    expect(lines).toEqual([GONE, BACK])
  }, 30_000)
})

/** The example as a process of its own; where it listens. */
async function start(redisUrl: string): Promise<string> {
  const port = await freePort()
  const env = { ...process.env, REDIS_URL: redisUrl, PORT: String(port) }
  const child = spawn(process.execPath, ['--import', FROM_SOURCE, EXAMPLE], { env, stdio: 'inherit' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const url = `http://127.0.0.1:${port}`
  for (const end = Date.now() + 15_000; Date.now() < end; ) {
    const isUp = await fetch(url).then(
      async (response) => (await response.text()).length > 0,
      () => false,
    )
    if (isUp) return url
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('The example did not start')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
