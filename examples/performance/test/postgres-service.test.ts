import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { Client } from 'pg'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  missingPostgres,
  openDatabase,
  type PostgresServer,
  startPostgres,
} from '../../../services/postgres.ts'
import { eventually } from './served.ts'

const missing = missingPostgres()

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  return client
    .query<Record<string, unknown>>(sql)
    .then(({ rows }) => rows)
    .finally(() => client.end())
}

async function started(): Promise<PostgresServer> {
  const server = await startPostgres()
  onTestFinished(() => server.stop())
  return server
}

afterEach(() => vi.unstubAllEnvs())

describe.skipIf(missing !== undefined)(`a PostgreSQL for tests${missing ?? ''}`, () => {
  it('keeps what was committed when it is killed and started again, on the same port', async () => {
    const { url, kill, restart } = await started()
    await query(url, 'CREATE TABLE notes (text text)')
    for (const text of ['one', 'two']) {
      await query(url, `INSERT INTO notes VALUES ('${text}')`)
      await kill()
      await expect(query(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED')
      await restart()
    }
    expect(await query(url, 'SELECT text FROM notes')).toEqual([{ text: 'one' }, { text: 'two' }])
  })

  it('ends every connection when it is killed, before anything else can be committed', async () => {
    const { url, kill } = await started()
    const client = new Client({ connectionString: url })
    client.on('error', () => undefined)
    await client.connect()
    await client.query('BEGIN')
    await kill()
    await expect(client.query('COMMIT')).rejects.toThrow()
  })

  it('leaves nothing behind when it is stopped, also twice', async () => {
    const server = await started()
    const [row] = await query(server.url, 'SHOW data_directory')
    const folder = String(row?.data_directory)
    expect(existsSync(folder)).toBe(true)
    await server.stop()
    await server.stop()
    expect(existsSync(folder)).toBe(false)
    await expect(query(server.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED')
  })

  it('leaves nothing behind when the process that started it is killed', async () => {
    const service = new URL('../../../services/postgres.ts', import.meta.url).href
    const program = `const { url } = await (await import('${service}')).startPostgres(); console.log(url)
      setInterval(() => undefined, 1_000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program])
    const [printed] = (await once(child.stdout, 'data')) as [Buffer]
    const url = String(printed).trim()
    const [row] = await query(url, 'SHOW data_directory')
    const folder = String(row?.data_directory)
    child.kill('SIGKILL')
    await eventually(() => !existsSync(folder), 'removing the data', 10_000)
    await expect(query(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED')
  })

  it('is a database of its own on the server that DATABASE_URL names', async () => {
    const { url } = await started()
    vi.stubEnv('DATABASE_URL', url)
    const [one, other] = [await openDatabase(), await openDatabase()]
    await query(one.url, 'CREATE TABLE notes (text text)')
    await expect(query(other.url, 'SELECT FROM notes')).rejects.toThrow('does not exist')
    await one.stop()
    await other.stop()
    expect(await query(url, "SELECT datname FROM pg_database WHERE datname LIKE 'test%'")).toEqual([])
  })

  it('says so when the server that DATABASE_URL names is not there', async () => {
    vi.stubEnv('DATABASE_URL', 'postgres://postgres@127.0.0.1:1/postgres')
    await expect(openDatabase()).rejects.toThrow('ECONNREFUSED')
  })
})
