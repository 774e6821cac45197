import type { Pool, PoolConfig } from 'pg'
import { HttpError } from 'restmachine'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Database, missingPostgres, openDatabase } from '../../../services/postgres.ts'
import { openPool } from '../database.ts'
import { app } from '../s02-connection-pool.ts'
import { inParallel, leaveAtOnce, leaveStream, statusOf } from './clients.ts'
import { eventually, served } from './served.ts'

const missing = missingPostgres(false)
const missingOwn = missingPostgres()
const MANY = 20_000

// Requests that go wrong, beside those of the example.
const tried = app
  .get('/throws', ({ connection }) => {
    throw new Error(`A fault of process ${connection.escapeLiteral('one')}`)
  })
  .get('/refuses', ({ connection }) => {
    throw new HttpError(409, connection.escapeLiteral('taken'))
  })
  .get('/fails', ({ connection }) => connection.query('SELECT 1 / 0'))
  .get('/sleeps', ({ connection }) => connection.query('SELECT pg_sleep(20)'), { timeout: '200ms' })
  .get('/breaks', async function* ({ connection }) {
    yield* (await connection.query('SELECT * FROM users LIMIT 100')).rows
    throw new Error('A fault in the middle of a stream')
  })

describe.skipIf(missing !== undefined)(`S2: a connection of the pool${missing ?? ''}`, () => {
  let database: Database
  let pool: Pool

  beforeAll(async () => {
    database = await openDatabase()
  })
  afterAll(() => database?.stop())
  afterEach(() => vi.restoreAllMocks())

  /** The example with a pool of `max` connections, served. */
  async function servedWith(max: number, limits: PoolConfig = {}): Promise<string> {
    vi.spyOn(console, 'error').mockReturnValue()
    pool = await openPool({ connectionString: database.url, max, ...limits }, console)
    await pool.query(
      `INSERT INTO users (name, email) SELECT 'N', 'many' || n FROM generate_series(1, ${MANY}) AS n
       WHERE NOT EXISTS (SELECT FROM users WHERE email = 'many1')`,
    )
    const { url } = await served(tried.with({ databaseUrl: database.url, pool }), { sendTimeout: 2_000 })
    return url
  }

  const allBack = (): boolean => pool.idleCount === pool.totalCount && pool.waitingCount === 0

  it('is lent for a request and comes back, as /pool tells', async () => {
    const url = await servedWith(20)
    expect(await (await fetch(`${url}/users/7`)).json()).toMatchObject({ id: 7, name: 'User 7' })
    expect(await statusOf(fetch(`${url}/users/x`))).toBe(404)
    expect(await (await fetch(`${url}/pool`)).json()).toEqual({ total: 1, idle: 1, waiting: 0 })
  })

  it('carries a streamed answer to its end, and comes back then', async () => {
    const url = await servedWith(20)
    const accept = 'application/x-ndjson'
    const response = await fetch(`${url}/users`, { headers: { accept } })
    expect(response.headers.get('content-type')).toContain(accept)
    expect((await response.text()).trimEnd().split('\n')).toHaveLength(MANY + 300)
    await eventually(allBack, 'giving the connection back')
  })

  it('comes back after 1,000 requests that succeed, fail, stream, are left and are late', async () => {
    const url = await servedWith(10)
    const paths = ['/users/7', '/users/0', '/throws', '/refuses', '/fails', '/users/8', '/users/9', '/breaks']
    const seen = new Map<string, number>()
    const note = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1)
    async function one(index: number): Promise<void> {
      if (index % 100 === 99) return note(`late ${await statusOf(fetch(`${url}/sleeps`))}`)
      if (index % 10 === 8) return leaveStream(`${url}/users`).then(() => note('left a stream'))
      if (index % 10 === 9) return leaveAtOnce(`${url}/users/7`).then(() => note('left at once'))
      const path = paths[index % paths.length] as string
      note(`${path} ${await statusOf(fetch(url + path)).catch(() => 'broke off')}`)
    }
    await inParallel(1_000, 40, one)

    expect(await settled(allBack)).toEqual([pool.totalCount, 0])
    expect(pool.totalCount).toBeLessThanOrEqual(10)
    expect(await inTheDatabase()).toBe(pool.totalCount)
    expect(Object.fromEntries(seen)).toMatchObject({
      'late 503': 10,
      'left a stream': 100,
      'left at once': 90,
    })
    const statuses = [...seen.keys()].filter((key) => key.startsWith('/')).toSorted()
    expect(statuses).toEqual([
      '/breaks broke off',
      '/fails 500',
      '/refuses 409',
      '/throws 500',
      '/users/0 404',
      '/users/7 200',
      '/users/8 200',
      '/users/9 200',
    ])
    expect(await statusOf(fetch(`${url}/users/7`))).toBe(200)
  }, 60_000)

  it('is never waited for in vain: 300 requests share two', async () => {
    const url = await servedWith(2)
    const statuses = new Set<number>()
    await inParallel(300, 50, async (index) => {
      statuses.add(await statusOf(fetch(`${url}/users/${(index % 300) + 1}`)))
    })
    expect([...statuses]).toEqual([200])
    expect(await settled(allBack)).toEqual([pool.totalCount, 0])
    expect(pool.totalCount).toBe(2)
  })

  it('is refused with 503 while all others are held, and had again afterwards', async () => {
    const url = await servedWith(2, { connectionTimeoutMillis: 200 })
    const held = [await pool.connect(), await pool.connect()]
    const refused = await fetch(`${url}/users/7`)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await refused.json()).toMatchObject({ detail: 'No database connection is free' })
    for (const connection of held) connection.release()
    expect(await statusOf(fetch(`${url}/users/7`))).toBe(200)
  })

  /** How many connections the database knows, once it has ended the statements nobody waits for. */
  async function inTheDatabase(): Promise<number> {
    const count = `SELECT FROM pg_stat_activity WHERE backend_type = 'client backend'
      AND datname = current_database()`
    for (const end = Date.now() + 10_000; ; ) {
      const { rowCount } = await pool.query(count)
      if (rowCount === pool.totalCount || Date.now() > end) return rowCount ?? 0
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** The connections there are, and those that did not come back; looked at when they had time to. */
  async function settled(holds: () => boolean): Promise<readonly [idle: number, waiting: number]> {
    await eventually(holds, 'giving all connections back', 10_000)
    return [pool.idleCount, pool.waitingCount]
  }
})

describe.skipIf(missingOwn !== undefined)(`S2: the pool${missingOwn ?? ''}`, () => {
  it('is opened before the first request and closed with the server, on a database of its own', async () => {
    vi.stubEnv('DATABASE_URL', undefined)
    const serving = await served(app.with({}))
    expect(await (await fetch(`${serving.url}/pool`)).json()).toEqual({ total: 1, idle: 1, waiting: 0 })
    expect(await statusOf(fetch(`${serving.url}/users/7`))).toBe(200)
    expect(await serving.close()).toBe(true)
    vi.unstubAllEnvs()
  })

  it('that finds no database is an error at the start', async () => {
    const nowhere = 'postgres://postgres@127.0.0.1:1/postgres'
    await expect(served(app.with({ databaseUrl: nowhere }))).rejects.toThrow('ECONNREFUSED')
  })
})
