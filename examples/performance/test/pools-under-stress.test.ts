import { setTimeout as after } from 'node:timers/promises'
import type { Pool } from 'pg'
import { HttpError, respond } from 'restmachine'
import type { Serving } from 'restmachine/node'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { missingPostgres, type PostgresServer, startPostgres } from '../../../services/postgres.ts'
import { openPool } from '../database.ts'
import { app } from '../s08-transactions.ts'
import { eventually, served } from './served.ts'

const missing = missingPostgres()
const CLIENTS = 200
const CONNECTIONS = 5
/** How long a request of the routes below may take, in milliseconds; the one that sleeps, less. */
const TIME_LIMIT = 2_000
const SHORT_LIMIT = 300
/** What a request may take beyond that, on a machine that is busy with 200 of them. */
const SLACK = 2_000

const INSERT = 'INSERT INTO users (name, email) VALUES ($1, $2)'
const timed = { timeout: TIME_LIMIT }

/** What a request does after it has stored a user. */
const tried = app
  .post(
    '/keeps',
    async ({ transaction, newUser: { name, email } }) => {
      await transaction.query(INSERT, [name, email])
      return respond({ email }, 201)
    },
    timed,
  )
  .post(
    '/throws',
    async ({ transaction, newUser: { name, email } }) => {
      await transaction.query(INSERT, [name, email])
      throw new Error('A fault of the handler')
    },
    timed,
  )
  .post(
    '/refuses',
    async ({ transaction, newUser: { name, email } }) => {
      await transaction.query(INSERT, [name, email])
      throw new HttpError(409)
    },
    timed,
  )
  .post(
    '/swallows',
    async ({ transaction, newUser: { name, email } }) => {
      await transaction.query(INSERT, [name, email])
      await transaction.query('SELECT 1 / 0').catch(() => undefined)
      return respond({ email }, 201)
    },
    timed,
  )
  .post(
    '/sleeps',
    async ({ transaction, newUser: { name, email } }) => {
      await transaction.query(INSERT, [name, email])
      await transaction.query('SELECT pg_sleep(60)')
    },
    { timeout: SHORT_LIMIT },
  )

const limitOf = (path: string): number => (path === '/sleeps' ? SHORT_LIMIT : TIME_LIMIT)

/** One request, and what its client knows of it. */
interface Sent {
  readonly path: string
  readonly email: string
  readonly begun: number
  readonly took: number
  /** `left` when the client did not wait, `broken` when there was no answer. */
  readonly answer: number | 'left' | 'broken'
}

// In turn: most keep what they store, one in ten is left, one in fifty takes too long.
function pathOf(turn: number): string {
  if (turn % 50 === 45) return '/sleeps'
  return ['/keeps', '/throws', '/keeps', '/refuses', '/keeps', '/swallows', '/keeps'][turn % 7] as string
}

describe.skipIf(missing !== undefined)(`200 clients on a pool of five${missing ?? ''}`, () => {
  let database: PostgresServer
  let pool: Pool
  let serving: Serving

  beforeAll(async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    vi.spyOn(console, 'warn').mockReturnValue()
    database = await startPostgres()
    const limits = { max: CONNECTIONS, connectionTimeoutMillis: 1_000, statement_timeout: 1_000 }
    pool = await openPool({ connectionString: database.url, ...limits }, console)
  })
  afterAll(async () => {
    await serving?.close()
    await database?.stop()
    vi.restoreAllMocks()
  })

  async function send(path: string, email: string, leaves: boolean): Promise<Sent> {
    const leaving = new AbortController()
    const body = JSON.stringify({ name: 'Ada', email })
    const headers = { 'content-type': 'application/json' }
    const begun = performance.now()
    if (leaves) setTimeout(() => leaving.abort(), Math.random() * 30)
    const answer = await fetch(serving.url + path, { method: 'POST', headers, body, signal: leaving.signal })
      .then(async (response) => {
        await response.arrayBuffer()
        return response.status
      })
      .catch(() => (leaving.signal.aborted ? 'left' : 'broken'))
    return { path, email, begun, took: performance.now() - begun, answer }
  }

  it('loses no connection, keeps nobody waiting and never says what is not stored', async () => {
    serving = await served(tried.with({ databaseUrl: database.url, pool }))
    const sent: Sent[] = []
    const kills: (readonly [from: number, to: number])[] = []
    let most = 0
    let isOver = false
    async function client(number: number): Promise<void> {
      for (let round = 0; !isOver; round++) {
        const turn = number + round
        // Every third request of a round asks for an address that others ask for, too.
        const email = turn % 3 === 0 ? `same${round}@example.com` : `${number}.${round}@example.com`
        sent.push(await send(pathOf(turn), email, turn % 10 === 9))
        most = Math.max(most, pool.totalCount)
        // Without a database everything is refused at once.
        await after(20)
      }
    }
    const running = Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)))
    for (let times = 0; times < 2; times++) {
      await after(2_000)
      const from = performance.now()
      await database.kill()
      await after(500)
      await database.restart()
      kills.push([from, performance.now()])
    }
    await after(2_000)
    isOver = true
    await running

    // Every connection came back, and no transaction is left open.
    await eventually(() => pool.idleCount === pool.totalCount, 'giving all connections back')
    expect([pool.idleCount - pool.totalCount, pool.waitingCount]).toEqual([0, 0])
    expect(most).toBe(CONNECTIONS)
    expect(await connectionsIn(pool)).toEqual({ open: 0, others: 0 })

    // Nobody waited longer than the time-out, and everybody who stayed was answered.
    expect(sent.filter(({ answer }) => answer === 'broken')).toEqual([])
    expect(sent.filter(({ path, took }) => took > limitOf(path) + SLACK)).toEqual([])

    // What was answered is what is stored.
    const { rows } = await pool.query<{ email: string }>("SELECT email FROM users WHERE name = 'Ada'")
    const stored = new Set(rows.map(({ email }) => email))
    expect(stored.size).toBe(rows.length)
    const said = sent.filter(({ answer }) => answer === 201)
    expect(said.filter(({ email }) => !stored.has(email))).toEqual([])
    expect(new Set(said.map(({ email }) => email)).size).toBe(said.length)
    expect(said.filter(({ path }) => path !== '/keeps')).toEqual([])

    // And nothing else is, save for clients that left, commits whose answer died with the database, and those that
    // were running when the time of their request was up.
    const explained = new Set(
      sent
        .filter(({ path, answer, ...times }) => {
          const isInDoubt =
            answer === 'left' ||
            answer === 503 ||
            (Number(answer) >= 500 && kills.some((kill) => meets(times, kill)))
          return answer === 201 || (path === '/keeps' && isInDoubt)
        })
        .map(({ email }) => email),
    )
    expect([...stored].filter((email) => !explained.has(email))).toEqual([])

    // All of it did happen.
    const kinds = new Set(sent.map(({ path, answer }) => `${path} ${answer}`))
    const expected = ['/keeps 201', '/keeps 500', '/keeps 503', '/keeps left', '/throws 500']
    expect([...kinds]).toEqual(
      expect.arrayContaining([...expected, '/refuses 409', '/swallows 500', '/sleeps 503']),
    )
    expect(said.length).toBeGreaterThan(CLIENTS)

    const last = await send('/keeps', 'last@example.com', false)
    expect(last.answer).toBe(201)
    expect(await serving.close()).toBe(true)
  }, 60_000)
})

/** What the database knows of connections: those in a transaction, and those that no pool has any more. */
async function connectionsIn(pool: Pool): Promise<{ readonly open: number; readonly others: number }> {
  // What was closed while a statement ran is gone when that is over.
  await after(1_500)
  const { rows } = await pool.query<{ open: number; all: number }>(
    `SELECT count(*) FILTER (WHERE state LIKE 'idle in transaction%')::int AS open, count(*)::int AS all
     FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname = current_database()`,
  )
  const [{ open, all } = { open: -1, all: -1 }] = rows
  return { open, others: all - pool.totalCount }
}

/** Whether a request was under way while the database was gone. */
function meets(
  { begun, took }: Pick<Sent, 'begun' | 'took'>,
  [from, to]: readonly [number, number],
): boolean {
  return begun < to && begun + took > from
}
