import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { entries, findUser, findViewer, greet, openStore, openTenant, pageOf } from '../domain.ts'
import { Item } from '../item.ts'
import { answerAccount } from './account-by-hand.ts'
import { furtherRoutes } from './further-routes.ts'

/** Writes an answer: the one thing in which `raw` and `raw-tuned` differ. */
export interface Writer {
  json(response: ServerResponse, status: number, body: string): void
  jsonTagged(response: ServerResponse, etag: string, body: string): void
  notModified(response: ServerResponse, etag: string): void
  /** One of several types: with `Vary`. */
  chosen(response: ServerResponse, type: string, etag: string, body: string): void
  chosenNotModified(response: ServerResponse, etag: string): void
  challenge(response: ServerResponse, body: string): void
}

/** The application written by hand on `node:http`: no router, no layers, no options. */
export function bareListener(write: Writer): RequestListener {
  return (request, response) => {
    const url = request.url ?? '/'
    if (request.method === 'POST' && url === '/items') return addItem(write, request, response)
    const path = url.split('?', 1)[0] ?? url
    if (path === '/api/data') return write.json(response, 200, JSON.stringify(greet()))
    if (path.startsWith('/users/')) return showUser(write, response, path.slice('/users/'.length))
    if (path === '/etag') return showTagged(write, request, response)
    if (path === '/list') return write.json(response, 200, JSON.stringify(entries))
    if (path.startsWith('/accounts/')) {
      return showAccount(write, request, response, path.slice('/accounts/'.length))
    }
    if (isFurther(path)) return write.json(response, 200, JSON.stringify(greet()))
    write.json(response, 404, '{"error":"not found"}')
  }
}

function showUser(write: Writer, response: ServerResponse, id: string): void {
  const tenant = openTenant()
  const store = openStore(tenant)
  const viewer = findViewer(store)
  write.json(response, 200, JSON.stringify(findUser(store, viewer, decodeURIComponent(id))))
}

function showTagged(write: Writer, request: IncomingMessage, response: ServerResponse): void {
  if (request.headers['if-none-match'] === '"v1"') write.notModified(response, '"v1"')
  else write.jsonTagged(response, '"v1"', JSON.stringify(greet()))
}

function showAccount(
  write: Writer,
  { headers }: IncomingMessage,
  response: ServerResponse,
  id: string,
): void {
  const answer = answerAccount((name) => headers[name], decodeURIComponent(id))
  const { status, etag } = answer
  if (status === 401) write.challenge(response, '{"error":"who?"}')
  else if (etag === undefined) write.json(response, status, '{"error":"refused"}')
  else if (answer.status === 304) write.chosenNotModified(response, etag)
  else if (answer.type === 'application/json') {
    write.chosen(response, answer.type, etag, JSON.stringify(answer.view))
  } else write.chosen(response, 'text/html; charset=utf-8', etag, pageOf(answer.view))
}

function addItem(write: Writer, request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const checked = Item.safeParse(readJson(Buffer.concat(chunks).toString()))
    if (checked.success) write.json(response, 201, JSON.stringify(checked.data))
    else write.json(response, 422, '{"error":"not an item"}')
  })
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const further: ReadonlySet<string> = new Set(furtherRoutes)

// Found by the whole path, or by the path with its parameter put back.
function isFurther(path: string): boolean {
  if (further.size === 0) return false
  if (further.has(path)) return true
  const start = path.indexOf('/', '/shops/'.length) + 1
  const end = path.indexOf('/', start)
  return start > 0 && end > start && further.has(`${path.slice(0, start)}:itemId${path.slice(end)}`)
}
