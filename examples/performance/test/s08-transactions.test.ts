import { setTimeout as after } from 'node:timers/promises'
import { Client, type Pool } from 'pg'
import { respond } from 'restmachine'
import type { Serving } from 'restmachine/node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { missingPostgres, type PostgresServer, startPostgres } from '../../../services/postgres.ts'
import { openPool } from '../database.ts'
import { app } from '../s08-transactions.ts'
import { eventually, served } from './served.ts'

const missing = missingPostgres()

/** Lets a test act while a handler is under way. */
const during: { reached: () => void; goOn: Promise<void> } = {
  reached: () => undefined,
  goOn: Promise.resolve(),
}

const tried = app
  // Stores the user, and answers when the test lets it.
  .post('/halted', async ({ transaction, newUser: { name, email } }) => {
    await transaction.query('INSERT INTO users (name, email) VALUES ($1, $2)', [name, email])
    during.reached()
    await during.goOn
    return respond({ name }, 201)
  })
  // Catches an error of the database, and takes it for done.
  .post('/swallowed', async ({ transaction, newUser: { name, email } }) => {
    await transaction.query('INSERT INTO users (name, email) VALUES ($1, $2)', [name, email])
    await transaction.query('SELECT 1 / 0').catch(() => undefined)
    return respond({ name }, 201)
  })
  .post(
    '/late',
    async ({ transaction, newUser: { name, email } }) => {
      await transaction.query('INSERT INTO users (name, email) VALUES ($1, $2)', [name, email])
      await transaction.query('SELECT pg_sleep(20)')
    },
    { timeout: '200ms' },
  )

describe.skipIf(missing !== undefined)(`S8: a transaction${missing ?? ''}`, () => {
  let database: PostgresServer
  let serving: Serving
  let pool: Pool
  let reported: ReturnType<typeof vi.spyOn>

  beforeAll(async () => {
    database = await startPostgres()
  })
  afterAll(() => database?.stop())

  beforeEach(async () => {
    reported = vi.spyOn(console, 'error').mockReturnValue()
    vi.spyOn(console, 'warn').mockReturnValue()
    pool = await openPool({ connectionString: database.url, max: 5 }, console)
    serving = await served(tried.with({ databaseUrl: database.url, pool }))
  })
  afterEach(() => vi.restoreAllMocks())

  function post(path: string, email: string, name = 'Ada'): Promise<Response> {
    const headers = { 'content-type': 'application/json' }
    return fetch(serving.url + path, { method: 'POST', headers, body: JSON.stringify({ name, email }) })
  }

  /** How many users have the address, by a connection that knows nothing of the example. */
  async function stored(email: string): Promise<number> {
    const client = new Client({ connectionString: database.url })
    await client.connect()
    const { rowCount } = await client.query('SELECT FROM users WHERE email = $1', [email])
    await client.end()
    return rowCount ?? 0
  }

  const allBack = () => eventually(() => pool.idleCount === pool.totalCount, 'giving all connections back')

  it('is committed before the answer is there', async () => {
    const created = await post('/users', 'kept@example.com')
    expect([created.status, await stored('kept@example.com')]).toEqual([201, 1])
    expect(await created.json()).toMatchObject({ name: 'Ada', email: 'kept@example.com' })
    const list = (await (await fetch(`${serving.url}/users`)).json()) as { users: { email: string }[] }
    expect(list.users[0]?.email).toBe('kept@example.com')
    await allBack()
  })

  it('is rolled back when the request fails after it wrote', async () => {
    const refused = await post('/users', 'refused@example.com', '')
    expect(refused.status).toBe(422)
    expect(await refused.json()).toMatchObject({ detail: 'A user needs a name' })
    expect(await stored('refused@example.com')).toBe(0)
    await allBack()
  })

  it('that cannot be committed is a 500 before anything was sent', async () => {
    expect((await post('/users', 'twice@example.com', 'First')).status).toBe(201)
    // The constraint is deferred: the statement succeeds, and only the commit does not.
    const failed = await post('/users', 'twice@example.com', 'Second')
    expect(failed.status).toBe(500)
    expect(await failed.text()).not.toMatch(/Second|users_email/)
    expect(await stored('twice@example.com')).toBe(1)
    expect(reported.mock.calls.map(([message]: [string]) => message)).toContain(
      'Closing the provider "transaction" failed in POST /users',
    )
    await allBack()
  })

  it('whose COMMIT only rolls back, because an error was swallowed, is a 500', async () => {
    expect((await post('/swallowed', 'swallowed@example.com')).status).toBe(500)
    expect(await stored('swallowed@example.com')).toBe(0)
    await allBack()
  })

  it('is rolled back when the time is up, without waiting for the statement that runs', async () => {
    const begun = performance.now()
    const late = await post('/late', 'late@example.com')
    expect(late.status).toBe(503)
    // The time-out is 200 ms; the database ends the statement after 3 s.
    expect(performance.now() - begun).toBeLessThan(2_000)
    expect(await stored('late@example.com')).toBe(0)
    await allBack()
  })

  it('of a client that leaves is committed or rolled back, and its connection comes back', async () => {
    const leaving = new AbortController()
    const { release, reached } = halt()
    const body = JSON.stringify({ name: 'Ada', email: 'left@example.com' })
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body, signal: leaving.signal }
    const answer = fetch(`${serving.url}/halted`, init).catch((error: Error) => error.name)
    await reached
    leaving.abort()
    expect(await answer).toBe('AbortError')
    release()
    await allBack()
    expect(pool.totalCount).toBeLessThanOrEqual(1)
  })

  it('is a 500 when the database is killed before the commit, and works again when it is back', async () => {
    const { release, reached } = halt()
    const answer = post('/halted', 'killed@example.com')
    await reached
    await database.kill()
    release()
    expect((await answer).status).toBe(500)

    const meanwhile = await post('/users', 'meanwhile@example.com')
    expect(meanwhile.status).toBe(503)
    expect(await meanwhile.json()).toMatchObject({ detail: 'No database connection is free' })

    await database.restart()
    expect([await stored('killed@example.com'), await stored('meanwhile@example.com')]).toEqual([0, 0])
    expect((await post('/users', 'again@example.com')).status).toBe(201)
    expect(await stored('again@example.com')).toBe(1)
    await allBack()
  })

  it('leaves nothing open when the server stops', async () => {
    expect((await post('/users', 'last@example.com')).status).toBe(201)
    expect(await serving.close()).toBe(true)
    expect([pool.ended, pool.totalCount]).toEqual([true, 0])
    const client = new Client({ connectionString: database.url })
    await client.connect()
    // They are closed from here; the database takes a moment to see it.
    const others =
      "SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    const end = Date.now() + 5_000
    while ((await client.query(others)).rowCount !== 0 && Date.now() < end) await after(10)
    expect((await client.query(others)).rowCount).toBe(0)
    await client.end()
  })
})

/** Halts the next request to /halted; `reached` when it is there. */
function halt(): { readonly reached: Promise<void>; readonly release: () => void } {
  const { promise, resolve: release } = Promise.withResolvers<void>()
  const reached = new Promise<void>((resolve) => {
    during.reached = resolve
  })
  during.goOn = promise
  return { reached, release }
}
