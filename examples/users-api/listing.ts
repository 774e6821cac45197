import { type BuiltIns, type Fault, HttpError, type RestRequest } from 'restmachine'

type Given = Pick<BuiltIns, 'queryParams'>

/** Which part of a list is wanted. */
export interface Pagination {
  readonly page: number
  readonly perPage: number
  readonly offset: number
}

/** How a list is divided, as the answer tells it. */
export interface PageInfo {
  readonly page: number
  readonly perPage: number
  readonly total: number
  readonly pages: number
}

/** Keeps offsets within what a database can count. */
const MAX_PAGE = 1_000_000

/** A provider that reads `?page=2&perPage=20`: 422 for what is no number in range. */
export function pagination({ usual, max }: { readonly usual: number; readonly max: number }) {
  return ({ queryParams }: Given): Pagination => {
    const faults: Fault[] = []
    const page = readNumber(queryParams, 'page', 1, MAX_PAGE, faults)
    const perPage = readNumber(queryParams, 'perPage', usual, max, faults)
    refuse(faults)
    return { page, perPage, offset: (page - 1) * perPage }
  }
}

/** A provider that reads `?fields=id,name`: 422 for a field that is not `allowed`, all of them without it. */
export function fieldSelection<Field extends string>(allowed: readonly Field[]) {
  return ({ queryParams }: Given): readonly Field[] => {
    const sent = queryParams.get('fields')
    if (sent === null) return allowed
    const names = sent.split(',').map((name) => name.trim())
    const unknown = names.filter((name) => !allowed.some((field) => field === name))
    const known = allowed.join(', ')
    refuse(unknown.map((name) => faultIn('fields', `There is no field "${name}"; there are ${known}`)))
    return allowed.filter((field) => names.includes(field))
  }
}

export function pageInfo({ page, perPage }: Pagination, total: number): PageInfo {
  return { page, perPage, total, pages: Math.max(1, Math.ceil(total / perPage)) }
}

/** Where the other pages of the list are; what else the query says is kept. */
export function pageLinks(list: RestRequest, { page, perPage, pages }: PageInfo) {
  function link(number: number): string {
    const query = new URLSearchParams(list.queryParams)
    query.set('page', String(number))
    query.set('perPage', String(perPage))
    return `${list.path}?${query}`
  }
  return {
    first: link(1),
    prev: page > 1 ? link(Math.min(page - 1, pages)) : undefined,
    next: page < pages ? link(page + 1) : undefined,
    last: link(pages),
  }
}

export type PageLinks = ReturnType<typeof pageLinks>

/** The value of `Link` (RFC 8288 §3). */
export function formatLinks(links: PageLinks): string {
  return Object.entries(links)
    .filter(([, target]) => target !== undefined)
    .map(([relation, target]) => `<${target}>; rel="${relation}"`)
    .join(', ')
}

function readNumber(
  query: URLSearchParams,
  name: string,
  usual: number,
  max: number,
  faults: Fault[],
): number {
  const text = query.get(name)
  if (text === null) return usual
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (value < 1 || value > max) faults.push(faultIn(name, `A whole number from 1 to ${max} is needed`))
  return value
}

function faultIn(name: string, message: string): Fault {
  return { pointer: `/${name}`, message, in: 'query' }
}

function refuse(errors: readonly Fault[]): void {
  if (errors.length > 0) throw new HttpError(422, 'The query cannot be used', { errors })
}
