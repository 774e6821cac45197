import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Agent } from 'undici'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { app } from '../s09-http-client-pool.ts'
import { eventually, served } from './served.ts'

afterEach(() => vi.restoreAllMocks())

interface OtherApi {
  readonly apiUrl: string
  readonly server: Server
  /** Every connection that was ever opened. */
  readonly sockets: readonly Socket[]
}

/** A second server on loopback. */
async function otherApi(listener: RequestListener): Promise<OtherApi> {
  const sockets: Socket[] = []
  const server = createServer({ keepAliveTimeout: 60_000 }, listener)
  server.on('connection', (socket) => void sockets.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, sockets }
}

const answer: RequestListener = ({ url }, response) => {
  response.writeHead(url === '/users/8' ? 404 : 200, { 'content-type': 'application/json' })
  // More than is taken in by itself: who does not read it cannot use the connection again.
  response.end(JSON.stringify({ url, why: url === '/users/8' ? 'x'.repeat(120_000) : '' }))
}

describe('S9: a pool of HTTP connections', () => {
  it('is used again: 50 requests one after another take one connection, refusals too', async () => {
    const { apiUrl, sockets } = await otherApi(answer)
    const { url } = await served(app.with({ apiUrl }))
    for (let index = 0; index < 50; index++) {
      const userId = index % 2 === 0 ? 7 : 8
      const response = await fetch(`${url}/api/external/${userId}`)
      expect(response.status).toBe(userId === 7 ? 200 : 404)
      await response.text()
    }
    expect(sockets).toHaveLength(1)
  })

  it('opens no more connections than it may, and all are answered', async () => {
    const { apiUrl, sockets } = await otherApi(({ url }, response) => {
      setTimeout(() => response.end(JSON.stringify({ url })), 10)
    })
    const httpClient = new Agent({ connections: 3 })
    const { url } = await served(app.with({ apiUrl, httpClient }))
    const asking = Array.from({ length: 30 }, async (_, id) =>
      (await fetch(`${url}/api/external/${id}`)).json(),
    )
    expect(await Promise.all(asking)).toEqual(
      Array.from({ length: 30 }, (_, id) => ({ url: `/users/${id}` })),
    )
    expect(sockets).toHaveLength(3)
  })

  it('breaks off what was asked for a client that has left', async () => {
    const seen: string[] = []
    const { apiUrl } = await otherApi((_, response) => {
      seen.push('asked')
      response.once('close', () => seen.push('broken off'))
    })
    vi.spyOn(console, 'error').mockReturnValue()
    const { url } = await served(app.with({ apiUrl }))
    const leaving = new AbortController()
    const left = fetch(`${url}/api/external/7`, { signal: leaving.signal }).catch(
      (error: Error) => error.name,
    )
    await eventually(() => seen.length === 1, 'asking the other API')
    leaving.abort()
    expect(await left).toBe('AbortError')
    // Long before the time-out of the example's client.
    await eventually(() => seen.length === 2, 'breaking off', 3_000)
    expect(seen).toEqual(['asked', 'broken off'])
  })

  it('gives up an API that does not answer in time', async () => {
    const { apiUrl } = await otherApi(() => undefined)
    vi.spyOn(console, 'error').mockReturnValue()
    const httpClient = new Agent({ headersTimeout: 200 })
    const { url } = await served(app.with({ apiUrl, httpClient }))
    const response = await fetch(`${url}/api/external/7`)
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({ detail: 'The other API does not answer' })
  })

  it('says that an API is not there', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    const { url } = await served(app.with({ apiUrl: 'http://127.0.0.1:1' }))
    const response = await fetch(`${url}/api/external/7`)
    expect(response.status).toBe(502)
    expect(await response.text()).not.toContain('ECONNREFUSED')
  })

  it('is closed with the server', async () => {
    const { apiUrl, sockets } = await otherApi(answer)
    const serving = await served(app.with({ apiUrl }))
    await (await fetch(`${serving.url}/api/external/7`)).text()
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([false])
    await serving.close()
    await eventually(() => sockets.every(({ destroyed }) => destroyed), 'closing the connections')
  })

  it('works on an API of its own when nobody names another', async () => {
    const { url } = await served(app.with({}))
    expect(await (await fetch(`${url}/api/external/7`)).json()).toEqual({ id: '7', name: 'User 7' })
  })
})
