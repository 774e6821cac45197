import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { app } from '../s15-async-dependencies.ts'
import { served } from './served.ts'

/** Another API on loopback. It answers nobody until `answer` has seen all requests that are open. */
async function otherApi(answer: (open: ReadonlyMap<string, ServerResponse>) => void): Promise<string> {
  const open = new Map<string, ServerResponse>()
  const server = createServer(({ url = '' }, response) => {
    open.set(url, response)
    response.once('close', () => open.delete(url))
    answer(open)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function send(response: ServerResponse | undefined, status: number, body: unknown): void {
  response?.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

describe('S15: providers that do not need each other', () => {
  it.each([
    ['first', ['/users/7', '/users/7/posts']],
    ['last', ['/users/7/posts', '/users/7']],
  ])('run side by side: both ask before either is answered, the user %s', async (_, order) => {
    // Were one waiting for the other, there would never be two, and nobody would be answered.
    const marks: string[] = []
    const apiUrl = await otherApi((open) => {
      marks.push('asked')
      if (open.size < 2) return
      for (const path of order) {
        marks.push(`answers ${path}`)
        send(open.get(path), 200, path.endsWith('posts') ? [{ title: 'Hello' }] : { name: 'Ada' })
      }
    })
    const { url } = await served(app.with({ apiUrl }))
    const response = await fetch(`${url}/users/7/profile`, { signal: AbortSignal.timeout(5_000) })
    expect(await response.json()).toEqual({ user: { name: 'Ada' }, posts: [{ title: 'Hello' }] })
    expect(marks).toEqual(['asked', 'asked', ...order.map((path) => `answers ${path}`)])
  })

  it('fail as one: the first failure is the answer, and none is left unheard', async () => {
    const apiUrl = await otherApi((open) => {
      if (open.size < 2) return
      for (const response of open.values()) send(response, 404, {})
    })
    const { url } = await served(app.with({ apiUrl }))
    const response = await fetch(`${url}/users/8/profile`, { signal: AbortSignal.timeout(5_000) })
    expect(response.status).toBe(404)
    await response.text()
  })

  it('runs on an API of its own when nobody names another', async () => {
    const { url } = await served(app.with({}))
    const response = await fetch(`${url}/users/7/profile`)
    expect(await response.json()).toEqual({
      user: { id: '7', name: 'User 7' },
      posts: [{ title: 'Hello', author: '7' }],
    })
  })
})
