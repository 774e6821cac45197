import { pagination, RestApplication, streams } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { messagesOf } from './advised.ts'

interface Rows {
  readonly rows: readonly object[]
}
const db = {
  query: async (_sql: string, _values?: readonly unknown[]): Promise<Rows> => ({ rows: [] }),
  prepare: (_sql: string) => ({ all: (..._values: unknown[]): readonly object[] => [] }),
  users: { find: (_by?: object) => [], findMany: async (_by?: object) => [] },
}
const getAllUsers = async (): Promise<readonly object[]> => []
const everything = (): readonly object[] => []

describe('list-without-pagination', () => {
  const found = (app: Parameters<typeof messagesOf>[1]): readonly string[] =>
    messagesOf('list-without-pagination', app)

  it('tells of lists that are as long as what is behind them', () => {
    const app = new RestApplication()
      .onStartup('db', () => db)
      .get('/users', async ({ db }) => (await db.query('SELECT * FROM users ORDER BY name')).rows)
      .get('/mongo', ({ db }) => db.users.find({}))
      .get('/prisma', ({ db }) => db.users.findMany())
      .get('/sqlite', ({ db }) => db.prepare('SELECT name FROM users').all())
      .get('/own', () => getAllUsers())
      .get('/groups', async ({ db }) => (await db.query('SELECT count(*) FROM users GROUP BY city')).rows)
      .get('/teams/{teamId}/users', () => getAllUsers())
    assert.deepEqual(found(app), [
      'GET /users: SELECT without LIMIT reads as many items as there are',
      'GET /mongo: find(…) reads as many items as there are',
      'GET /prisma: findMany(…) reads as many items as there are',
      'GET /sqlite: all(…) reads as many items as there are',
      'GET /own: getAllUsers(…) reads as many items as there are',
      'GET /groups: SELECT without LIMIT reads as many items as there are',
      'GET /teams/{teamId}/users: getAllUsers(…) reads as many items as there are',
    ])
  })

  it('is silent where the list is divided, wherever that is said', () => {
    const app = new RestApplication()
      .onStartup('db', () => db)
      .dependency('pagination', pagination())
      .dependency('part', ({ pagination }) => ({ take: pagination.limit, skip: pagination.offset }))
      .get('/a', async ({ db }) => (await db.query('SELECT * FROM users LIMIT 100')).rows)
      .get('/b', async ({ db, pagination }) => pagination.of(await db.users.findMany(), 1))
      .get('/c', ({ db, part }) => db.users.findMany(part))
      .get('/d', async ({ db, queryParams }) => db.users.findMany({ after: queryParams.get('cursor') }))
    assert.deepEqual(found(app), [])
  })

  it('is silent about single items, counts, streams, writes, and what it cannot see', () => {
    const app = new RestApplication()
      .onStartup('db', () => db)
      .get(
        '/users/{id}',
        async ({ db, id }) => (await db.query('SELECT * FROM users WHERE id = $1', [id])).rows[0],
      )
      .get('/me', async ({ db }) => (await db.query('SELECT * FROM users WHERE id = 1')).rows[0])
      .get('/count', async ({ db }) => (await db.query('SELECT count(*) FROM users')).rows[0])
      .get(
        '/all',
        async function* ({ db }) {
          yield* db.users.find()
        },
        { provides: streams() },
      )
      .get('/teams/{teamId}', () => getAllUsers())
      .post('/users/search', () => getAllUsers())
      .get('/found', () => [1, 2].find((number) => number > 1))
      .get('/together', async () => Promise.all([1]))
      .get('/unseen', () => everything())
    assert.deepEqual(found(app), [])
  })
})
