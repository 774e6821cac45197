/*
 * What the guide advises, read from the declaration: the first application does it otherwise, the second as advised.
 *
 *   node examples/performance/s23-best-practices.ts     # prints the advice, then serves the second
 *   npx restmachine check examples/performance/s23-best-practices.ts
 */
import { pagination, RestApplication } from 'restmachine'
import { checkApplication, formatAdvice } from 'restmachine/check'
import { serve } from 'restmachine/node'

/** Stands for a driver: opening it is what costs. */
class Pool {
  readonly #users = Array.from({ length: 45 }, (_, index) => ({ id: index + 1 }))

  query(_statement: string, [limit = Number.POSITIVE_INFINITY, offset = 0]: readonly number[] = []) {
    return this.#users.slice(offset, offset + limit)
  }
}

export const careless = new RestApplication()
  .dependency('pool', () => new Pool())
  .get('/users', ({ pool }) => pool.query('SELECT id FROM users'))

export const app = new RestApplication()
  .onStartup('pool', () => new Pool())
  .dependency('pagination', pagination())
  .get(
    '/users',
    ({ pool, pagination }) => {
      const { offset, limit } = pagination
      return pagination.of(pool.query('SELECT id FROM users LIMIT $1 OFFSET $2', [limit, offset]), 45)
    },
    { etag: 'auto' },
  )

if (import.meta.main) {
  console.log(formatAdvice(checkApplication(careless)))
  await serve(app, { port: Number(process.env.PORT ?? 8000) })
}
