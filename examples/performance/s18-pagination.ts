/*
 * `?page=2&perPage=50` says which part of a list is wanted. The answer tells how many there are, and its Link
 * field leads to the first page, the last, and those beside.
 *
 *   node examples/performance/s18-pagination.ts              # or with DATABASE_URL=postgres://…
 *   curl -i localhost:8000/users
 *   curl -i 'localhost:8000/users?page=3&perPage=100'        # the last one
 *   curl -i 'localhost:8000/users?page=0&perPage=101'        # 422, with both faults
 */
import { pagination, RestApplication } from 'restmachine'
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

  // 20 on a page, 100 at most.
  .dependency('pagination', pagination())

  .get('/users', async ({ connection, pagination }) => {
    const count = await connection.query<{ total: number }>('SELECT count(*)::integer AS total FROM users')
    const page = 'SELECT id, name, email FROM users ORDER BY id LIMIT $1 OFFSET $2'
    const { rows } = await connection.query<User>(page, [pagination.limit, pagination.offset])
    return pagination.of(rows, count.rows[0]?.total ?? 0)
  })

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
