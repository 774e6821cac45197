/*
 * Each answer takes one statement: a list reads the rows of one part of it and no others, and posts come with
 * their authors by a JOIN instead of a statement for every post.
 *
 *   node examples/performance/s17-efficient-queries.ts       # or with DATABASE_URL=postgres://…
 *   curl -i 'localhost:8000/users?limit=5&offset=10'
 *   curl -i 'localhost:8000/users?limit=101'                 # 422: 100 at most
 *   curl -i localhost:8000/posts
 */
import { RestApplication } from 'restmachine'
import { serve } from 'restmachine/node'
import { z } from 'zod'
import { connection } from './connection.ts'
import { databaseUrl, openPool } from './database.ts'

const Part = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  offset: z.coerce.number().int().min(0).default(0),
})

export const app = new RestApplication({ handlerTimeout: '5s' })
  .onStartup('databaseUrl', databaseUrl)
  .onStartup('pool', ({ databaseUrl, logger }) =>
    openPool({ connectionString: databaseUrl, max: 20 }, logger),
  )
  .onStartup(({ pool }) => pool.query(POSTS))
  .onShutdown(({ pool }) => pool.end())
  .dependency('connection', connection)

  .validates('part', Part, ({ queryParams }) => queryParams)

  .get('/users', async ({ connection, part: { limit, offset } }) => {
    // Without an order, parts may overlap. OFFSET reads the rows that it passes over: far down a long list,
    // `WHERE id < $1` with the last id of the part before is quicker.
    const page = 'SELECT id, name, email FROM users ORDER BY id DESC LIMIT $1 OFFSET $2'
    const { rows } = await connection.query<User>(page, [limit, offset])
    return { users: rows, limit, offset }
  })

  .get('/posts', async ({ connection }) => {
    const { rows } = await connection.query<PostRow>(`
      SELECT posts.id, posts.title, posts.content, users.id AS author_id, users.name AS author_name
      FROM posts JOIN users ON users.id = posts.author_id
      ORDER BY posts.created_at DESC, posts.id DESC LIMIT 20`)
    return {
      posts: rows.map(({ author_id, author_name, ...post }) => ({
        ...post,
        author: { id: author_id, name: author_name },
      })),
    }
  })

interface User {
  readonly id: number
  readonly name: string
  readonly email: string
}

interface PostRow {
  readonly id: number
  readonly title: string
  readonly content: string
  readonly author_id: number
  readonly author_name: string
}

// An order that has an index is not sorted for every list.
const POSTS = `
  CREATE TABLE IF NOT EXISTS posts (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    author_id integer NOT NULL REFERENCES users,
    title text NOT NULL,
    content text NOT NULL,
    created_at timestamptz NOT NULL
  );
  CREATE INDEX IF NOT EXISTS posts_newest ON posts (created_at DESC, id DESC);
  INSERT INTO posts (author_id, title, content, created_at)
    SELECT id, 'Post of ' || name, 'Nothing new today.', timestamptz '2026-01-01Z' + id * interval '1 hour'
    FROM users WHERE id <= 60 AND NOT EXISTS (SELECT FROM posts);
`

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
