import { RestApplication } from 'restmachine'
import { describe, expect, it, vi } from 'vitest'
import { toFetchHandler } from '../../src/adapters/fetch.ts'
import type { Outcome } from '../../src/http/outcome.ts'

function handler(given: Partial<Outcome>, report = vi.fn()) {
  const outcome = { status: 200, headers: [], body: 'fine', afterwards: undefined, ...given }
  const fetch = toFetchHandler(() => outcome, report)
  return (method = 'GET') => fetch(new Request('http://here/', { method }))
}

function counting(): {
  readonly stream: ReadableStream<Uint8Array>
  pulled: number
  readonly cancelled: unknown[]
} {
  const seen = {
    pulled: 0,
    cancelled: [] as unknown[],
    stream: new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          seen.pulled++
          controller.enqueue(new Uint8Array([65]))
        },
        cancel: (reason) => void seen.cancelled.push(reason),
      },
      { highWaterMark: 0 },
    ),
  }
  return seen
}

describe('what follows a response', () => {
  it('waits until the response is given', async () => {
    const afterwards = vi.fn()
    await handler({ afterwards })()
    expect(afterwards).not.toHaveBeenCalled()
    await vi.waitFor(() => expect(afterwards).toHaveBeenCalledExactlyOnceWith(undefined))
  })

  it('waits for the end of a stream', async () => {
    const afterwards = vi.fn()
    const response = await handler({ body: new Response('abc').body, afterwards })()
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(afterwards).not.toHaveBeenCalled()
    expect(await response.text()).toBe('abc')
    expect(afterwards).toHaveBeenCalledExactlyOnceWith(undefined)
  })

  it('hears what a stream failed with', async () => {
    const afterwards = vi.fn()
    const failure = new Error('torn')
    const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(failure) })
    const response = await handler({ body, afterwards })()
    await expect(response.text()).rejects.toBe(failure)
    expect(afterwards).toHaveBeenCalledExactlyOnceWith(failure)
  })

  it('hears that the client left, also when cancelling fails', async () => {
    const afterwards = vi.fn()
    const body = new ReadableStream<Uint8Array>({
      cancel() {
        throw new Error('cannot cancel')
      },
    })
    const response = await handler({ body, afterwards })()
    await expect(response.body?.cancel()).rejects.toThrow('cannot cancel')
    expect(afterwards).toHaveBeenCalledExactlyOnceWith(expect.any(Error))
  })

  it('is reported when it fails', async () => {
    const report = vi.fn()
    const failure = new Error('late')
    await handler({ afterwards: () => Promise.reject(failure) as never }, report)()
    await vi.waitFor(() =>
      expect(report).toHaveBeenCalledExactlyOnceWith('What follows a response failed', failure),
    )
  })
})

describe('a stream', () => {
  it('is asked for nothing before somebody reads it', async () => {
    const seen = counting()
    const response = await handler({ body: seen.stream, afterwards: () => undefined })()
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(seen.pulled).toBe(0)
    await response.body?.cancel('enough')
    expect(seen.cancelled).toEqual(['enough'])
  })

  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('in answer to %s with %s is cancelled', async (method, status) => {
    const seen = counting()
    const afterwards = vi.fn()
    const response = await handler({ status, body: seen.stream, afterwards })(method)
    expect(response.body).toBeNull()
    await vi.waitFor(() => expect(afterwards).toHaveBeenCalledOnce())
    expect([seen.pulled, seen.cancelled.length]).toEqual([0, 1])
  })
})

describe('a field that cannot stand on the wire', () => {
  it('is a 500 with a problem, reported, and ends what belongs to the response', async () => {
    const [report, afterwards, seen] = [vi.fn(), vi.fn(), counting()]
    const response = await handler({ headers: ['x-bad', 'a\r\nb'], body: seen.stream, afterwards }, report)()
    expect(response.status).toBe(500)
    expect(await response.json()).toMatchObject({ status: 500 })
    expect(report).toHaveBeenCalledOnce()
    expect(seen.cancelled).toHaveLength(1)
    expect(afterwards).toHaveBeenCalledExactlyOnceWith(expect.any(TypeError))
  })
})

describe('a request that takes too long', () => {
  const logger = { debug() {}, info() {}, warn() {}, error() {} }
  const bun = { requestIP: () => null }

  for (const [name, platform] of Object.entries({ 'a platform': [], 'a server of Bun': [bun] })) {
    it(`is a 503 on ${name}, and one that is in time is not`, async () => {
      const app = new RestApplication({ logger, handlerTimeout: 40 })
        .get('/never', () => new Promise(() => undefined))
        .get('/soon', async () => ({ fine: true }))
      const [never, soon] = await Promise.all(
        ['/never', '/soon'].map((path) => app.fetch(new Request(`http://here${path}`), ...platform)),
      )
      expect([never?.status, soon?.status]).toEqual([503, 200])
    })
  }
})

describe('the content of a web request', () => {
  const app = new RestApplication({ logger: { ...console, error: () => undefined } })
    .post('/twice', async ({ request, bytesBody }) => ({
      size: bytesBody.length,
      used: request.raw.bodyUsed,
    }))
    .post('/small', async ({ body }) => ({ size: (await new Response(body).bytes()).length }), {
      bodyLimit: 5,
    })

  const post = (path: string, body: BodyInit): Promise<Response> =>
    app.fetch(new Request(`http://here${path}`, { method: 'POST', body, duplex: 'half' } as RequestInit))

  it('is read within the limit, whatever its length says', async () => {
    const lying = new Request('http://here/small', {
      method: 'POST',
      body: 'far too much',
      headers: { 'content-length': '3', 'content-type': 'a/b' },
    })
    expect((await app.fetch(lying)).status).toBe(413)
  })

  it.each([
    ['12345', 200],
    ['123456', 413],
  ])('of a known length is read up to the limit: %s', async (body, status) => {
    const headers = { 'content-length': String(body.length), 'content-type': 'a/b' }
    expect(
      (await app.fetch(new Request('http://here/small', { method: 'POST', body, headers }))).status,
    ).toBe(status)
  })

  it('that is told, and does not come, is empty', async () => {
    const headers = { 'content-length': '3', 'content-type': 'a/b' }
    const ask = (path: string): Promise<Response> =>
      app.fetch(new Request(`http://here${path}`, { method: 'POST', headers }))
    expect(await (await ask('/small')).json()).toEqual({ size: 0 })
    expect(await (await ask('/twice')).json()).toMatchObject({ size: 0 })
  })

  it('that somebody else has read is a 400', async () => {
    const headers = { 'content-length': '3', 'content-type': 'a/b' }
    const request = new Request('http://here/twice', { method: 'POST', body: 'abc', headers })
    await request.text()
    expect((await app.fetch(request)).status).toBe(400)
  })

  it('is cancelled when it goes beyond the limit', async () => {
    const seen = counting()
    expect((await post('/small', seen.stream)).status).toBe(413)
    expect(seen.pulled).toBeLessThan(10)
    await vi.waitFor(() => expect(seen.cancelled).toHaveLength(1))
  })

  it('that breaks off is a 400', async () => {
    const torn = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('torn')) })
    expect((await post('/twice', torn)).status).toBe(400)
  })
})
