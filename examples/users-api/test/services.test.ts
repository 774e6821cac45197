import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { missingPostgres, type PostgresServer, startPostgres } from '../../../services/postgres.ts'
import { missingRedis, type RedisServer, startRedis } from '../../../services/redis.ts'
import { createApp, type Settings } from '../app.ts'
import { type Database, openDatabase } from '../database.ts'

const missing = missingPostgres() ?? missingRedis()
const nowhere = 'redis://127.0.0.1:1'

type App = Pick<ReturnType<typeof createApp>, 'fetch' | 'startup' | 'shutdown'>

function started(settings: Settings): App {
  const app = createApp(settings)
  onTestFinished(() => app.shutdown())
  return app
}

function get(app: App, path: string): Promise<Response> {
  return app.fetch(new Request(`http://localhost${path}`))
}

const INPUT = JSON.stringify({ name: 'New Name', email: 'new@example.com' })

function put(app: App, path: string, etag: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'if-match': etag }
  return app.fetch(new Request(`http://localhost${path}`, { method: 'PUT', headers, body: INPUT }))
}

async function seen(app: App, path: string): Promise<readonly [cache: string | null, etag: string | null]> {
  const response = await get(app, path)
  await response.text()
  return [response.headers.get('x-cache'), response.headers.get('etag')]
}

afterEach(() => vi.restoreAllMocks())

describe('without its services', () => {
  it('a database that cannot be reached is an error at the start, without its password', async () => {
    const databaseUrl = 'postgres://someone:secret@127.0.0.1:1/none'
    const failure = await createApp({ databaseUrl }).startup().catch(String)
    expect(failure).toContain('Cannot open the database of DATABASE_URL: connect ECONNREFUSED')
    expect(failure).not.toContain('secret')
  })

  it('a Redis that cannot be reached is a cache without entries, and does not hinder the end', async () => {
    const warned = vi.spyOn(console, 'warn').mockReturnValue()
    const app = createApp({ redisUrl: nowhere })
    for (let request = 0; request < 3; request++) expect(await seen(app, '/users/7')).toEqual(['MISS', '"1"'])
    expect((await put(app, '/users/7', '"1"')).status).toBe(200)
    expect(await seen(app, '/users/7')).toEqual(['MISS', '"2"'])
    expect(warned.mock.calls.map(([line]) => line)).toEqual([
      'Cache: Redis does not answer, going on without it',
    ])
    await app.shutdown()
  })
})

describe.skipIf(missing !== undefined)(`with its services${missing ?? ''}`, () => {
  let database: PostgresServer
  let redis: RedisServer
  let settings: Settings

  beforeAll(async () => {
    ;[database, redis] = await Promise.all([startPostgres(), startRedis()])
  })
  afterAll(async () => {
    await database?.stop()
    await redis?.stop()
  })
  beforeEach(async () => {
    await query('DROP TABLE IF EXISTS users')
    settings = { databaseUrl: database.url, redisUrl: redis.url, redisPrefix: `test-${randomUUID()}:` }
  })

  async function query(sql: string): Promise<readonly unknown[]> {
    const client = new Client({ connectionString: database.url })
    await client.connect()
    const { rows } = await client.query(sql)
    await client.end()
    return rows
  }

  it('several processes may start at once on an empty database', async () => {
    const apps = Array.from({ length: 4 }, () => started(settings))
    await Promise.all(apps.map((app) => app.startup()))
    expect(await query('SELECT count(*)::integer AS users FROM users')).toEqual([{ users: 300 }])
  })

  it('what was stored is there after a restart, also when it is nothing', async () => {
    const app = createApp(settings)
    expect((await put(app, '/users/7', '"1"')).status).toBe(200)
    await app.shutdown()
    expect(await seen(started(settings), '/users/7')).toEqual(['MISS', '"2"'])
    await query('DELETE FROM users')
    const again = started(settings)
    expect(await (await get(again, '/users')).json()).toMatchObject({ users: [], pagination: { total: 0 } })
  })

  it('a table of that name that is not ours is an error at the start', async () => {
    await query('CREATE TABLE users (id integer, name text)')
    await expect(started(settings).startup()).rejects.toThrow(
      'Cannot open the database of DATABASE_URL: column "email" does not exist',
    )
  })

  it('what one process has cached the other finds, and what one changes neither keeps', async () => {
    const [one, other] = [started(settings), started(settings)]
    expect(await seen(one, '/users/7')).toEqual(['MISS', '"1"'])
    expect(await seen(other, '/users/7')).toEqual(['HIT', '"1"'])
    expect((await put(one, '/users/7', '"1"')).status).toBe(200)
    expect(await seen(other, '/users/7')).toEqual(['MISS', '"2"'])
    expect(await seen(one, '/users/7')).toEqual(['HIT', '"2"'])
  })

  it('an old row that was being read while another process changed it is not kept', async () => {
    const writer = started(settings)
    const { promise: changed, resolve: goOn } = Promise.withResolvers<void>()
    const real = await openDatabase(database.url, console)
    const slow: Database = {
      ...real,
      async query(sql, ...values) {
        const rows = await real.query<never>(sql, ...values)
        await changed
        return rows
      },
    }
    const reader = createApp(settings).with({ database: slow })
    onTestFinished(() => reader.shutdown())
    const reading = seen(reader, '/users/7')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect((await put(writer, '/users/7', '"1"')).status).toBe(200)
    goOn()
    expect(await reading).toEqual(['MISS', '"1"'])
    for (const app of [reader, writer]) expect((await seen(app, '/users/7'))[1]).toBe('"2"')
  })

  it('a database that is lost before the commit is a 500, and 503 until it is back', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    vi.spyOn(console, 'warn').mockReturnValue()
    const app = started(settings)
    expect((await seen(app, '/users/8'))[0]).toBe('MISS')
    await database.kill()
    const lost = await put(app, '/users/8', '"1"')
    expect([500, 503]).toContain(lost.status)
    const refused = await get(app, '/users')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
    // What Redis has needs no database.
    expect((await seen(app, '/users/8'))[0]).toBe('HIT')
    await database.restart()
    expect((await put(app, '/users/8', '"1"')).status).toBe(200)
    expect(await seen(app, '/users/8')).toEqual(['MISS', '"2"'])
  })

  it('gives all connections back', async () => {
    const app = createApp(settings)
    const emails = Array.from({ length: 60 }, (_, index) => `user${index % 30}@example.com`)
    const statuses = await Promise.all(
      emails.map(async (email) => {
        const headers = { 'content-type': 'application/json' }
        const body = JSON.stringify({ name: 'Ada', email })
        const request = new Request('http://localhost/users', { method: 'POST', headers, body })
        return (await app.fetch(request)).status
      }),
    )
    expect(statuses.toSorted()).toEqual([...Array(30).fill(201), ...Array(30).fill(409)])
    // The end of the pool waits for those that are lent: it would take for ever.
    await app.shutdown()
    const others =
      "SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    for (const end = Date.now() + 5_000; (await query(others)).length > 0 && Date.now() < end; );
    expect(await query(others)).toEqual([])
  })
})
