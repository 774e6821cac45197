import { once } from 'node:events'
import { connect } from 'node:net'
import { HttpError, RestApplication } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { later } from './load.ts'
import { eventually, served } from './served.ts'

const HERE = 'Host: here'

/** An application whose `/wait` ends when it is told to. */
function app() {
  const waiting: (() => void)[] = []
  const seen = { running: 0, most: 0 }
  const built = new RestApplication({ logger: { ...console, error: () => undefined } })
    .get('/', () => ({ fine: true }))
    .get('/broken', () => {
      throw new Error('always')
    })
    .get('/later-broken', async () => {
      await later(1)
      throw new HttpError(409)
    })
    .get('/wait', async () => {
      seen.most = Math.max(seen.most, ++seen.running)
      await new Promise<void>((resolve) => waiting.push(resolve))
      seen.running--
      return { waited: true }
    })
    .get('/endless', () => new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array([65])) }))
    .get('/large', () => new Uint8Array(10_000_000))
    .post('/size', ({ bytesBody }) => ({ size: bytesBody.length }))
  function release(): void {
    for (const resolve of waiting.splice(0)) resolve()
  }
  return { built, waiting, seen, release }
}

describe('limitConcurrency', () => {
  it('lets a few probes in beyond it, of each path for itself, and nobody else', async () => {
    const { built, waiting, release } = app()
    const checks: (() => void)[] = []
    built.health({ slow: () => new Promise<void>((resolve) => void checks.push(resolve)) }, { limit: '5s' })
    const serving = await served(built, { limitConcurrency: 1 })
    const inside = await serving.wire()
    inside.ask('GET /wait HTTP/1.1', HERE)
    await eventually(() => waiting.length === 1)

    const probes = await Promise.all(Array.from({ length: 8 }, () => serving.wire()))
    for (const wire of probes) wire.ask('GET /readyz HTTP/1.1', HERE)
    // All wait for the same run of the check.
    await eventually(() => checks.length === 1)
    const statusOf = async (line: string): Promise<number> =>
      (await (await serving.wire()).ask(line, HERE).response()).status
    await later(50)
    expect(await statusOf('GET /readyz HTTP/1.1')).toBe(503)
    expect(await statusOf('GET /livez HTTP/1.1')).toBe(200)
    expect((await fetch(`${serving.url}/livez`, { method: 'HEAD' })).status).toBe(200)
    expect(await statusOf('POST /livez HTTP/1.1')).toBe(503)
    expect(await statusOf('GET / HTTP/1.1')).toBe(503)
    for (const end of checks) end()
    for (const wire of probes) expect((await wire.response()).status).toBe(200)
    expect(await statusOf('GET /livez HTTP/1.1')).toBe(200)
    release()
    expect((await inside.response()).status).toBe(200)
    expect(await statusOf('GET / HTTP/1.1')).toBe(200)
  })

  it('answers 503 with Retry-After at once beyond it, and harms nobody inside', async () => {
    const { built, waiting, seen, release } = app()
    const serving = await served(built, { limitConcurrency: 3 })
    const inside = await Promise.all([1, 2, 3].map(() => serving.wire()))
    for (const wire of inside) wire.ask('GET /wait HTTP/1.1', HERE)
    await eventually(() => waiting.length === 3)

    const refused = await serving.wire()
    const begin = performance.now()
    const response = await refused.ask('GET / HTTP/1.1', HERE).response()
    expect(performance.now() - begin).toBeLessThan(500)
    expect([response.status, response.header('retry-after'), response.header('content-type')]).toEqual([
      503,
      '1',
      'application/problem+json',
    ])
    expect(response.json()).toEqual({
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      detail: 'Too many requests at once',
    })

    release()
    for (const wire of inside) expect((await wire.response()).status).toBe(200)
    // The connection was kept, and there is room again.
    expect((await refused.ask('GET / HTTP/1.1', HERE).response()).status).toBe(200)
    expect(seen.most).toBe(3)
  })

  it('lets others in when a request fails, is refused, or its client leaves', async () => {
    const { built, release, waiting } = app()
    const serving = await served(built, { limitConcurrency: 1 })
    const wire = await serving.wire()
    for (const [path, status] of [
      ['/broken', 500],
      ['/later-broken', 409],
      ['/nowhere', 404],
      ['/', 200],
    ] as const) {
      expect((await wire.ask(`GET ${path} HTTP/1.1`, HERE).response()).status).toBe(status)
    }
    // A handler goes on when its client has left, so its place is taken until it ends.
    const leaving = await serving.wire()
    leaving.ask('GET /wait HTTP/1.1', HERE)
    await eventually(() => waiting.length === 1)
    leaving.socket.destroy()
    await later(30)
    expect((await wire.ask('GET / HTTP/1.1', HERE).response()).status).toBe(503)
    release()
    await later(30)
    expect((await wire.ask('GET / HTTP/1.1', HERE).response()).status).toBe(200)
  })

  it('counts a stream until its last byte, or until its client leaves', async () => {
    const { built } = app()
    const serving = await served(built, { limitConcurrency: 1 })
    const [streaming, wire] = [await serving.wire(), await serving.wire()]
    streaming.ask('GET /endless HTTP/1.1', HERE)
    await streaming.until(() => streaming.rest.includes('200'))
    expect((await wire.ask('GET / HTTP/1.1', HERE).response()).status).toBe(503)
    streaming.socket.destroy()
    await later(50)
    expect((await wire.ask('GET / HTTP/1.1', HERE).response()).status).toBe(200)
  })

  it('keeps the connection of an upload that it refuses readable', async () => {
    const { built, waiting, release } = app()
    const serving = await served(built, { limitConcurrency: 1 })
    const [inside, wire] = [await serving.wire(), await serving.wire()]
    inside.ask('GET /wait HTTP/1.1', HERE)
    await eventually(() => waiting.length === 1)
    wire
      .ask('POST /size HTTP/1.1', HERE, 'Content-Type: a/b', 'Content-Length: 5000000')
      .send('x'.repeat(1_000_000))
    expect((await wire.response()).status).toBe(503)
    release()
    expect((await inside.response()).status).toBe(200)
  })

  it('holds under a burst: never more inside, and each request has one answer', async () => {
    const { built, seen, release, waiting } = app()
    const serving = await served(built, { limitConcurrency: 10 })
    const wires = await Promise.all(Array.from({ length: 60 }, () => serving.wire()))
    const answers = wires.map((wire) => wire.ask('GET /wait HTTP/1.1', HERE).response())
    const statuses: number[] = []
    for (const answer of answers) void answer.then(({ status }) => statuses.push(status))
    await eventually(() => waiting.length === 10 && statuses.length === 50)
    release()
    await Promise.all(answers)
    expect(seen.most).toBe(10)
    expect(statuses.filter((status) => status === 503)).toHaveLength(50)
    expect(statuses.filter((status) => status === 200)).toHaveLength(10)
  })
})

describe('clients that take their time', () => {
  it('slow senders, slow readers and silent connections are all cut, while others are served', async () => {
    const { built } = app()
    const serving = await served(built, {
      headersTimeout: 300,
      requestTimeout: 600,
      sendTimeout: 300,
      keepAliveTimeout: 300,
    })
    const slow = await Promise.all(Array.from({ length: 40 }, () => serving.wire()))
    const closed = new Set<number>()
    for (const [index, wire] of slow.entries()) {
      wire.socket.once('close', () => closed.add(index))
      if (index % 4 === 0) wire.send('GET / HTTP/1.1\r\nX-Slow: ')
      if (index % 4 === 1) wire.ask('POST /size HTTP/1.1', HERE, 'Content-Type: a/b', 'Content-Length: 9000')
      if (index % 4 === 2) {
        wire.ask('GET /large HTTP/1.1', HERE)
        wire.socket.pause()
      }
      // The others never say a word.
    }
    const drips = setInterval(() => {
      for (const wire of slow) if (!wire.socket.isPaused() && wire.socket.writable) wire.send('x')
    }, 50)
    const begin = performance.now()
    const quick = await serving.wire()
    while (performance.now() - begin < 2_500) {
      expect((await quick.ask('GET / HTTP/1.1', HERE).response()).status).toBe(200)
      await later(20)
    }
    clearInterval(drips)
    // Who reads nothing does not notice: a paused socket hears of the end when it reads on.
    for (const wire of slow)
      wire.socket
        .on('data', () => undefined)
        .resume()
        .end()
    await eventually(() => closed.size === slow.length, `The end of all (${closed.size})`)
    const open = await new Promise<number>((resolve) =>
      serving.server.getConnections((_, count) => resolve(count)),
    )
    expect(open).toBe(1)
  })

  it('a client that has closed its half gets its answer, and the connection ends', async () => {
    const { built } = app()
    const serving = await served(built)
    const socket = connect({ port: serving.port, host: '127.0.0.1', allowHalfOpen: true })
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.end('GET / HTTP/1.1\r\nHost: here\r\n\r\n')
    await once(socket, 'end')
    expect(text).toMatch(/^HTTP\/1\.1 200 /)
  })
})
