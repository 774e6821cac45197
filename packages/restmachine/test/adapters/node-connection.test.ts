import { RestApplication } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { served } from '../server/served.ts'

const later = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time))

function app() {
  return new RestApplication()
    .get('/', () => ({ path: '/' }))
    .get('/echo/{name}', ({ name }) => ({ name }))
    .get('/slow', async () => {
      await later(40)
      return { slow: true }
    })
    .get('/host', ({ request }) => ({ target: request.target, url: request.raw.url }))
    .post('/things', ({ jsonBody }) => ({ jsonBody }))
    .get(
      '/chunks',
      () =>
        new ReadableStream({
          start: (stream) => {
            stream.enqueue(new Uint8Array([65]))
            stream.close()
          },
        }),
    )
    .get('/goodbye', ({ responseHeaders }) => {
      responseHeaders.set('connection', 'close')
      return {}
    })
}

describe('RFC 9112 §9.3: a connection is kept', () => {
  it('carries one request after another', async () => {
    const wire = await (await served(app())).wire()
    for (const name of ['one', 'two', 'three']) {
      const response = await wire.ask(`GET /echo/${name} HTTP/1.1`, 'Host: here').response()
      expect(response.json()).toEqual({ name })
      expect(response.header('connection')).toBe('keep-alive')
    }
    expect(wire.isEnded).toBe(false)
  })

  it('is closed when the client says so', async () => {
    const wire = await (await served(app())).wire()
    const response = await wire.ask('GET / HTTP/1.1', 'Host: here', 'Connection: close').response()
    expect(response.header('connection')).toBe('close')
    await wire.closed()
  })

  it('is closed when the application says so', async () => {
    const wire = await (await served(app())).wire()
    const response = await wire.ask('GET /goodbye HTTP/1.1', 'Host: here').response()
    expect(response.headers.filter(([name]) => name === 'connection')).toEqual([['connection', 'close']])
    await wire.closed()
  })
})

describe('RFC 9112 §9.3.2: pipelined requests', () => {
  it('are answered in order, also when the first takes longest', async () => {
    const wire = await (await served(app())).wire()
    const targets = ['/slow', '/echo/a', '/slow', '/echo/b', '/', '/absent']
    wire.send(targets.map((target) => `GET ${target} HTTP/1.1\r\nHost: here\r\n\r\n`).join(''))
    const bodies = []
    for (const _ of targets) bodies.push((await wire.response()).json())
    expect(bodies).toMatchObject([
      { slow: true },
      { name: 'a' },
      { slow: true },
      { name: 'b' },
      { path: '/' },
      { status: 404 },
    ])
  })

  it('are answered in order when content stands between them', async () => {
    const wire = await (await served(app())).wire()
    const post = (value: number): string =>
      `POST /things HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n${value}`
    wire.send(post(1) + post(2) + post(3))
    for (const value of [1, 2, 3]) expect((await wire.response()).json()).toEqual({ jsonBody: value })
  })
})

describe('RFC 9112 §2.5: HTTP/1.0', () => {
  it('needs no Host, and closes the connection', async () => {
    const wire = await (await served(app())).wire()
    const response = await wire.ask('GET / HTTP/1.0').response()
    expect(response.json()).toEqual({ path: '/' })
    expect(response.header('connection')).toBe('close')
    await wire.closed()
  })

  it('keeps the connection when asked to', async () => {
    const wire = await (await served(app())).wire()
    for (const name of ['one', 'two']) {
      const response = await wire.ask(`GET /echo/${name} HTTP/1.0`, 'Connection: keep-alive').response()
      expect(response.json()).toEqual({ name })
    }
  })

  it('gets a stream without chunks, ended by the end of the connection', async () => {
    const wire = await (await served(app())).wire()
    const response = await wire.ask('GET /chunks HTTP/1.0', 'Connection: keep-alive').response()
    expect(response.header('transfer-encoding')).toBeUndefined()
    expect(response.body.toString()).toBe('A')
  })

  it('gets no 100 (Continue)', async () => {
    const wire = await (await served(app())).wire()
    wire.ask(
      'POST /things HTTP/1.0',
      'Expect: 100-continue',
      'Content-Type: application/json',
      'Content-Length: 1',
    )
    const response = await wire.send('7').response()
    expect([response.status, response.json()]).toEqual([200, { jsonBody: 7 }])
  })
})

describe('RFC 9112 §3.2: the request target', () => {
  it('may be in absolute form, and then names the host', async () => {
    const wire = await (await served(app())).wire()
    const response = await wire.ask('GET http://there:81/host?a=1 HTTP/1.1', 'Host: here').response()
    expect(response.json()).toMatchObject({
      target: 'http://there:81/host?a=1',
      url: 'http://there:81/host?a=1',
    })
  })

  it('never names another host by two slashes', async () => {
    const routes = new RestApplication().get('/*rest', ({ request }) => ({ url: request.raw.url }))
    const wire = await (await served(routes)).wire()
    const response = await wire.ask('GET //evil.example/x HTTP/1.1', 'Host: here').response()
    if (response.status === 200) expect(response.json()).toEqual({ url: 'http://here//evil.example/x' })
    else expect(response.status).toBe(400)
  })

  it('may be * for OPTIONS', async () => {
    const wire = await (await served(app())).wire()
    const response = await wire.ask('OPTIONS * HTTP/1.1', 'Host: here').response()
    expect(response.status).toBe(204)
    expect(response.header('allow')).toContain('GET')
  })

  it.each(['/a%zz', '/%2e%2e/x', '/a%2Fb', '/a%00b', '/a\\b', 'ftp://here/', 'http:///x'])(
    'is refused when it is %s',
    async (target) => {
      const wire = await (await served(app())).wire()
      const response = await wire.ask(`GET ${target} HTTP/1.1`, 'Host: here').response()
      expect([response.status, response.header('content-type')]).toEqual([400, 'application/problem+json'])
    },
  )

  it('is refused for CONNECT, with an answer', async () => {
    const wire = await (await served(app())).wire()
    const response = await wire.ask('CONNECT here:443 HTTP/1.1', 'Host: here').response()
    expect([response.status, response.json().status, response.header('connection')]).toEqual([
      501,
      501,
      'close',
    ])
    await wire.closed()
  })
})

describe('RFC 9112 §3.2: Host', () => {
  it.each([
    ['missing', []],
    ['there twice', ['Host: here', 'Host: there']],
    ['no host', ['Host: a b']],
    ['a user', ['Host: user@here']],
  ])('is refused when it is %s', async (_, lines) => {
    const wire = await (await served(app())).wire()
    const response = await wire.ask('GET / HTTP/1.1', ...lines).response()
    expect([response.status, response.json().status]).toEqual([400, 400])
  })
})

describe('the header fields of a request', () => {
  it('are refused with 431 when there are more than 100 lines (RFC 6585 §5)', async () => {
    const wire = await (await served(app())).wire()
    const lines = Array.from({ length: 99 }, (_, index) => `X-${index}: 1`)
    const fine = await wire.ask('GET / HTTP/1.1', 'Host: here', ...lines).response()
    expect(fine.status).toBe(200)
    const response = await wire.ask('GET / HTTP/1.1', 'Host: here', ...lines, 'X-99: 1').response()
    expect([response.status, response.json().status]).toEqual([431, 431])
  })

  it('may ask for an upgrade, which is not made (RFC 9110 §7.8)', async () => {
    const wire = await (await served(app())).wire()
    wire.ask('GET / HTTP/1.1', 'Host: here', 'Connection: Upgrade', 'Upgrade: websocket')
    expect((await wire.response()).json()).toEqual({ path: '/' })
  })

  it('may be called like members of objects', async () => {
    const routes = new RestApplication().get('/', ({ requestHeaders }) => ({
      all: [...requestHeaders].map(([name]) => name),
    }))
    const wire = await (await served(routes)).wire()
    wire.ask('GET / HTTP/1.1', 'Host: here', '__proto__: 1', 'constructor: 2')
    expect((await wire.response()).json()).toEqual({ all: ['host', '__proto__', 'constructor'] })
  })
})
