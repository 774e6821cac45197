import { RestApplication } from 'restmachine'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { toNodeListener } from '../../src/adapters/node.ts'
import type { Outcome } from '../../src/http/outcome.ts'
import { eventually, served } from '../server/served.ts'

const HERE = 'Host: here'

/** An application that gives one outcome, whatever is asked. */
function giving(make: () => Outcome | Promise<Outcome>) {
  return { startup: async () => undefined, shutdown: async () => undefined, answer: make }
}

function outcome(given: Partial<Outcome>): Outcome {
  return { status: 200, headers: [], body: 'fine', afterwards: undefined, ...given }
}

afterEach(() => vi.restoreAllMocks())

describe('RFC 9110 §5.5: a field that cannot stand on the wire', () => {
  it.each([
    ['CR LF in a value', ['x-bad', 'a\r\nx-injected: yes']],
    ['LF in a value', ['x-bad', 'a\nb']],
    ['NUL in a value', ['x-bad', 'a\0b']],
    ['CR LF in a name', ['x-bad\r\nx-injected', 'yes']],
    ['a space in a name', ['x bad', 'yes']],
    ['an empty name', ['', 'yes']],
    ['a letter beyond Latin-1', ['x-bad', '世']],
  ])('%s is a 500, and nothing is injected', async (_, headers) => {
    const report = vi.spyOn(console, 'error').mockReturnValue()
    const over = vi.fn()
    const serving = await served(
      giving(() => outcome({ headers: ['x-good', '1', ...headers], afterwards: over })),
    )
    const wire = await serving.wire()
    const response = await wire.ask('GET / HTTP/1.1', HERE).response()
    expect([response.status, response.json()]).toMatchObject([
      500,
      { title: 'Internal Server Error', status: 500 },
    ])
    expect(response.headers.map(([name]) => name)).not.toContain('x-injected')
    expect(report).toHaveBeenCalledOnce()
    expect(over).toHaveBeenCalledExactlyOnceWith(expect.any(TypeError))
    await wire.closed()
    expect((await (await serving.wire()).ask('GET / HTTP/1.1', HERE).response()).status).toBe(500)
  })

  it('is a 500 for a stream too, which is cancelled', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    const cancel = vi.fn()
    const serving = await served(
      giving(() => outcome({ headers: ['x-bad', '\n'], body: new ReadableStream({ cancel }) })),
    )
    const response = await (await serving.wire()).ask('GET / HTTP/1.1', HERE).response()
    expect(response.status).toBe(500)
    expect(cancel).toHaveBeenCalledOnce()
  })

  it('is a 500 when the status is none', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    const serving = await served(giving(() => outcome({ status: 1000 })))
    expect((await (await serving.wire()).ask('GET / HTTP/1.1', HERE).response()).status).toBe(500)
  })
})

describe('an application that cannot answer', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('a secret')
      },
    ],
    [
      'throws nothing at all',
      () => {
        throw undefined
      },
    ],
    ['rejects', () => Promise.reject(new Error('a secret'))],
    ['rejects with nothing at all', () => Promise.reject()],
  ])('is a 500 without its words when it %s, and is reported', async (_, make) => {
    const report = vi.spyOn(console, 'error').mockReturnValue()
    const wire = await (await served(giving(make as () => Promise<Outcome>))).wire()
    const response = await wire.ask('GET /x HTTP/1.1', HERE).response()
    expect(response.status).toBe(500)
    expect(response.body.toString()).not.toContain('secret')
    expect(report.mock.calls.map(([message]) => message)).toEqual(['Cannot answer GET /x'])
  })
})

describe('a handler', () => {
  const quiet = { logger: { ...console, error: () => undefined } }

  it.each([
    ['text', 'a secret'],
    ['undefined', undefined],
    ['null', null],
    ['an object without a prototype', Object.create(null)],
    ['a symbol', Symbol('secret')],
  ])('may throw %s: a 500 without its words', async (_, thrown) => {
    const app = new RestApplication(quiet)
      .get('/throws', () => {
        throw thrown
      })
      .get('/rejects', () => Promise.reject(thrown))
    const wire = await (await served(app)).wire()
    for (const path of ['/throws', '/rejects']) {
      const response = await wire.ask(`GET ${path} HTTP/1.1`, HERE).response()
      expect([response.status, response.header('content-type')]).toEqual([500, 'application/problem+json'])
      expect(response.body.toString()).not.toContain('secret')
    }
  })

  it('that takes too long is a 503 with Retry-After, and its signal aborts (RFC 9110 §15.6.4)', async () => {
    const seen = { aborted: false, closed: '' }
    const app = new RestApplication({ ...quiet, handlerTimeout: 30 })
      .dependency('opened', async function* () {
        try {
          yield 1
        } catch (error) {
          seen.closed = (error as Error).message
        }
      })
      .get('/', async ({ signal, opened }) => {
        signal.addEventListener('abort', () => {
          seen.aborted = true
        })
        await new Promise((resolve) => setTimeout(resolve, 200))
        return { opened }
      })
    const wire = await (await served(app)).wire()
    const response = await wire.ask('GET / HTTP/1.1', HERE).response()
    expect(response.status).toBe(503)
    expect(Number(response.header('retry-after'))).toBeGreaterThan(0)
    await eventually(() => seen.aborted && seen.closed !== '')
    expect(seen.closed).toContain('longer than 30 ms')
    // What the handler gives in the end goes nowhere.
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect(wire.rest).toBe('')
  })

  it('whose time is up while it reads is not given a part of the content for the whole', async () => {
    const read: unknown[] = []
    const app = new RestApplication({ ...quiet, handlerTimeout: 50 })
      .get('/', () => ({ fine: true }))
      .post('/', async ({ body }) => {
        const content = await new Response(body).text().catch((error: Error) => error.message)
        read.push(content)
      })
    const wire = await (await served(app)).wire()
    wire.ask('POST / HTTP/1.1', HERE, 'Content-Type: a/b', 'Content-Length: 10').send('half')
    expect((await wire.response()).status).toBe(503)
    wire.send(' whole').ask('GET / HTTP/1.1', HERE)
    expect((await wire.response()).json()).toEqual({ fine: true })
    expect(read).toEqual(['The content ended before it was complete'])
  })
})

describe('what follows a response', () => {
  it('hears that all is out', async () => {
    const over = vi.fn()
    const wire = await (await served(giving(() => outcome({ afterwards: over })))).wire()
    await wire.ask('GET / HTTP/1.1', HERE).response()
    await eventually(() => over.mock.calls.length > 0)
    expect(over).toHaveBeenCalledExactlyOnceWith(undefined)
  })

  it('hears that the client left, before or after there was an answer', async () => {
    const over = vi.fn()
    let resolve: (given: Outcome) => void = () => undefined
    const promise = new Promise<Outcome>((settle) => {
      resolve = settle
    })
    const wire = await (await served(giving(() => promise))).wire()
    wire.ask('GET / HTTP/1.1', HERE)
    await new Promise((next) => setTimeout(next, 50))
    wire.socket.destroy()
    await new Promise((next) => setTimeout(next, 50))
    resolve(outcome({ afterwards: over }))
    await eventually(() => over.mock.calls.length > 0)
    expect(over).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ name: 'ClientLeft' }))
  })

  it('is reported when it fails', async () => {
    const report = vi.spyOn(console, 'error').mockReturnValue()
    const failure = new Error('late')
    const serving = await served(
      giving(() =>
        outcome({
          afterwards: () => {
            throw failure
          },
        }),
      ),
    )
    await (await serving.wire()).ask('GET / HTTP/1.1', HERE).response()
    await eventually(() => report.mock.calls.length > 0)
    expect(report).toHaveBeenCalledExactlyOnceWith('What follows a response failed', failure)
  })
})

describe('the listener', () => {
  it('adds no listener of its own to a request without content', async () => {
    const counts: number[][] = []
    const listen = toNodeListener({
      answer: () => outcome({}),
      report: () => undefined,
      isClosing: () => false,
      onceClosing: () => () => undefined,
      began: () => undefined,
      ended: () => undefined,
      sendTimeout: 0,
    })
    const { createServer } = await import('node:http')
    const server = createServer((incoming, outgoing) => {
      const emitters = [incoming, outgoing, incoming.socket]
      const count = (): number[] =>
        emitters.map((one) => one.eventNames().reduce((sum, name) => sum + one.listenerCount(name), 0))
      const before = count()
      listen(incoming, outgoing)
      counts.push(before, count())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    await (await fetch(`http://127.0.0.1:${(server.address() as { port: number }).port}/`)).text()
    server.close()
    server.closeAllConnections()
    // The response lost its own "finish" when it ended; nothing came in its place.
    const sum = (all: readonly number[] = []): number => all.reduce((total, one) => total + one, 0)
    expect(sum(counts[1])).toBeLessThanOrEqual(sum(counts[0]))
  })
})
