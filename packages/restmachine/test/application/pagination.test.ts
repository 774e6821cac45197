import {
  type Page,
  type Pagination,
  type PaginationOptions,
  pagination,
  RestApplication,
  Router,
} from 'restmachine'
import { describe, expect, it } from 'vitest'
import { parseLink } from '../../src/http/link.ts'
import { check, type Equal } from '../types/equal.ts'
import { ask, askJson, createLog } from './asking.ts'

/** A list of `total` numbers, in pages. */
function listOf(total: number, options: PaginationOptions = {}) {
  const numbers = Array.from({ length: total }, (_, index) => index)
  return new RestApplication({ logger: createLog() })
    .dependency('page', pagination(options))
    .get('/numbers', ({ page }) => page.of(numbers.slice(page.offset, page.offset + page.limit), total))
    .get('/asked', ({ page: { page, perPage, offset, limit } }) => ({ page, perPage, offset, limit }))
}

/** Where the links of an answer lead from its request, by relation. */
async function linksAt(app: { fetch(request: Request): Promise<Response> }, path: string) {
  const { headers } = await ask(app, path)
  const links = parseLink(headers.get('link') ?? '') ?? []
  const base = new URL(path, 'http://localhost')
  return Object.fromEntries(
    links.map(({ rel, uri }) => [rel, new URL(uri, base).href.slice('http://localhost'.length)]),
  )
}

describe('the page that is asked for', () => {
  const app = listOf(0)
  // Beyond it, an offset would not be exact any more.
  const last = Math.floor(Number.MAX_SAFE_INTEGER / 100)

  it.each([
    ['', { page: 1, perPage: 20, offset: 0, limit: 20 }],
    ['?page=1', { page: 1, perPage: 20, offset: 0, limit: 20 }],
    ['?page=2', { page: 2, perPage: 20, offset: 20, limit: 20 }],
    ['?page=02', { page: 2, perPage: 20, offset: 20, limit: 20 }],
    ['?perPage=1', { page: 1, perPage: 1, offset: 0, limit: 1 }],
    ['?perPage=100', { page: 1, perPage: 100, offset: 0, limit: 100 }],
    ['?page=3&perPage=7', { page: 3, perPage: 7, offset: 14, limit: 7 }],
    [`?page=${last}&perPage=100`, { page: last, perPage: 100, offset: (last - 1) * 100, limit: 100 }],
    ['?Page=7&per_page=7', { page: 1, perPage: 20, offset: 0, limit: 20 }],
  ])('is read from %j', async (query, expected) => {
    expect(await askJson(app, `/asked${query}`)).toEqual(expected)
    expect(Number.isSafeInteger(expected.offset)).toBe(true)
  })

  const noPage = `is a whole number from 1 to ${last}`
  const noSize = 'is a whole number from 1 to 100'
  it.each([
    ['page=0', noPage],
    ['page=-1', noPage],
    ['page=%2B1', noPage],
    ['page=1.5', noPage],
    ['page=1e3', noPage],
    ['page=0x1', noPage],
    ['page=', noPage],
    ['page', noPage],
    ['page=%201', noPage],
    ['page=1%00', noPage],
    ['page=1%0A', noPage],
    ['page=one', noPage],
    ['page=NaN', noPage],
    ['page=Infinity', noPage],
    ['page=%D9%A1', noPage],
    ['page=%EF%BC%91', noPage],
    [`page=${last + 1}`, noPage],
    ['page=9007199254740993', noPage],
    [`page=1${'0'.repeat(400)}`, noPage],
    [`page=${'0'.repeat(400)}1`, noPage],
    ['page=1&page=1', 'is given more than once'],
    ['page=1&p%61ge=2', 'is given more than once'],
    ['perPage=0', noSize],
    ['perPage=101', noSize],
    ['perPage=-1', noSize],
    ['perPage=1.5', noSize],
    ['perPage=', noSize],
    ['perPage=10&perPage=20', 'is given more than once'],
  ])('is none when it is %s', async (query, message) => {
    const response = await ask(app, `/numbers?${query}`)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({
      detail: 'There is no such page',
      errors: [{ pointer: `/${query.split('=')[0]}`, message, in: 'query' }],
    })
    expect(response.headers.get('link')).toBeNull()
  })

  it('is told wrong in both numbers at once', async () => {
    expect(await askJson(app, '/numbers?page=0&perPage=1000')).toMatchObject({
      errors: [{ pointer: '/page' }, { pointer: '/perPage' }],
    })
  })
})

describe('a page as it is sent', () => {
  it.each([
    [0, '', { items: [], page: 1, total: 0, pages: 0 }],
    [1, '', { items: [0], page: 1, total: 1, pages: 1 }],
    [3, '', { items: [0, 1, 2], page: 1, total: 3, pages: 1 }],
    [4, '', { items: [0, 1, 2], page: 1, total: 4, pages: 2 }],
    [4, '?page=2', { items: [3], page: 2, total: 4, pages: 2 }],
    [4, '?page=3', { items: [], page: 3, total: 4, pages: 2 }],
  ])('of %i, at %j', async (total, query, expected) => {
    expect(await askJson(listOf(total, { perPage: 3 }), `/numbers${query}`)).toEqual({
      ...expected,
      perPage: 3,
    })
  })

  it.each([
    [0, '', { first: '?page=1', last: '?page=1' }],
    [3, '', { first: '?page=1', last: '?page=1' }],
    [7, '', { first: '?page=1', next: '?page=2', last: '?page=3' }],
    [7, '?page=2', { first: '?page=1', prev: '?page=1', next: '?page=3', last: '?page=3' }],
    [7, '?page=3', { first: '?page=1', prev: '?page=2', last: '?page=3' }],
    [7, '?page=4', { first: '?page=1', prev: '?page=3', last: '?page=3' }],
    [7, '?page=1000', { first: '?page=1', prev: '?page=3', last: '?page=3' }],
    [0, '?page=5', { first: '?page=1', prev: '?page=1', last: '?page=1' }],
  ])('of %i, at %j, links to the others (RFC 8288 §3)', async (total, query, expected) => {
    const links = Object.entries(expected).map(([rel, uri]) => [rel, `/numbers${uri}`])
    expect(await linksAt(listOf(total, { perPage: 3 }), `/numbers${query}`)).toEqual(
      Object.fromEntries(links),
    )
  })

  it('keeps what else the query says, in its place and encoded', async () => {
    const path = '/numbers?q=a%26b%20%22%3E,%3C%C3%A9&page=2&perPage=3&tag=x&tag=y&flag'
    const { next } = await linksAt(listOf(10), path)
    const query = new URL(next as string, 'http://localhost').searchParams
    expect([...query]).toEqual([
      ['q', 'a&b ">,<é'],
      ['page', '3'],
      ['perPage', '3'],
      ['tag', 'x'],
      ['tag', 'y'],
      ['flag', ''],
    ])
  })

  it('leads back to pages that are there, each item once', async () => {
    const app = listOf(23, { perPage: 5 })
    const seen: unknown[] = []
    for (
      let path: string | undefined = '/numbers';
      path !== undefined;
      path = (await linksAt(app, path)).next
    )
      seen.push(...((await askJson(app, path)) as Page<number>).items)
    expect(seen).toEqual(Array.from({ length: 23 }, (_, index) => index))
  })

  it('has its links beside those of the handler, and for HEAD as for GET', async () => {
    const app = new RestApplication()
      .dependency('page', pagination())
      .get('/', ({ page, responseHeaders }) => {
        responseHeaders.append('link', '</style.css>; rel="preload"')
        return page.of([], 0)
      })
    const head = await ask(app, '/', { method: 'HEAD' })
    expect(head.headers.get('link')).toBe(
      '</style.css>; rel="preload", <?page=1>; rel="first", <?page=1>; rel="last"',
    )
  })

  it('has no links when they would be longer than proxies take', async () => {
    const app = listOf(0)
    const at = async (length: number): Promise<number | undefined> =>
      (await ask(app, `/numbers?q=${'x'.repeat(length)}`)).headers.get('link')?.length
    const [short, long] = [await at(2000), await at(4000)]
    expect(short).toBeLessThanOrEqual(4096)
    expect(long).toBeUndefined()
    // Two links, each of which grows with the query.
    const longest = 2000 + Math.floor((4096 - (short ?? 0)) / 2)
    expect(await at(longest)).toBeLessThanOrEqual(4096)
    expect(await at(longest + 1)).toBeUndefined()
  })

  it.each([
    ['more items than it has room for', [1, 2, 3, 4], 4, 'got 4 items for 3 places; take only limit of them'],
    ['a total that is text', [1], '1', 'the total is a number of items, got the string 1; Number() may help'],
    ['a total that is a bigint', [1], 1n, 'the total is a number of items, got the bigint 1'],
    ['a total below 0', [], -1, 'got the number -1'],
    ['no total', [], undefined, 'got the undefined undefined'],
    ['half an item', [], 0.5, 'got the number 0.5'],
  ])('is not made of %s', async (_, items, total, message) => {
    const logger = createLog()
    const app = new RestApplication({ logger })
      .dependency('page', pagination({ perPage: 3 }))
      .get('/', ({ page }) => page.of(items, total as number))
    expect((await ask(app)).status).toBe(500)
    expect(String(logger.lines[0]?.details)).toContain(message)
  })
})

describe('the options', () => {
  it.each([
    [{ maxPerPage: 5 }, 5, 5],
    [{ perPage: 500 }, 500, 500],
    [{ perPage: 1, maxPerPage: 1 }, 1, 1],
    [{}, 20, 100],
  ])('%j: as many by default, and as many at most', async (options, perPage, most) => {
    const app = listOf(0, options)
    expect(await askJson(app, '/asked')).toMatchObject({ perPage })
    expect((await ask(app, `/asked?perPage=${most}`)).status).toBe(200)
    expect((await ask(app, `/asked?perPage=${most + 1}`)).status).toBe(422)
  })

  it('name the parameters', async () => {
    const app = listOf(10, { names: { page: 'page[number]', perPage: 'a/b~' } })
    expect(await askJson(app, '/asked?page%5Bnumber%5D=2&a/b~=3')).toMatchObject({ page: 2, perPage: 3 })
    expect(await linksAt(app, '/numbers?page[number]=2&a/b~=3')).toMatchObject({
      next: '/numbers?page%5Bnumber%5D=3&a%2Fb%7E=3',
    })
    expect(await askJson(app, '/asked?a/b~=x&page=7')).toMatchObject({ errors: [{ pointer: '/a~1b~0' }] })
  })

  it.each([
    [{ perPage: 0 }, 'perPage is a whole number above 0, got 0'],
    [{ perPage: -1 }, 'perPage is a whole number above 0, got -1'],
    [{ perPage: 1.5 }, 'perPage is a whole number above 0, got 1.5'],
    [{ perPage: '20' as never }, 'perPage is a whole number above 0, got 20'],
    [{ maxPerPage: Number.NaN }, 'is a whole number above 0, got NaN'],
    [{ maxPerPage: Number.POSITIVE_INFINITY }, 'maxPerPage is a whole number above 0, got Infinity'],
    [{ perPage: 11, maxPerPage: 10 }, 'perPage (11) is above maxPerPage (10)'],
    [{ names: { page: 'perPage' } }, 'page and perPage are both called "perPage"'],
  ])('%j are refused where they are written', (options, message) => {
    expect(() => pagination(options)).toThrow(`Cannot make pages: `)
    expect(() => pagination(options)).toThrow(message)
  })
})

describe('pages of a router that is mounted', () => {
  it('keep the path of the request, whatever it is mounted at (RFC 3986 §5.2.2)', async () => {
    const books = new Router()
      .dependency('page', pagination({ perPage: 1 }))
      .get('/', ({ page }) => page.of(['a'], 2))
      .get('/all', ({ page }) => page.of(['a'], 2), { bypassStateMachine: true })
      .resource('/by/{author}', (by) => by.get(({ page, author }) => page.of([author], 2)))
    const app = new RestApplication().mount('/shelves/{shelf}/books', books).mount('/books', books)
    expect((await linksAt(app, '/books')).next).toBe('/books?page=2')
    expect((await linksAt(app, '/books/all')).next).toBe('/books/all?page=2')
    expect((await linksAt(app, '/shelves/7/books/by/K%C3%B6nig%3F')).next).toBe(
      '/shelves/7/books/by/K%C3%B6nig%3F?page=2',
    )
  })

  it('have their types', () => {
    new RestApplication().dependency('page', pagination()).get('/', ({ page }) => {
      check<Equal<typeof page, Pagination>>()
      const sent = page.of([{ id: 7 }], 1)
      check<Equal<typeof sent, Page<{ id: number }>>>()
      check<Equal<typeof page.offset, number>>()
      return sent
    })
  })
})
