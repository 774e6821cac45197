import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, missingPostgres, openDatabase } from '../../../services/postgres.ts'
import { app } from '../s19-field-selection.ts'
import { served } from './served.ts'
import { watch } from './statements.ts'

const missing = missingPostgres(false)

describe.skipIf(missing !== undefined)(`S19: fields${missing ?? ''}`, () => {
  let database: Database
  beforeAll(async () => {
    database = await openDatabase()
  })
  afterAll(() => database?.stop())

  async function started() {
    const { url: databaseUrl, statements } = await watch(database.url)
    const { url } = await served(app.with({ databaseUrl }))
    statements.length = 0
    return { url, statements }
  }

  it.each([
    ['', 'id, name, email', { id: 7, name: 'User 7', email: 'user7@example.com' }],
    ['?fields=id,name', 'id, name', { id: 7, name: 'User 7' }],
    ['?fields=name,%20id,name', 'id, name', { id: 7, name: 'User 7' }],
    ['?fields=email&fields=id', 'id, email', { id: 7, email: 'user7@example.com' }],
    ['?fields=email', 'email', { email: 'user7@example.com' }],
  ])('%s: the database reads %s', async (query, columns, user) => {
    const { url, statements } = await started()
    const response = await fetch(`${url}/users/7${query}`)
    expect([response.status, await response.json()]).toEqual([200, user])
    expect(statements).toEqual([`SELECT ${columns} FROM users WHERE id = $1`])
  })

  it.each([
    ['password', '"password"'],
    ['id,password', '"password"'],
    ['id;DROP TABLE users', '"id;DROP TABLE users"'],
    ['constructor', '"constructor"'],
    ['ID', '"ID"'],
    ['*', '"*"'],
    ['', '""'],
  ])(
    '?fields=%s is refused before the database is asked, with the fields there are',
    async (fields, named) => {
      const { url, statements } = await started()
      const refused = await fetch(`${url}/users/7?fields=${encodeURIComponent(fields)}`)
      expect(refused.status).toBe(422)
      const message = `there is no field ${named}; there are id, name, email`
      expect(await refused.json()).toMatchObject({ errors: [{ pointer: '/fields', in: 'query', message }] })
      expect(statements).toEqual([])
    },
  )

  it('of nobody are 404', async () => {
    const { url, statements } = await started()
    const statusOf = async (id: string) => (await fetch(`${url}/users/${id}?fields=id`)).status
    expect([await statusOf('301'), await statusOf('999999999')]).toEqual([404, 404])
    expect(statements).toHaveLength(2)
    for (const id of ['0', '007', 'x', '7.0', '-7', '1000000000', '99999999999999999999'])
      expect([id, await statusOf(id)]).toEqual([id, 404])
    expect(statements).toHaveLength(2)
  })
})
