import { once } from 'node:events'
import { connect } from 'node:net'
import { RestApplication } from 'restmachine'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventually, served } from './served.ts'

const HERE = 'Host: here'
const LARGE = 30_000_000

const later = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time))

function app(seen: string[] = []) {
  return new RestApplication({ logger: { ...console, error: () => undefined } })
    .onStartup('pool', function* () {
      yield 'pool'
      seen.push('pool closed')
    })
    .onShutdown(() => void seen.push('shutdown'))
    .dependency(
      'afterwards',
      async function* () {
        yield 1
        await later(50)
        seen.push('afterwards')
      },
      { close: 'after-response' },
    )
    .get('/', () => ({ fine: true }))
    .get('/slow', async ({ pool }) => {
      seen.push('begun')
      await later(200)
      seen.push('slow')
      return { pool }
    })
    .get('/stubborn', async () => {
      seen.push('begun')
      await later(700)
      seen.push('stubborn')
      return {}
    })
    .get('/heeds', async ({ signal }) => {
      seen.push('begun')
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      await later(50)
      seen.push('heeded')
      return {}
    })
    .get('/stream', () => {
      seen.push('begun')
      let left = 5
      return new ReadableStream({
        async pull(controller) {
          await later(40)
          if (left-- === 0) controller.close()
          else controller.enqueue(new Uint8Array([65]))
        },
      })
    })
    .get('/endless', () => {
      seen.push('begun')
      return new ReadableStream({ cancel: () => void seen.push('cancelled') })
    })
    .get('/large', () => new Uint8Array(LARGE))
    .get('/afterwards', ({ afterwards }) => ({ afterwards }))
    .post('/size', ({ bytesBody }) => ({ size: bytesBody.length }), { bodyLimit: 1_000_000 })
}

describe('stopping', () => {
  it('lets requests in flight finish, tells them to close, and shuts down after the last', async () => {
    const seen: string[] = []
    const serving = await served(app(seen), { gracefulTimeout: 5_000 })
    const wire = await serving.wire()
    wire.ask('GET /slow HTTP/1.1', HERE)
    await eventually(() => seen.length === 1)
    const closing = serving.close()
    const response = await wire.response()
    expect([response.json(), response.header('connection')]).toEqual([{ pool: 'pool' }, 'close'])
    expect(await closing).toBe(true)
    expect(seen).toEqual(['begun', 'slow', 'shutdown', 'pool closed'])
  })

  it('refuses new connections at once', async () => {
    const seen: string[] = []
    const serving = await served(app(seen), { gracefulTimeout: 5_000 })
    const wire = await serving.wire()
    wire.ask('GET /slow HTTP/1.1', HERE)
    await eventually(() => seen.length === 1)
    const closing = serving.close()
    await later(20)
    const refused = connect(serving.port, '127.0.0.1')
    const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNREFUSED')
    expect((await wire.response()).status).toBe(200)
    expect(await closing).toBe(true)
  })

  it('does not wait for idle connections, nor for those that never said a word', async () => {
    const serving = await served(app(), { gracefulTimeout: 5_000 })
    const [idle, silent] = [await serving.wire(), await serving.wire()]
    await idle.ask('GET / HTTP/1.1', HERE).response()
    const start = performance.now()
    expect(await serving.close()).toBe(true)
    expect(performance.now() - start).toBeLessThan(1_000)
    await Promise.all([idle.closed(), silent.closed()])
  })

  it('lets a stream run to its end', async () => {
    const seen: string[] = []
    const serving = await served(app(seen), { gracefulTimeout: 5_000 })
    const wire = await serving.wire()
    wire.ask('GET /stream HTTP/1.1', HERE)
    await eventually(() => seen.length === 1)
    const closing = serving.close()
    expect((await wire.response()).body.toString()).toBe('AAAAA')
    expect(await closing).toBe(true)
  })

  it('lets an upload arrive', async () => {
    const serving = await served(app(), { gracefulTimeout: 5_000 })
    const wire = await serving.wire()
    wire
      .ask('POST /size HTTP/1.1', HERE, 'Content-Type: a/b', 'Content-Length: 200000')
      .send('x'.repeat(100_000))
    await later(30)
    const closing = serving.close()
    await later(200)
    wire.send('x'.repeat(100_000))
    expect((await wire.response()).json()).toEqual({ size: 200_000 })
    expect(await closing).toBe(true)
  })

  it('does not cut a response that a slow client still reads', async () => {
    const serving = await served(app(), { gracefulTimeout: 15_000 })
    const wire = await serving.wire()
    wire.ask('GET /large HTTP/1.1', HERE)
    wire.socket.pause()
    await later(50)
    const closing = serving.close()
    await later(300)
    wire.socket.resume()
    expect((await wire.response()).body.length).toBe(LARGE)
    wire.socket.end()
    expect(await closing).toBe(true)
  })

  it('answers a request whose bytes had come already', async () => {
    const serving = await served(app(), { gracefulTimeout: 5_000 })
    const [kept, fresh] = [await serving.wire(), await serving.wire()]
    await kept.ask('GET / HTTP/1.1', HERE).response()
    kept.ask('GET / HTTP/1.1', HERE)
    fresh.ask('GET / HTTP/1.1', HERE)
    const closing = serving.close()
    expect([(await kept.response()).status, (await fresh.response()).status]).toEqual([200, 200])
    expect(await closing).toBe(true)
  })

  it('waits for what follows a response', async () => {
    const seen: string[] = []
    const serving = await served(app(seen), { gracefulTimeout: 5_000 })
    await (await serving.wire()).ask('GET /afterwards HTTP/1.1', HERE).response()
    expect(await serving.close()).toBe(true)
    expect(seen).toEqual(['afterwards', 'shutdown', 'pool closed'])
  })

  it('waits for a handler whose client has left', async () => {
    const seen: string[] = []
    const serving = await served(app(seen), { gracefulTimeout: 5_000 })
    const wire = await serving.wire()
    wire.ask('GET /slow HTTP/1.1', HERE)
    await eventually(() => seen.length === 1)
    wire.socket.destroy()
    expect(await serving.close()).toBe(true)
    expect(seen).toEqual(['begun', 'slow', 'shutdown', 'pool closed'])
  })

  it('twice is once', async () => {
    const seen: string[] = []
    const serving = await served(app(seen))
    expect(await Promise.all([serving.close(), serving.close()])).toEqual([true, true])
    expect(await serving.close()).toBe(true)
    expect(seen).toEqual(['shutdown', 'pool closed'])
  })
})

describe('stopping when the time is up', () => {
  it('closes connections, cancels streams, and says so', async () => {
    const seen: string[] = []
    const serving = await served(app(seen), { gracefulTimeout: 100 })
    const wire = await serving.wire()
    wire.ask('GET /endless HTTP/1.1', HERE)
    await eventually(() => seen.length === 1)
    expect(await serving.close()).toBe(false)
    await wire.closed()
    expect(seen).toEqual(['begun', 'cancelled', 'shutdown', 'pool closed'])
  })

  it('closes a connection whose request never becomes whole', async () => {
    const serving = await served(app(), { gracefulTimeout: 100 })
    const wire = await serving.wire()
    wire.ask('POST /size HTTP/1.1', HERE, 'Content-Type: a/b', 'Content-Length: 10').send('half')
    await later(30)
    expect(await serving.close()).toBe(false)
    await wire.closed()
  })

  it('lets handlers that heed their signal end before it shuts down', async () => {
    const seen: string[] = []
    const serving = await served(app(seen), { gracefulTimeout: 100 })
    const wire = await serving.wire()
    wire.ask('GET /heeds HTTP/1.1', HERE)
    await eventually(() => seen.length === 1)
    expect(await serving.close()).toBe(false)
    expect(seen).toEqual(['begun', 'heeded', 'shutdown', 'pool closed'])
  })

  it('leaves the process well when a handler ends later still', async () => {
    const seen: string[] = []
    const serving = await served(app(seen), { gracefulTimeout: 0 })
    const wire = await serving.wire()
    wire.ask('GET /stubborn HTTP/1.1', HERE)
    await eventually(() => seen.length === 1)
    onTestFinished(() => expect(seen).toContain('stubborn'))
    expect(await serving.close()).toBe(false)
    await eventually(() => seen.includes('stubborn'))
  })
})
