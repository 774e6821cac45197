import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, missingPostgres, openDatabase } from '../../../services/postgres.ts'
import { app } from '../s17-efficient-queries.ts'
import { served } from './served.ts'
import { watch } from './statements.ts'

const missing = missingPostgres(false)

interface Post {
  readonly id: number
  readonly author: { readonly id: number; readonly name: string }
}

// What the example avoids: one statement for the posts, and one for the author of each.
const tried = app.get('/posts-one-by-one', async ({ connection }) => {
  const list = 'SELECT id, title, content, author_id FROM posts ORDER BY created_at DESC, id DESC LIMIT 20'
  const posts = []
  for (const { author_id, ...post } of (await connection.query(list)).rows) {
    const author = await connection.query('SELECT id, name FROM users WHERE id = $1', [author_id])
    posts.push({ ...post, author: author.rows[0] })
  }
  return { posts }
})

describe.skipIf(missing !== undefined)(`S17: efficient queries${missing ?? ''}`, () => {
  let database: Database
  beforeAll(async () => {
    database = await openDatabase()
  })
  afterAll(() => database?.stop())

  /** The example, started, and what PostgreSQL was sent since. */
  async function started() {
    const { url: databaseUrl, statements } = await watch(database.url)
    const { url } = await served(tried.with({ databaseUrl }))
    statements.length = 0
    return { url, statements }
  }

  it('reads one part of a list, with one statement', async () => {
    const { url, statements } = await started()
    const list = (await (await fetch(`${url}/users?limit=5&offset=10`)).json()) as { users: { id: number }[] }
    expect(list).toMatchObject({ limit: 5, offset: 10 })
    expect(list.users.map(({ id }) => id)).toEqual([290, 289, 288, 287, 286])
    expect(list.users[0]).toEqual({ id: 290, name: 'User 290', email: 'user290@example.com' })
    expect(statements).toEqual(['SELECT id, name, email FROM users ORDER BY id DESC LIMIT $1 OFFSET $2'])
  })

  it('reads 20 when nobody says, 100 at most, and nothing beyond the end', async () => {
    const { url } = await started()
    const lengthOf = async (query: string) =>
      ((await (await fetch(`${url}/users${query}`)).json()) as { users: unknown[] }).users.length
    expect([await lengthOf(''), await lengthOf('?limit=100'), await lengthOf('?offset=290')]).toEqual([
      20, 100, 10,
    ])
    expect([await lengthOf('?offset=300'), await lengthOf('?offset=9007199254740991')]).toEqual([0, 0])
  })

  it.each([
    ['limit=0', '/limit'],
    ['limit=101', '/limit'],
    ['limit=1.5', '/limit'],
    ['limit=', '/limit'],
    ['limit=1%3BDROP', '/limit'],
    ['offset=-1', '/offset'],
    ['offset=9007199254740992', '/offset'],
  ])('asks the database nothing when it cannot be: %s', async (query, pointer) => {
    const { url, statements } = await started()
    const refused = await fetch(`${url}/users?${query}`)
    expect(refused.status).toBe(422)
    expect(await refused.json()).toMatchObject({ errors: [{ pointer, in: 'query' }] })
    expect(statements).toEqual([])
  })

  it('reads posts and their authors with one statement, where one by one takes 21', async () => {
    const { url, statements } = await started()
    const { posts } = (await (await fetch(`${url}/posts`)).json()) as { posts: Post[] }
    expect(posts).toHaveLength(20)
    expect(posts[0]).toEqual({
      id: 60,
      title: 'Post of User 60',
      content: 'Nothing new today.',
      author: { id: 60, name: 'User 60' },
    })
    expect(statements).toEqual([expect.stringMatching(/^SELECT .* FROM posts JOIN users ON .* LIMIT 20$/)])

    statements.length = 0
    const slow = (await (await fetch(`${url}/posts-one-by-one`)).json()) as { posts: Post[] }
    expect(slow.posts).toEqual(posts)
    expect(statements).toHaveLength(21)
  })

  it('finds the newest posts by an index, without sorting them', async () => {
    const { url, statements } = await started()
    await (await fetch(`${url}/posts`)).text()
    const { Client } = await import('pg')
    const client = new Client({ connectionString: database.url })
    await client.connect()
    // Sixty posts fit on one page of the disk, where reading them all is cheaper than any index.
    const explain = `SET enable_seqscan = off; EXPLAIN ${statements[0]}`
    const results = (await client.query(explain)) as unknown as { rows: { 'QUERY PLAN': string }[] }[]
    await client.end()
    const plan = results[1]?.rows.map((row) => row['QUERY PLAN']).join('\n')
    expect(plan).toContain('using posts_newest on posts')
    expect(plan).not.toContain('Sort')
  })
})
