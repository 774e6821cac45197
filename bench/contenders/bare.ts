import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { entries, findUser, findViewer, greet, openStore, openTenant } from '../domain.ts'
import { Item } from '../item.ts'

/** Writes an answer: the one thing in which `raw` and `raw-tuned` differ. */
export interface Writer {
  json(response: ServerResponse, status: number, body: string): void
  jsonTagged(response: ServerResponse, etag: string, body: string): void
  notModified(response: ServerResponse, etag: string): void
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
