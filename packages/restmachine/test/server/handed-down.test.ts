import { RestApplication } from 'restmachine'
import type { Servable, ServeOptions } from 'restmachine/node'
import { describe, expect, it } from 'vitest'
import { createGate, createLog } from '../application/asking.ts'
import { eventually, served } from './served.ts'

const LARGE = 'word '.repeat(200)
const GZIP = { headers: { 'accept-encoding': 'gzip' } }

function app() {
  return new RestApplication({ logger: createLog() })
    .get('/large', () => LARGE)
    .get('/small', () => 'word')
    .get('/plain', () => LARGE, { compression: false })
    .get('/late', async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    })
    .get('/patient', () => new Promise((resolve) => setTimeout(() => resolve('done'), 100)), {
      timeout: '5s',
    })
    .post('/size', ({ bytesBody }) => bytesBody.length)
    .post('/size-of-its-own', ({ bytesBody }) => bytesBody.length, { bodyLimit: 8 })
}

const sized = (size: number): RequestInit => ({ method: 'POST', body: new Uint8Array(size) })
const statusOf = async (url: string, sent?: RequestInit): Promise<number> => (await fetch(url, sent)).status

describe('what a server is told for what the code leaves open', () => {
  it.each([
    [true, 'br', 'br'],
    [true, 'gzip', 'gzip'],
    [{ encodings: ['gzip'] }, 'br, gzip;q=0.1', 'gzip'],
    [false, 'gzip', null],
    [undefined, 'gzip', null],
  ] as const)('is compression %j', async (compression, accepted, coding) => {
    const { url } = await served(app(), compression === undefined ? {} : { compression })
    const response = await fetch(`${url}/large`, { headers: { 'accept-encoding': accepted } })
    expect(response.headers.get('content-encoding')).toBe(coding)
    expect(await response.json()).toBe(LARGE)
  })

  it('leaves small bodies plain, and routes that want none, and says that it depends', async () => {
    const { url } = await served(app(), { compression: true })
    const small = await fetch(`${url}/small`, GZIP)
    expect([small.headers.get('content-encoding'), small.headers.get('vary')]).toEqual([
      null,
      'accept-encoding',
    ])
    const plain = await fetch(`${url}/plain`, GZIP)
    expect([plain.headers.get('content-encoding'), plain.headers.get('vary')]).toEqual([null, null])
  })

  it.each([false, true])('codes events as they come, with http2 %s', async (http2) => {
    const gate = createGate()
    const events = new RestApplication().get('/', () => {
      const encoder = new TextEncoder()
      const body = new ReadableStream({
        async start(controller) {
          controller.enqueue(encoder.encode('data: first\n\n'))
          await gate.passed
          controller.enqueue(encoder.encode('data: last\n\n'))
          controller.close()
        },
      })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    })
    const { url } = await served(events, { compression: { encodings: ['gzip'] }, http2 })
    const response = await fetch(url, GZIP)
    expect(response.headers.get('content-encoding')).toBe('gzip')
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const text = async (): Promise<string> => new TextDecoder().decode((await reader.read()).value)
    // The second event does not come before this one has been read.
    expect(await text()).toBe('data: first\n\n')
    gate.open()
    expect(await text()).toBe('data: last\n\n')
  })

  it('compresses from the minimum size on', async () => {
    // JSON puts two quotes around it.
    const { url } = await served(app(), { compression: { minimumSize: LARGE.length + 2 } })
    expect((await fetch(`${url}/large`, GZIP)).headers.get('content-encoding')).toBe('gzip')
    const more = await served(app(), { compression: { minimumSize: LARGE.length + 3 } })
    expect((await fetch(`${more.url}/large`, GZIP)).headers.get('content-encoding')).toBeNull()
  })

  it('is a limit of content, and that of a route goes first', async () => {
    const { url } = await served(app(), { bodyLimit: 4 })
    expect(await statusOf(`${url}/size`, sized(4))).toBe(200)
    expect(await statusOf(`${url}/size`, sized(5))).toBe(413)
    expect(await statusOf(`${url}/size-of-its-own`, sized(8))).toBe(200)
    expect(await statusOf(`${url}/size-of-its-own`, sized(9))).toBe(413)
  })

  it('is a time for handlers, and that of a route goes first', async () => {
    const { url } = await served(app(), { handlerTimeout: '20ms' })
    expect(await statusOf(`${url}/late`)).toBe(503)
    expect(await statusOf(`${url}/patient`)).toBe(200)
  })

  it('is Server-Timing, and from when on a request is slow', async () => {
    const logger = createLog()
    const slow = new RestApplication({ logger }).get('/', () => 'done')
    const { url } = await served(slow, { serverTiming: true, slowRequest: 0.001 })
    const response = await fetch(url)
    expect(response.headers.get('server-timing')).toContain('handler;dur=')
    await response.text()
    await eventually(() => logger.lines.length === 1, 'The warning')
    expect(logger.lines[0]?.message).toMatch(/^Slow: 200 in GET \//)
  })

  it('is nothing where the code has said it', async () => {
    const explicit = new RestApplication({ bodyLimit: 8, handlerTimeout: '5s', serverTiming: false })
      .compression({ encodings: ['gzip'] })
      .get('/large', () => LARGE)
      .get('/patient', () => new Promise((resolve) => setTimeout(() => resolve('done'), 100)))
      .post('/size', ({ bytesBody }) => bytesBody.length)
    const told: ServeOptions = { bodyLimit: 4, handlerTimeout: 20, serverTiming: true, compression: false }
    const { url } = await served(explicit, told)
    expect(await statusOf(`${url}/size`, sized(8))).toBe(200)
    expect(await statusOf(`${url}/patient`)).toBe(200)
    const response = await fetch(`${url}/large`, GZIP)
    expect([response.headers.get('content-encoding'), response.headers.get('server-timing')]).toEqual([
      'gzip',
      null,
    ])
  })

  it('is each server’s own: the application stays as it is', async () => {
    const shared = app()
    const [small, large, plain] = [
      await served(shared, { bodyLimit: 4 }),
      await served(shared, { bodyLimit: 8 }),
      await served(shared),
    ]
    const told = [small, large, plain].map(({ url }) => statusOf(`${url}/size`, sized(8)))
    expect(await Promise.all(told)).toEqual([413, 200, 200])
    expect((await shared.fetch(new Request('http://localhost/large', GZIP))).status).toBe(200)
  })

  it.each([
    [{ bodyLimit: -1 }, 'bodyLimit: a whole number from 0 is needed, got -1'],
    [{ handlerTimeout: 0 }, 'handlerTimeout: "5m", "30s" or milliseconds above 0 are needed, got "0"'],
    [{ slowRequest: '1x' }, 'slowRequest: "5m", "30s" or milliseconds above 0 are needed, got "1x"'],
    [{ slowRequest: true }, 'slowRequest: "5m", "30s" or milliseconds is needed, got true'],
    [{ serverTiming: 'yes' }, 'serverTiming: true, false or a function is needed, got "yes"'],
    [
      { compression: { minimumSiz: 3 } },
      'compression: there is no option "minimumSiz"; there are encodings, minimumSize, types',
    ],
    [
      { compression: { encodings: ['bz'] } },
      'compression: encodings: there is no "bz"; there are zstd, br, gzip',
    ],
    [{ compression: null }, 'compression: options or false are needed, got null'],
    [{ errorLog: '' }, 'errorLog: "-" or the path of a file is needed, got ""'],
    [
      { logLevel: 'inf' },
      'logLevel: debug, info, warn, error, silent is needed, got "inf"; did you mean "info"?',
    ],
  ])('refuses %j', async (options, message) => {
    await expect(served(app(), options as ServeOptions)).rejects.toThrow(`Cannot serve: ${message}`)
  })

  it('is refused where an application takes no defaults', async () => {
    const bare: Servable = {
      startup: async () => undefined,
      shutdown: async () => undefined,
      answer: () => ({ status: 204, headers: [], body: null, afterwards: undefined }),
    }
    await expect(served(bare as never, { bodyLimit: 1 })).rejects.toThrow(
      'Cannot serve: bodyLimit is for applications with servedWith, as RestApplication has it',
    )
    expect(await statusOf((await served(bare as never)).url)).toBe(204)
  })
})
