/*
 * `?fields=id,name` says what of a user is wanted, and the database reads only that. What is no field is
 * refused; only the names that the application lists ever become part of a statement.
 *
 *   node examples/performance/s19-field-selection.ts         # or with DATABASE_URL=postgres://…
 *   curl -i localhost:8000/users/7
 *   curl -i 'localhost:8000/users/7?fields=id,name'
 *   curl -i 'localhost:8000/users/7?fields=id,password'      # 422, with the fields there are
 *   curl -i 'localhost:8000/users/0?fields=id'               # 404
 */
import { fieldSelection, RestApplication } from 'restmachine'
import { serve } from 'restmachine/node'
import { connection } from './connection.ts'
import { databaseUrl, openPool } from './database.ts'

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
  .dependency('connection', connection)

  .dependency('fields', fieldSelection(['id', 'name', 'email']))

  .resource('/users/{userId}', (user) =>
    user
      .resourceExists('user', async ({ connection, userId, fields }) => {
        // Nobody has another id, and the column is an integer: the statement would fail.
        if (!/^[1-9]\d{0,8}$/.test(userId)) return undefined
        const select = `SELECT ${fields.join(', ')} FROM users WHERE id = $1`
        const { rows } = await connection.query<Partial<User>>(select, [userId])
        return rows[0]
      })
      .get(({ user }) => user),
  )

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
