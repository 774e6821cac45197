import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { missingRedis, type RedisServer, startRedis } from '../../../services/redis.ts'
import { app } from '../s16-durable-jobs.ts'
import { eventually, served } from './served.ts'

const WORKER = fileURLToPath(new URL('../s16-durable-jobs-worker.ts', import.meta.url))
const missing = missingRedis()

async function redis(): Promise<RedisServer> {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  return server
}

/** What workers have written: `begun 1`, `sent 1 ada@example.com`. */
function outbox(): { readonly path: string; readonly lines: (word: string) => readonly string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'outbox-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'outbox.txt')
  writeFileSync(path, '')
  const lines = (word: string) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith(`${word} `))
  return { path, lines }
}

/** A worker process; a job is given to another one after a second without a sign of life. */
async function startWorker(redisUrl: string, path: string): Promise<ChildProcess> {
  const env = { ...process.env, REDIS_URL: redisUrl, OUTBOX: path, LOCK: '1000' }
  const child = spawn(process.execPath, [WORKER], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout as NodeJS.ReadableStream, 'data')
  return child
}

function ask(url: string, id: number | string, email = `user${id}@example.com`): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(`${url}/welcomes/${id}`, { method: 'PUT', headers, body: JSON.stringify({ email }) })
}

describe.skipIf(missing !== undefined)(`S16: jobs that outlive a process${missing ?? ''}`, () => {
  it('are done at least once each, though workers are killed in the middle', async () => {
    const { url: redisUrl } = await redis()
    const { path, lines } = outbox()
    const { url } = await served(app.with({ redisUrl }))
    const ids = Array.from({ length: 40 }, (_, index) => index + 1)

    let worker = await startWorker(redisUrl, path)
    const accepted = await Promise.all(ids.map(async (id) => (await ask(url, id)).status))
    expect(accepted).toEqual(ids.map(() => 202))
    for (const done of [4, 12]) {
      await eventually(() => lines('sent').length >= done, 'The work', 20_000)
      worker.kill('SIGKILL')
      await once(worker, 'exit')
      expect(lines('sent').length).toBeLessThan(ids.length)
      worker = await startWorker(redisUrl, path)
    }
    const done = () => new Set(lines('sent'))
    await eventually(() => done().size === ids.length, 'The rest of the work', 40_000)
    expect([...done()].sort()).toEqual(ids.map((id) => `sent ${id} user${id}@example.com`).sort())
    // Those that were in hand when a worker died were begun again: it did die in the middle.
    expect(lines('begun').length).toBeGreaterThan(ids.length)
    await vi.waitFor(
      async () =>
        expect(await (await fetch(`${url}/welcomes/40`)).json()).toMatchObject({ state: 'completed' }),
      5_000,
    )
  }, 90_000)

  it('wait while there is no worker, and are one however often the client asks', async () => {
    const { url: redisUrl } = await redis()
    const { path, lines } = outbox()
    const { url } = await served(app.with({ redisUrl }))
    const answers = await Promise.all([1, 2, 3].map(() => ask(url, 'a:b', 'ada@example.com')))
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202])
    expect(await (await fetch(`${url}/welcomes/a:b`)).json()).toEqual({ userId: 'a:b', state: 'waiting' })
    expect((await fetch(`${url}/welcomes/nobody`)).status).toBe(404)
    const worker = await startWorker(redisUrl, path)
    await eventually(() => lines('sent').length === 1, 'The work', 10_000)
    worker.kill('SIGTERM')
    expect(await once(worker, 'exit')).toEqual([0, null])
    expect(lines('begun')).toEqual(['begun a:b'])
  }, 30_000)

  it('are brought to their end by a worker that is told to stop', async () => {
    const { url: redisUrl } = await redis()
    const { path, lines } = outbox()
    const { url } = await served(app.with({ redisUrl }))
    const worker = await startWorker(redisUrl, path)
    await ask(url, 1)
    await eventually(() => lines('begun').length === 1)
    worker.kill('SIGTERM')
    expect(await once(worker, 'exit')).toEqual([0, null])
    expect(lines('sent')).toEqual(['sent 1 user1@example.com'])
  }, 30_000)

  it('are refused with 503 while Redis is away, and taken again when it is back', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    const server = await redis()
    const { url } = await served(app.with({ redisUrl: server.url }))
    expect((await ask(url, 1)).status).toBe(202)
    await server.kill()
    const refused = await ask(url, 2)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
    await server.restart()
    await vi.waitFor(async () => expect((await ask(url, 3)).status).toBe(202), 10_000)
    vi.restoreAllMocks()
  }, 30_000)

  it('are not promised by a server that never reached Redis: it does not start', async () => {
    const server = await redis()
    await server.kill()
    await expect(served(app.with({ redisUrl: server.url }))).rejects.toThrow(
      `Cannot connect to Redis at ${server.url}`,
    )
  })
})
