import { HttpError, RestApplication } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { eventually, served } from '../server/served.ts'

const HERE = 'Host: here'
const OCTETS = 'Content-Type: application/octet-stream'
const LARGE = 200_000

/** What happened to requests, for tests that cannot see it from outside. */
function witness() {
  return { ended: [] as string[], aborted: 0, begun: 0 }
}

function app(seen = witness()) {
  return new RestApplication({ logger: { ...console, error: () => undefined } })
    .dependency('opened', async function* () {
      seen.begun++
      try {
        yield 'value'
        seen.ended.push('well')
      } catch (error) {
        seen.ended.push(error instanceof HttpError ? `with ${error.status}` : 'badly')
        throw error
      }
    })
    .post('/size', ({ bytesBody }) => ({ size: bytesBody.length }))
    .post('/json', ({ jsonBody }) => ({ jsonBody }))
    .post('/small', ({ bytesBody }) => ({ size: bytesBody.length }), { bodyLimit: 1_000 })
    .post('/small-stream', async ({ body }) => ({ size: (await new Response(body).bytes()).length }), {
      bodyLimit: 1_000,
    })
    .post('/unread', () => ({ unread: true }))
    .post('/first', async ({ body }) => {
      const { value } = await body.getReader().read()
      return { first: value?.length }
    })
    .post('/echo', ({ body }) => body)
    .post('/guarded', ({ bytesBody }) => ({ size: bytesBody.length }), { authorized: () => false })
    .post('/held', async ({ opened, signal, body }) => {
      signal.addEventListener('abort', () => seen.aborted++)
      return { opened, size: (await new Response(body).bytes()).length }
    })
    .post('/counted', ({ opened, bytesBody }) => ({ opened, size: bytesBody.length }))
    .post('/raw', async ({ request }) => ({ text: await request.raw.text(), method: request.raw.method }))
    .post('/raw-and-json', async ({ request, jsonBody }) => ({ jsonBody, text: await request.raw.text() }))
    .post('/bypass', ({ bytesBody }) => ({ size: bytesBody.length }), { bypassStateMachine: true })
    .get('/', () => ({ fine: true }))
}

describe('RFC 9110 §10.1.1: Expect', () => {
  const expects = ['POST /size HTTP/1.1', HERE, OCTETS, 'Expect: 100-continue', 'Content-Length: 4']

  it('100 (Continue) comes once the content is wanted, and the connection is kept', async () => {
    const wire = await (await served(app())).wire()
    expect((await wire.ask(...expects).response()).status).toBe(100)
    expect((await wire.send('four').response()).json()).toEqual({ size: 4 })
    expect((await wire.ask('GET / HTTP/1.1', HERE).response()).status).toBe(200)
  })

  it('100 (Continue) comes when the content is wanted as a stream', async () => {
    const wire = await (await served(app())).wire()
    wire.ask('POST /first HTTP/1.1', ...expects.slice(1))
    expect((await wire.response()).status).toBe(100)
    expect((await wire.send('four').response()).json()).toEqual({ first: 4 })
  })

  it.each([
    ['nobody reads', 'POST /unread HTTP/1.1', OCTETS, 4, 200],
    ['is too large', 'POST /small HTTP/1.1', OCTETS, 1_001, 413],
    ['has the wrong type', 'POST /json HTTP/1.1', 'Content-Type: text/plain', 4, 415],
    ['is not authorized', 'POST /guarded HTTP/1.1', OCTETS, 4, 401],
    ['has no resource', 'POST /absent HTTP/1.1', OCTETS, 4, 404],
  ])('the final answer comes at once for content that %s', async (_, line, type, length, status) => {
    const wire = await (await served(app())).wire()
    wire.ask(line, HERE, type, 'Expect: 100-continue', `Content-Length: ${length}`)
    const response = await wire.response()
    // The client may send its content all the same, so that nobody could tell it from a request.
    expect([response.status, response.header('connection')]).toEqual([status, 'close'])
    await wire.closed()
  })

  it('another expectation is refused with 417, with or without content', async () => {
    const serving = await served(app())
    for (const expectation of ['200-ok', '100-continue, 200-ok']) {
      const wire = await serving.wire()
      wire.ask('POST /size HTTP/1.1', HERE, OCTETS, `Expect: ${expectation}`, 'Content-Length: 4')
      const response = await wire.response()
      expect([response.status, response.json().status]).toEqual([417, 417])
    }
  })
})

describe('content beyond the limit', () => {
  it.each(['/small', '/small-stream'])('is refused with 413 while %s still gets chunks', async (path) => {
    const wire = await (await served(app())).wire()
    wire.ask(`POST ${path} HTTP/1.1`, HERE, OCTETS, 'Transfer-Encoding: chunked')
    const chunk = `${(600).toString(16)}\r\n${'x'.repeat(600)}\r\n`
    const sending = setInterval(() => wire.send(chunk), 5)
    const response = await wire.response().finally(() => clearInterval(sending))
    expect([response.status, response.header('connection')]).toEqual([413, 'close'])
    await wire.closed()
  })

  it('is refused with 413 as soon as its length is declared, and the client can read that', async () => {
    const wire = await (await served(app())).wire()
    wire.ask('POST /small HTTP/1.1', HERE, OCTETS, `Content-Length: ${50 * LARGE}`)
    // More than the buffers of both sides hold: without lingering this would be a reset.
    for (let sent = 0; sent < 50; sent++) wire.send('x'.repeat(LARGE))
    const response = await wire.response()
    expect([response.status, response.header('connection')]).toEqual([413, 'close'])
    await wire.closed()
  })

  it('is read to its end when it is small, and the connection is kept', async () => {
    const wire = await (await served(app())).wire()
    wire.ask('POST /small HTTP/1.1', HERE, OCTETS, 'Content-Length: 1001')
    expect((await wire.response()).status).toBe(413)
    expect((await wire.send('x'.repeat(1001)).ask('GET / HTTP/1.1', HERE).response()).status).toBe(200)
  })
})

describe('content nobody reads', () => {
  it('does not disturb the next request', async () => {
    const wire = await (await served(app())).wire()
    for (let round = 0; round < 3; round++) {
      wire.ask('POST /unread HTTP/1.1', HERE, OCTETS, 'Content-Length: 20000').send('x'.repeat(20_000))
      const response = await wire.response()
      expect([response.status, response.header('connection')]).toEqual([200, 'keep-alive'])
    }
  })

  it('does not disturb the next request when its first piece was read', async () => {
    const wire = await (await served(app())).wire()
    wire.ask('POST /first HTTP/1.1', HERE, OCTETS, 'Content-Length: 60000').send('x')
    expect((await wire.response()).json()).toEqual({ first: 1 })
    wire.send('x'.repeat(59_999)).ask('GET / HTTP/1.1', HERE)
    expect((await wire.response()).json()).toEqual({ fine: true })
  })

  it('costs the connection when it is large', async () => {
    const wire = await (await served(app())).wire()
    wire.ask('POST /unread HTTP/1.1', HERE, OCTETS, `Content-Length: ${LARGE}`).send('x'.repeat(1000))
    const response = await wire.response()
    expect([response.status, response.header('connection')]).toEqual([200, 'close'])
    await wire.closed()
  })
})

describe('content as it comes', () => {
  it('is sent back while it still arrives, and the connection is kept', async () => {
    const wire = await (await served(app())).wire()
    wire.ask('POST /echo HTTP/1.1', HERE, OCTETS, 'Transfer-Encoding: chunked').send('3\r\none\r\n')
    await wire.until(() => wire.rest.includes('one'))
    wire.send('3\r\ntwo\r\n')
    await wire.until(() => wire.rest.includes('two'))
    const response = await wire.send('0\r\n\r\n').response()
    expect([response.body.toString(), response.header('connection')]).toEqual(['onetwo', 'keep-alive'])
    expect((await wire.ask('GET / HTTP/1.1', HERE).response()).status).toBe(200)
  })

  it('of 1 MiB comes back whole', async () => {
    const wire = await (await served(app())).wire()
    const content = Buffer.alloc(1_048_576, 'abcdefg')
    wire.ask('POST /echo HTTP/1.1', HERE, OCTETS, `Content-Length: ${content.length}`)
    wire.socket.write(content)
    expect((await wire.response()).body.equals(content)).toBe(true)
  })

  it('is whole in the web request', async () => {
    const wire = await (await served(app())).wire()
    wire.ask('POST /raw HTTP/1.1', HERE, OCTETS, 'Content-Length: 6').send('Grüß')
    expect((await wire.send('ee').response()).json()).toMatchObject({ method: 'POST' })
    wire.ask('POST /raw HTTP/1.1', HERE, 'Content-Length: 0')
    expect((await wire.response()).json()).toEqual({ text: '', method: 'POST' })
  })

  it('is in the web request also when it was read before', async () => {
    const wire = await (await served(app())).wire()
    wire
      .ask('POST /raw-and-json HTTP/1.1', HERE, 'Content-Type: application/json', 'Content-Length: 1')
      .send('1')
    expect((await wire.response()).json()).toEqual({ jsonBody: 1, text: '1' })
  })
})

describe('RFC 9112 §6.1: transfer codings', () => {
  it.each(['gzip, chunked', 'identity, chunked', 'chunked;q=1, chunked'])(
    '"%s" is refused, and the connection closed',
    async (coding) => {
      const wire = await (await served(app())).wire()
      wire
        .ask('POST /unread HTTP/1.1', HERE, OCTETS, `Transfer-Encoding: ${coding}`)
        .send('1\r\nx\r\n0\r\n\r\n')
      const response = await wire.response()
      expect([response.status, response.header('connection')]).toEqual([501, 'close'])
      await wire.closed()
    },
  )

  it('in HTTP/1.0 are a framing nobody can trust', async () => {
    const wire = await (await served(app())).wire()
    wire.ask('POST /unread HTTP/1.0', 'Connection: keep-alive', OCTETS, 'Transfer-Encoding: chunked')
    const response = await wire.send('1\r\nx\r\n0\r\n\r\n').response()
    expect([response.status, response.header('connection')]).toEqual([400, 'close'])
    await wire.closed()
  })
})

describe('a client that leaves before its content is complete', () => {
  it.each(['Content-Length: 5000', 'Transfer-Encoding: chunked'])(
    'aborts the signal, closes the providers with an error, and leaves the server well (%s)',
    async (framing) => {
      const seen = witness()
      const serving = await served(app(seen))
      const wire = await serving.wire()
      wire.ask('POST /held HTTP/1.1', HERE, OCTETS, framing).send('5\r\nhello\r\n')
      await eventually(() => seen.begun === 1)
      wire.socket.resetAndDestroy()
      await eventually(() => seen.ended.length === 1 && seen.aborted === 1)
      expect(seen.ended).toEqual(['with 400'])
      expect((await (await serving.wire()).ask('GET / HTTP/1.1', HERE).response()).status).toBe(200)
    },
  )

  it('in the very moment in which the request comes is no different', async () => {
    const seen = witness()
    const serving = await served(app(seen), { gracefulTimeout: 2_000 })
    for (let count = 0; count < 50; count++) {
      const wire = await serving.wire()
      wire.ask('POST /counted HTTP/1.1', HERE, OCTETS, 'Content-Length: 10').send('half')
      wire.socket.end()
      setImmediate(() => wire.socket.resetAndDestroy())
    }
    expect(await serving.close()).toBe(true)
    expect(seen.ended).toHaveLength(seen.begun)
  })

  it('leaves a route without decisions just as well', async () => {
    const serving = await served(app())
    const wire = await serving.wire()
    wire.ask('POST /bypass HTTP/1.1', HERE, OCTETS, 'Content-Length: 10').send('half')
    wire.socket.end()
    await wire.closed()
    expect((await (await serving.wire()).ask('GET / HTTP/1.1', HERE).response()).status).toBe(200)
  })
})
