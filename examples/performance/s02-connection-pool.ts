/*
 * A pool is opened when the process starts and closed when it stops. A request borrows one connection when
 * something it reaches asks for it, and gives it back however it ends.
 *
 *   node examples/performance/s02-connection-pool.ts         # or with DATABASE_URL=postgres://…
 *   curl -i localhost:8000/users/7
 *   curl -iN localhost:8000/users -H 'Accept: application/x-ndjson'     # streamed, 50 rows at a time
 *   curl -i localhost:8000/pool                              # after all that: "idle" is "total"
 */
import { RestApplication, streams } from 'restmachine'
import { serve } from 'restmachine/node'
import { connect, databaseUrl, openPool } from './database.ts'

interface User {
  readonly id: number
  readonly name: string
  readonly email: string
}

export const app = new RestApplication({ handlerTimeout: '5s' })
  .onStartup('databaseUrl', databaseUrl)
  .onStartup('pool', ({ databaseUrl, logger }) =>
    openPool({ connectionString: databaseUrl, max: 20 }, logger),
  )
  .onShutdown(({ pool }) => pool.end())

  .dependency('connection', async function* ({ pool, signal }) {
    const connection = await connect(pool)
    try {
      yield connection
    } finally {
      // When the time is up a statement may still run: nobody else is to wait for it.
      connection.release(signal.aborted)
    }
  })

  .resource('/users/{userId}', (user) =>
    user
      .resourceExists('user', async ({ connection, userId }) => {
        const { rows } = await connection.query<User>('SELECT * FROM users WHERE id::text = $1', [userId])
        return rows[0]
      })
      .get(({ user }) => user),
  )

  .get(
    '/users',
    async function* ({ connection }) {
      for (let last = 0; ; ) {
        const next = 'SELECT * FROM users WHERE id > $1 ORDER BY id LIMIT 50'
        const { rows } = await connection.query<User>(next, [last])
        yield* rows
        if (rows.length < 50) return
        last = rows.at(-1)?.id ?? last
      }
    },
    { provides: streams() },
  )

  .get('/pool', ({ pool }) => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }))

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
