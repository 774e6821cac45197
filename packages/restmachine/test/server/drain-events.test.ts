import { EventEmitter, on } from 'node:events'
import { RestApplication, type RestRequest, streams } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { describeWithCurl, startCurl } from '../clients/curl.ts'
import { eventually, served } from './served.ts'

const EVENTS = ['Host: here', 'Accept: text/event-stream, */*;q=0.1']
const later = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time))

/** What is told to nobody in these tests, and what became of it. */
interface Seen {
  readonly marks: string[]
  readonly errors: unknown[]
  readonly news: EventEmitter
}

function app({ marks, errors, news }: Seen) {
  return new RestApplication({ logger: { ...console, error: (...told) => void errors.push(told) } })
    .onShutdown(() => void marks.push('shutdown'))
    .dependency('subscription', function* () {
      try {
        yield 'subscription'
        marks.push('closed well')
      } catch (error) {
        marks.push(`closed: ${(error as Error).message}`)
      }
    })
    .get(
      '/heeds',
      async function* ({ signal, subscription }: { signal: AbortSignal; subscription: string }) {
        try {
          yield { id: 1, data: subscription }
          for await (const [item] of on(news, 'item', { signal })) yield item
        } finally {
          marks.push(`ended: ${signal.aborted ? (signal.reason as Error).name : 'by itself'}`)
        }
      },
      { provides: streams() },
    )
    .get(
      '/deaf',
      async function* ({ subscription }) {
        yield subscription
        await new Promise(() => undefined)
      },
      { provides: streams({ heartbeat: '10ms' }) },
    )
    .get(
      '/late',
      async function* () {
        marks.push('begun')
        await later(100)
        yield 'late'
      },
      { provides: streams() },
    )
    .get('/slow-answer', async () => {
      marks.push('begun')
      await later(100)
      const body = new ReadableStream({ cancel: () => void marks.push('cancelled') })
      return new Response(body, { headers: { 'content-type': 'Text/Event-Stream; charset=utf-8' } })
    })
    .get('/lines', async function* ({ request }: { request: RestRequest }) {
      marks.push(`begun ${request.path}`)
      await later(300)
      yield 'whole'
    })
}

const witness = (): Seen => ({ marks: [], errors: [], news: new EventEmitter().setMaxListeners(0) })

describe('stopping with event streams', () => {
  it('ends them at once, and closes what they use before it shuts down', async () => {
    const seen = witness()
    const serving = await served(app(seen), { gracefulTimeout: 10_000 })
    const wires = await Promise.all(Array.from({ length: 20 }, () => serving.wire()))
    for (const wire of wires) wire.ask('GET /heeds HTTP/1.1', ...EVENTS)
    for (const wire of wires) await wire.until(() => wire.rest.includes('data: subscription\n\n'))
    const start = performance.now()
    expect(await serving.close()).toBe(true)
    expect(performance.now() - start).toBeLessThan(1_000)
    for (const wire of wires) {
      // With the last chunk: nothing is missing.
      expect((await wire.response()).body.toString()).toBe('id: 1\ndata: subscription\n\n')
      await wire.closed()
    }
    const { marks } = seen
    expect(marks.filter((mark) => mark === 'ended: AbortError')).toHaveLength(20)
    expect(marks.filter((mark) => mark === 'closed: The server stops')).toHaveLength(20)
    expect(marks.at(-1)).toBe('shutdown')
    expect(marks.indexOf('ended: AbortError')).toBeLessThan(marks.indexOf('closed: The server stops'))
    expect(seen.errors).toEqual([])
    expect(seen.news.listenerCount('item')).toBe(0)
  })

  it('waits half a second for a source that does not end', async () => {
    const seen = witness()
    const serving = await served(app(seen), { gracefulTimeout: 10_000 })
    const wire = await serving.wire()
    wire.ask('GET /deaf HTTP/1.1', ...EVENTS)
    await wire.until(() => wire.rest.includes('data: subscription\n\n'))
    const start = performance.now()
    expect(await serving.close()).toBe(true)
    const took = performance.now() - start
    expect([took > 450, took < 1_000]).toEqual([true, true])
    expect(seen.marks).toEqual(['closed: The server stops', 'shutdown'])
  })

  it.each(['/late', '/slow-answer'])('ends one that has given nothing yet: %s', async (path) => {
    const seen = witness()
    const serving = await served(app(seen), { gracefulTimeout: 10_000 })
    const wire = await serving.wire()
    wire.ask(`GET ${path} HTTP/1.1`, ...EVENTS)
    await eventually(() => seen.marks.length === 1)
    const start = performance.now()
    expect(await serving.close()).toBe(true)
    expect(performance.now() - start).toBeLessThan(1_000)
    const response = await wire.response()
    expect([response.status, response.body.toString()]).toEqual([200, ''])
    expect(seen.errors).toEqual([])
  })

  it('lets every other stream run to its end', async () => {
    const seen = witness()
    const serving = await served(app(seen), { gracefulTimeout: 10_000 })
    const wire = await serving.wire()
    wire.ask('GET /lines HTTP/1.1', 'Host: here')
    await eventually(() => seen.marks.length === 1)
    expect(await serving.close()).toBe(true)
    expect((await wire.response()).body.toString()).toBe('["whole"]')
  })

  it('forgets streams that ended by themselves, and clients that left', async () => {
    const seen = witness()
    const serving = await served(app(seen), { gracefulTimeout: 10_000 })
    const [whole, left] = [await serving.wire(), await serving.wire()]
    expect((await whole.ask('GET /late HTTP/1.1', ...EVENTS).response()).body.toString()).toBe(
      'data: late\n\n',
    )
    left.ask('GET /heeds HTTP/1.1', ...EVENTS)
    await left.until(() => left.rest.includes('data: subscription\n\n'))
    left.socket.destroy()
    await eventually(() => seen.marks.length === 3)
    expect(await serving.close()).toBe(true)
    const message = 'closed: The client left before the response was complete'
    expect(seen.marks).toEqual(['begun', 'ended: AbortError', message, 'shutdown'])
    expect(seen.errors).toEqual([])
  })
})

describeWithCurl('stopping with event streams', () => {
  it.each(['--http1.1', '--http1.0'])('is a proper end to curl %s', async (version) => {
    const seen = witness()
    const serving = await served(app(seen), { gracefulTimeout: 10_000 })
    const asking = ['--no-buffer', version, '-H', EVENTS[1] as string]
    const { out, finished } = startCurl(...asking, `${serving.url}/heeds`)
    await eventually(() => out().includes('data: subscription\n\n'))
    seen.news.emit('item', 'more')
    await eventually(() => out().includes('more'))
    expect(await serving.close()).toBe(true)
    const { code, text } = await finished
    expect([code, text]).toEqual([0, 'id: 1\ndata: subscription\n\ndata: more\n\n'])
  })
})
