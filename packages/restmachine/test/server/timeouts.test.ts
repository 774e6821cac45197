import { RestApplication } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { eventually, served } from './served.ts'

const HERE = 'Host: here'

const LARGE = 30_000_000

function app(over: string[] = []) {
  return new RestApplication({ logger: { ...console, error: () => undefined } })
    .dependency(
      'opened',
      function* () {
        try {
          yield 1
          over.push('sent')
        } catch {
          over.push('cut off')
        }
      },
      { close: 'after-response' },
    )
    .get('/', () => ({ fine: true }))
    .get('/large', ({ opened }) => new Uint8Array(opened * LARGE))
    .get('/endless', ({ opened }) => {
      const piece = new Uint8Array(opened * 16_384)
      return new ReadableStream({
        pull: (stream) => stream.enqueue(piece),
        cancel: () => void over.push('cancelled'),
      })
    })
    .get('/events', () => {
      let left = 3
      return new ReadableStream({
        async pull(stream) {
          await new Promise((resolve) => setTimeout(resolve, 200))
          if (left-- === 0) stream.close()
          else stream.enqueue(new Uint8Array([65]))
        },
      })
    })
    .get('/slow', async () => {
      await new Promise((resolve) => setTimeout(resolve, 400))
      return { slow: true }
    })
    .post('/size', async ({ body, signal }) => {
      signal.addEventListener('abort', () => over.push('aborted'))
      return { size: (await new Response(body).bytes()).length }
    })
}

/** How long something takes, in milliseconds. */
async function timeOf(work: Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work
  return performance.now() - start
}

describe('time-outs', () => {
  it('headersTimeout cuts off slow header fields with 408, soon after it has passed', async () => {
    const wire = await (await served(app(), { headersTimeout: 200 })).wire()
    wire.send('GET / HTTP/1.1\r\nHost: here\r\n')
    const sending = setInterval(() => wire.send('X-A: a\r\n'), 20)
    let status: number | undefined
    const time = await timeOf(wire.response().then((response) => (status = response.status)))
    clearInterval(sending)
    expect(status).toBe(408)
    expect(time).toBeGreaterThan(150)
    expect(time).toBeLessThan(900)
    await wire.closed()
  })

  it('requestTimeout cuts off slow content with 408', async () => {
    const over: string[] = []
    const wire = await (await served(app(over), { requestTimeout: 300 })).wire()
    wire.ask('POST /size HTTP/1.1', HERE, 'Content-Type: a/b', 'Content-Length: 1000')
    const sending = setInterval(() => wire.send('x'), 20)
    const response = await wire.response().finally(() => clearInterval(sending))
    expect([response.status, response.json().status]).toEqual([408, 408])
    await wire.closed()
    await eventually(() => over.length === 1)
  })

  it('do not touch a handler that takes its time', async () => {
    const serving = await served(app(), { headersTimeout: 100, requestTimeout: 100, keepAliveTimeout: 100 })
    const wire = await serving.wire()
    expect((await wire.ask('GET /slow HTTP/1.1', HERE).response()).json()).toEqual({ slow: true })
  })

  it('close a connection over which nothing comes without a word', async () => {
    const wire = await (await served(app(), { headersTimeout: 100 })).wire()
    await wire.closed()
    expect(wire.rest).toBe('')
  })

  it('keepAliveTimeout closes an idle connection', async () => {
    const wire = await (await served(app(), { keepAliveTimeout: 50 })).wire()
    await wire.ask('GET / HTTP/1.1', HERE).response()
    // node:http waits a second longer than it tells the client, so that none is cut off on its way.
    expect(await timeOf(wire.closed())).toBeLessThan(2_500)
  })
})

describe('sendTimeout', () => {
  it.each([
    ['/large', ['cut off']],
    ['/endless', ['cancelled', 'cut off']],
  ])('closes the connection of a client that reads nothing of %s', async (path, expected) => {
    const over: string[] = []
    const wire = await (await served(app(over), { sendTimeout: 150 })).wire()
    wire.socket.pause()
    wire.ask(`GET ${path} HTTP/1.1`, HERE)
    await eventually(() => over.length === expected.length)
    expect(over).toEqual(expected)
  })

  it('lets a client read slowly', async () => {
    const over: string[] = []
    const wire = await (await served(app(over), { sendTimeout: 150, keepAliveTimeout: 0 })).wire()
    let taken = 0
    wire.socket.on('data', (chunk) => {
      taken += chunk.length
      if (taken < 2_000_000) return
      taken = 0
      wire.socket.pause()
      setTimeout(() => wire.socket.resume(), 50)
    })
    // Altogether it takes several times as long as nothing may be read.
    const response = await wire.ask('GET /large HTTP/1.1', HERE).response()
    expect(response.body.length).toBe(LARGE)
    await eventually(() => over.length === 1)
    expect(over).toEqual(['sent'])
    // Nor does the time go on for the next request.
    expect((await wire.ask('GET /slow HTTP/1.1', HERE).response()).status).toBe(200)
  })

  it('lets a stream be silent', async () => {
    const wire = await (await served(app(), { sendTimeout: 50 })).wire()
    expect((await wire.ask('GET /events HTTP/1.1', HERE).response()).body.toString()).toBe('AAA')
  })
})
