import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { createClient } from 'redis'
import { type Database, missingPostgres, openDatabase } from '../../../services/postgres.ts'
import { missingRedis, openRedis, type Redis } from '../../../services/redis.ts'
import type { Settings } from '../app.ts'

/** One way to run the example. */
export interface Way {
  readonly name: string
  /** Why it cannot be gone here. */
  readonly missing: string | undefined
  start(): Promise<void>
  stop(): Promise<void>
  /** What the application is given to run on: without anything of earlier tests. */
  fresh(): Promise<Required<Settings>>
  /** How many users and cached values are outside the process. */
  outside(settings: Settings): Promise<{ readonly users: number; readonly cached: boolean }>
}

const embedded: Way = {
  name: 'embedded parts',
  missing: undefined,
  start: async () => undefined,
  stop: async () => undefined,
  fresh: async () => ({ databaseUrl: undefined, redisUrl: undefined, redisPrefix: undefined }),
  outside: async () => ({ users: 0, cached: false }),
}

let database: Database | undefined
let redis: Redis | undefined

const services: Way = {
  name: 'PostgreSQL and Redis',
  missing: missingPostgres(false) ?? missingRedis(false),
  async start() {
    database = await openDatabase()
    redis = await openRedis()
  },
  async stop() {
    await database?.stop()
    await redis?.stop()
  },
  async fresh() {
    await query('DROP TABLE IF EXISTS users')
    const redisPrefix = `test-${randomUUID()}:`
    return { databaseUrl: database?.url, redisUrl: redis?.url, redisPrefix }
  },
  async outside({ redisPrefix }) {
    const [row] = await query<{ users: number }>('SELECT count(*)::integer AS users FROM users')
    const client = createClient({ url: redis?.url ?? '' })
    await client.connect()
    const keys = await client.keys(`${redisPrefix}*`)
    await client.close()
    return { users: row?.users ?? 0, cached: keys.length > 0 }
  },
}

async function query<Row extends object>(sql: string): Promise<readonly Row[]> {
  const client = new Client({ connectionString: database?.url })
  await client.connect()
  const { rows } = await client.query<Row>(sql)
  await client.end()
  return rows
}

export const ways: readonly Way[] = [embedded, services]
