import { execFileSync } from 'node:child_process'
import * as crypto from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { messagesOf } from './advised.ts'

const database = {
  query: async (_sql: string, _values?: readonly unknown[]) => [{ id: 1 }],
}

describe('blocking-call', () => {
  it('tells of functions that hold up the process in requests', () => {
    const app = new RestApplication()
      .dependency('key', () => crypto.scryptSync('a', 'b', 16).toString('hex'))
      .get('/file', () => readFileSync('/etc/hostname', 'utf8'))
      .get('/key', ({ key }) => key)
      .get('/made', () => 'a', { provides: { 'text/plain': () => execFileSync('date').toString() } })
    assert.deepEqual(messagesOf('blocking-call', app), [
      'GET /file: readFileSync(…) holds up all other requests while it works',
      'dependency "key": scryptSync(…) holds up all other requests while it works',
      'GET /made as text/plain: execFileSync(…) holds up all other requests while it works',
    ])
  })

  it('is silent at start-up, about names of others, and about what does not wait', () => {
    const mine = { flushSync: () => 1 }
    const app = new RestApplication()
      .onStartup('template', () => readFileSync('/etc/hostname', 'utf8'))
      .get('/a', async ({ template }) => template + (await readFile('/etc/hostname', 'utf8')))
      .get('/b', () => mine.flushSync())
      .get('/c', () => existsSync('/etc')) // as quick as any call into the system
    assert.deepEqual(messagesOf('blocking-call', app), [])
  })
})

describe('query-in-loop', () => {
  const found = (app: Parameters<typeof messagesOf>[1]): readonly string[] => messagesOf('query-in-loop', app)

  it('tells of a read that asks for each item', () => {
    const app = new RestApplication()
      .onStartup('database', () => database)
      .get('/posts', async ({ database }) => {
        const posts = []
        for (const { id } of await database.query('SELECT id FROM posts LIMIT 10')) {
          posts.push(await database.query('SELECT name FROM users WHERE id = $1', [id]))
        }
        return posts
      })
      .dependency('authors', async ({ database }) => {
        const found = []
        for (const id of [1, 2]) {
          const [author] = await database.query('SELECT 1', [id])
          found.push(author)
        }
        return found
      })
      .get('/authors', ({ authors }) => authors)
    assert.deepEqual(found(app), [
      'GET /posts: query(…) asks once for each item, one after another',
      'dependency "authors": query(…) asks once for each item, one after another',
    ])
  })

  it('is silent about writes, streams, and queries beside a loop', () => {
    const app = new RestApplication()
      .onStartup('database', () => database)
      .put('/posts', async ({ database }) => {
        for (const id of [1, 2]) await database.query('UPDATE posts SET a = 1 WHERE id = $1', [id])
        for (const id of [1, 2]) {
          await database.query('UPDATE posts SET a = 1 WHERE id = $1', [id])
        }
      })
      .get('/stream', async function* ({ database }) {
        for (const id of [1, 2]) {
          yield* await database.query('SELECT 1', [id])
        }
      })
      .get('/beside', async ({ database }) => {
        const rows = await database.query('SELECT 1')
        const ids = []
        for (const { id } of rows) {
          ids.push(id)
        }
        return [ids, await database.query('SELECT 2')]
      })
      .get('/together', async ({ database }) => {
        const asked = []
        for (const id of [1, 2]) {
          asked.push(database.query('SELECT 1', [id]))
        }
        return Promise.all(asked)
      })
    assert.deepEqual(found(app), [])
  })
})

describe('fetch-without-signal', () => {
  it('tells of requests that nobody can break off', () => {
    const app = new RestApplication()
      .dependency('rates', async () => (await fetch('http://localhost/rates')).json() as Promise<unknown>)
      .get('/rates', ({ rates }) => rates)
      .get('/other/{id}', async ({ id }) =>
        (await globalThis.fetch(`http://localhost/${id}`, { method: 'GET' })).text(),
      )
    assert.deepEqual(messagesOf('fetch-without-signal', app), [
      'dependency "rates": fetch(…) goes on when the client has left or the time for the request is up',
      'GET /other/{id}: fetch(…) goes on when the client has left or the time for the request is up',
    ])
  })

  it('is silent where a signal goes along, may go along, or must not', () => {
    const options = {}
    const app = new RestApplication()
      .onStartup('rates', async () => async () => fetch('http://localhost/rates'))
      .get('/a', async ({ signal }) => (await fetch('http://localhost', { signal })).text())
      .get('/b', async () => (await fetch('http://localhost', { signal: AbortSignal.timeout(10) })).text())
      .get('/c', async () => (await fetch('http://localhost', options)).text())
      .get('/d', async () => (await fetch('http://localhost', { ...options })).text())
      .get('/e', async ({ rates }) => (await rates()).text())
      .get(
        '/f',
        ({ backgroundTasks }) => void backgroundTasks.add(async () => void (await fetch('http://localhost'))),
      )
    assert.deepEqual(messagesOf('fetch-without-signal', app), [])
  })
})
