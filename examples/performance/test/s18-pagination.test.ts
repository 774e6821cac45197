import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, missingPostgres, openDatabase } from '../../../services/postgres.ts'
import { app } from '../s18-pagination.ts'
import { served } from './served.ts'
import { watch } from './statements.ts'

const missing = missingPostgres(false)

interface Page {
  readonly items: readonly { readonly id: number }[]
}

describe.skipIf(missing !== undefined)(`S18: pages${missing ?? ''}`, () => {
  let database: Database
  beforeAll(async () => {
    database = await openDatabase()
  })
  afterAll(() => database?.stop())

  async function started() {
    const { url: databaseUrl, statements } = await watch(database.url)
    const { url } = await served(app.with({ databaseUrl }))
    statements.length = 0
    return { url: `${url}/users`, statements }
  }

  it('tell how many there are, and lead to each other', async () => {
    const { url, statements } = await started()
    const response = await fetch(`${url}?page=2&perPage=50&sort=name`)
    const { items, ...page } = (await response.json()) as Page
    expect(page).toEqual({ page: 2, perPage: 50, total: 300, pages: 6 })
    expect(items.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, index) => 51 + index))
    expect(linksOf(response, url)).toEqual({
      first: `${url}?page=1&perPage=50&sort=name`,
      prev: `${url}?page=1&perPage=50&sort=name`,
      next: `${url}?page=3&perPage=50&sort=name`,
      last: `${url}?page=6&perPage=50&sort=name`,
    })
    expect(statements).toEqual([
      'SELECT count(*)::integer AS total FROM users',
      'SELECT id, name, email FROM users ORDER BY id LIMIT $1 OFFSET $2',
    ])
  })

  it('give every user once to who follows "next" to the end', async () => {
    const { url } = await started()
    const seen: number[] = []
    let pages = 0
    for (let next: string | undefined = url; next !== undefined; pages++) {
      const response: Response = await fetch(next)
      seen.push(...((await response.json()) as Page).items.map(({ id }) => id))
      next = linksOf(response, next).next
    }
    expect(pages).toBe(15)
    expect(seen).toEqual(Array.from({ length: 300 }, (_, index) => 1 + index))
  })

  it('have 100 items at most, and none beyond the end, from where a link leads back', async () => {
    const { url } = await started()
    const last = await fetch(`${url}?page=3&perPage=100`)
    expect(((await last.json()) as Page).items).toHaveLength(100)
    expect(Object.keys(linksOf(last, url))).toEqual(['first', 'prev', 'last'])
    const beyond = await fetch(`${url}?page=99&perPage=100`)
    expect(await beyond.json()).toEqual({ items: [], page: 99, perPage: 100, total: 300, pages: 3 })
    expect(linksOf(beyond, url).prev).toBe(`${url}?page=3&perPage=100`)
  })

  it.each([
    ['page=0', ['/page']],
    ['page=x', ['/page']],
    ['page=-1&perPage=0', ['/page', '/perPage']],
    ['perPage=101', ['/perPage']],
    ['page=1&page=2', ['/page']],
  ])('are refused before the database is asked: %s', async (query, pointers) => {
    const { url, statements } = await started()
    const refused = await fetch(`${url}?${query}`)
    const { errors } = (await refused.json()) as { errors: { pointer: string; in: string }[] }
    expect([refused.status, errors.map(({ pointer }) => pointer)]).toEqual([422, pointers])
    expect(errors.every((error) => error.in === 'query')).toBe(true)
    expect(statements).toEqual([])
  })

  it('far out, as far as numbers count, are empty', async () => {
    const { url } = await started()
    const far = await fetch(`${url}?page=${Math.floor(Number.MAX_SAFE_INTEGER / 100)}&perPage=100`)
    expect([far.status, ((await far.json()) as Page).items]).toEqual([200, []])
  })
})

/** The Link field, resolved as a client resolves it. */
function linksOf(response: Response, url: string): Record<string, string> {
  const links = (response.headers.get('link') ?? '').matchAll(/<([^>]*)>; rel="?(\w+)"?/g)
  return Object.fromEntries([...links].map(([, uri, rel]) => [rel, new URL(uri ?? '', url).href]))
}
