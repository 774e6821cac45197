/*
 * Everything a request does to the database happens, or nothing does. The commit stands behind the `yield`,
 * before the answer is sent: a commit that fails makes it a 500, and nobody is told what is not true.
 *
 *   node examples/performance/s08-transactions.ts            # or with DATABASE_URL=postgres://…
 *   curl -i localhost:8000/users --json '{"name":"Ada","email":"ada@example.com"}'     # 201
 *   curl -i localhost:8000/users --json '{"name":"Ada","email":"ada@example.com"}'     # 500: the commit failed
 *   curl -i localhost:8000/users --json '{"name":"","email":"x@example.com"}'          # 422: rolled back
 *   curl -i localhost:8000/users
 */
import { HttpError, RestApplication, respond } from 'restmachine'
import { serve } from 'restmachine/node'
import { z } from 'zod'
import { connect, databaseUrl, openPool } from './database.ts'

const NewUser = z.object({ name: z.string(), email: z.string() })

export const app = new RestApplication({ handlerTimeout: '5s' })
  .onStartup('databaseUrl', databaseUrl)
  .onStartup('pool', ({ databaseUrl, logger }) =>
    openPool({ connectionString: databaseUrl, min: 5, max: 20 }, logger),
  )
  .onShutdown(({ pool }) => pool.end())

  .dependency('transaction', async function* ({ pool, signal }) {
    const connection = await connect(pool)
    try {
      await connection.query('BEGIN')
      yield connection
      // After a statement that failed, and whose error was caught, COMMIT succeeds in rolling back.
      const { command } = await connection.query('COMMIT')
      if (command !== 'COMMIT') throw new Error('The transaction was rolled back: a statement had failed')
    } catch (error) {
      // When the time is up a statement may still run: closing the connection rolls back, too, and does not wait.
      if (!signal.aborted) await connection.query('ROLLBACK').catch(() => undefined)
      throw error
    } finally {
      connection.release(signal.aborted)
    }
  })

  .validates('newUser', NewUser, ({ jsonBody }) => jsonBody)

  .get('/users', async ({ transaction }) => {
    const { rows } = await transaction.query('SELECT * FROM users ORDER BY id DESC LIMIT 100')
    return { users: rows }
  })

  .post('/users', async ({ transaction, newUser: { name, email } }) => {
    const insert = 'INSERT INTO users (name, email) VALUES ($1, $2) RETURNING *'
    const { rows } = await transaction.query(insert, [name, email])
    if (name === '') throw new HttpError(422, 'A user needs a name')
    return respond(rows[0], 201)
  })

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
