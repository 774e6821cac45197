import { type Fault, HttpError } from '../http/http-error.ts'
import { formatLink } from '../http/link.ts'
import { formatJsonPointer } from '../representation/json-pointer.ts'
import type { ResponseHeaders } from '../representation/response-headers.ts'

/** How a list is divided into pages. */
export interface PaginationOptions {
  /** Items of a page when the client does not say: 20, or `maxPerPage` where that is less. */
  readonly perPage?: number
  /** The most items of a page: 100, or `perPage` where that is more. Who asks for more gets 422. */
  readonly maxPerPage?: number
  /** The query parameters: `page` and `perPage` when nobody says. */
  readonly names?: { readonly page?: string; readonly perPage?: string }
}

/** One page of a list, as it is sent. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly page: number
  readonly perPage: number
  /** Items on all pages. */
  readonly total: number
  /** How many pages there are: none, when there are no items. */
  readonly pages: number
}

/** What {@link pagination} asks for; every request has it. */
interface Needs {
  readonly queryParams: URLSearchParams
  readonly responseHeaders: ResponseHeaders
}

const DEFAULTS = { perPage: 20, maxPerPage: 100 }

// Each of four links repeats the query, and many proxies hold all fields of an answer in 4 to 8 KiB.
const MAX_LINK_LENGTH = 4096

/** The part of a list that a client asks for; made by {@link pagination}. */
export class Pagination {
  /** From 1 on. */
  readonly page: number
  readonly perPage: number
  readonly #names: Names
  readonly #needs: Needs

  constructor(page: number, perPage: number, names: Names, needs: Needs) {
    this.page = page
    this.perPage = perPage
    this.#names = names
    this.#needs = needs
  }

  /** Items before the page: the `OFFSET` of a query. */
  get offset(): number {
    return (this.page - 1) * this.perPage
  }

  /** Items of the page at most: the `LIMIT` of a query. */
  get limit(): number {
    return this.perPage
  }

  /**
   * The page as a result, and the `Link` field that leads to the others: first, prev, next and last. A query so long
   * that its links would not pass a proxy gets none.
   *
   * @param items Those of this page.
   * @param total Items on all pages.
   * @throws {TypeError} When there are more items than a page has, or `total` is no number of items.
   *
   * @see RFC 8288
   */
  of<Item>(items: readonly Item[], total: number): Page<Item> {
    if (items.length > this.perPage) {
      const taken = `${items.length} items for ${this.perPage} places`
      throw new TypeError(`Cannot make a page: got ${taken}; take only limit of them, from offset on`)
    }
    if (!Number.isSafeInteger(total) || total < 0) {
      const got = `the ${typeof total} ${String(total)}`
      throw new TypeError(`Cannot make a page: the total is a number of items, got ${got}; Number() may help`)
    }
    const pages = Math.ceil(total / this.perPage)
    const link = this.#links(Math.max(1, pages))
    if (link.length <= MAX_LINK_LENGTH) this.#needs.responseHeaders.append('link', link)
    return { items, page: this.page, perPage: this.perPage, total, pages }
  }

  #links(pages: number): string {
    const links = [
      { rel: 'first', page: 1 },
      // Whoever is beyond the end is led back to it.
      ...(this.page > 1 ? [{ rel: 'prev', page: Math.min(this.page - 1, pages) }] : []),
      ...(this.page < pages ? [{ rel: 'next', page: this.page + 1 }] : []),
      { rel: 'last', page: pages },
    ]
    return formatLink(links.map(({ rel, page }) => ({ uri: this.#uriOf(page), rel })))
  }

  // Relative to the request, so that it is right behind any proxy; other parameters stay.
  #uriOf(page: number): string {
    const query = new URLSearchParams(this.#needs.queryParams)
    query.set(this.#names.page, String(page))
    if (query.has(this.#names.perPage)) query.set(this.#names.perPage, String(this.perPage))
    return `?${query}`
  }
}

interface Names {
  readonly page: string
  readonly perPage: string
}

/**
 * Makes a provider that reads which part of a list the client asks for: `?page=2&perPage=50`. What is no page is a 422
 * that names the parameter.
 *
 * @throws {TypeError} When an option is no whole number above 0, `perPage` is above `maxPerPage`, or both parameters
 *   have one name.
 *
 * @example
 * ```ts
 * import { pagination, RestApplication } from 'restmachine'
 *
 * const numbers = Array.from({ length: 45 }, (_, index) => index)
 * const app = new RestApplication()
 *   .dependency('pagination', pagination({ perPage: 10 }))
 *   .get('/numbers', ({ pagination }) => {
 *     const { offset, limit } = pagination
 *     return pagination.of(numbers.slice(offset, offset + limit), numbers.length)
 *   })
 * const response = await app.fetch(new Request('http://localhost/numbers?page=2'))
 * const page = await response.json()
 * // page.items[0] === 10
 * // page.pages === 5
 * ```
 *
 * @see RFC 8288
 */
export function pagination(options: PaginationOptions = {}): (needs: Needs) => Pagination {
  const {
    maxPerPage = Math.max(DEFAULTS.maxPerPage, options.perPage ?? 0),
    perPage = Math.min(DEFAULTS.perPage, maxPerPage),
  } = options
  for (const [name, value] of Object.entries({ perPage, maxPerPage })) {
    if (Number.isSafeInteger(value) && value > 0) continue
    throw new TypeError(`Cannot make pages: ${name} is a whole number above 0, got ${String(value)}`)
  }
  if (perPage > maxPerPage)
    throw new TypeError(`Cannot make pages: perPage (${perPage}) is above maxPerPage (${maxPerPage})`)
  const names: Names = { page: 'page', perPage: 'perPage', ...options.names }
  if (names.page === names.perPage)
    throw new TypeError(`Cannot make pages: page and perPage are both called "${names.page}"`)
  // Beyond it, offsets would not be whole numbers any more.
  const maxPage = Math.floor(Number.MAX_SAFE_INTEGER / maxPerPage)

  return ({ queryParams, responseHeaders }) => {
    const faults: Fault[] = []
    const page = numberIn(queryParams, names.page, 1, maxPage, faults)
    const size = numberIn(queryParams, names.perPage, perPage, maxPerPage, faults)
    if (faults.length > 0) throw new HttpError(422, 'There is no such page', { errors: faults })
    return new Pagination(page, size, names, { queryParams, responseHeaders })
  }
}

function numberIn(
  query: URLSearchParams,
  name: string,
  otherwise: number,
  most: number,
  faults: Fault[],
): number {
  const [text, ...others] = query.getAll(name)
  if (text === undefined) return otherwise
  const value = /^\d{1,16}$/.test(text) ? Number(text) : 0
  if (others.length === 0 && value >= 1 && value <= most) return value
  const message = others.length > 0 ? 'is given more than once' : `is a whole number from 1 to ${most}`
  faults.push({ pointer: formatJsonPointer([name]), message, in: 'query' })
  return otherwise
}
