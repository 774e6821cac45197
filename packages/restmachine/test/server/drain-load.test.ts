import { describe, expect, it } from 'vitest'
import { EVENT_TIME } from './drain-app.ts'
import { type Kind, later, load } from './load.ts'
import { type Http2Kind, loadHttp2 } from './load-http2.ts'
import { eventually } from './served.ts'
import { Wire } from './wire.ts'
import { type Started, start } from './workers-started.ts'

const MIXED: readonly Kind[] = (['short', 'long', 'stream', 'upload'] as const).flatMap((kind) =>
  Array.from({ length: 5 }, () => kind),
)
const HTTP2_MIXED: readonly Http2Kind[] = ['short', 'short', 'long', 'stream', 'upload', 'events']
const HTTP2_CLIENTS = 4

/** Everything at once: short and long requests, streams, uploads and events, by HTTP/1.1 and by HTTP/2. */
async function everything(started: Started) {
  const events = await Promise.all(Array.from({ length: 4 }, () => Wire.open(started)))
  for (const wire of events) wire.ask('GET /events HTTP/1.1', 'Host: here', 'Accept: text/event-stream')
  for (const wire of events) await wire.until(() => wire.rest.includes('data: x\n\n'))
  return {
    events,
    http1: load(started.port, MIXED),
    http2: loadHttp2(started.url, HTTP2_CLIENTS, HTTP2_MIXED),
  }
}

/** A stream that was ended has its last chunk, and nothing is missing between the first and the last event. */
async function expectWholeEvents(wire: Wire): Promise<void> {
  const text = (await wire.response()).body.toString()
  const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))
  expect(ids).toEqual(ids.map((_, index) => index + 1))
  expect(ids.length).toBeGreaterThan(200 / EVENT_TIME)
}

describe.each([
  ['one process', true],
  ['two workers', false],
])('SIGTERM to %s', (_, alone) => {
  const options = { http2: true, ...(alone ? {} : { workers: 2 }) }
  const way = { alone, name: 'drain-app.ts' }

  it.each([1, 2, 3, 4, 5])(
    'under everything fails nothing, and ends with 0 in time (%i of 5)',
    async (round) => {
      const started = await start(options, way)
      const { events, http1, http2 } = await everything(started)
      await later(500 + 30 * round)
      const begin = performance.now()
      started.process.kill('SIGTERM')
      expect(await started.ended).toBe(0)
      expect(performance.now() - begin).toBeLessThan(5_000)
      await Promise.all([http1.stop(), http2.stop()])
      expect([...http1.failed, ...http2.failed]).toEqual([])
      for (const wire of events) await expectWholeEvents(wire)
      expect(http1.answered).toBeGreaterThan(50)
      expect(http2.answered).toBeGreaterThan(20)
      expect(started.log).toEqual([])
    },
  )

  it('past the time-out cuts what hangs, and nothing else, says so, and ends with 1', async () => {
    const started = await start({ ...options, gracefulTimeout: 1_500 }, way)
    const { events, http1, http2 } = await everything(started)
    const hanging = await Wire.open(started)
    hanging.ask('GET /wait/60000 HTTP/1.1', 'Host: here')
    await later(300)
    const begin = performance.now()
    started.process.kill('SIGTERM')
    expect(await started.ended).toBe(1)
    const took = performance.now() - begin
    expect([took > 1_400, took < 6_500]).toEqual([true, true])
    await Promise.all([http1.stop(), http2.stop()])
    expect([...http1.failed, ...http2.failed]).toEqual([])
    for (const wire of events) await expectWholeEvents(wire)
    await hanging.closed()
    expect(hanging.rest).toBe('')
    const words = 'Some requests did not finish in time; their connections were closed'
    expect(started.log.filter((line) => line.endsWith(words))).not.toEqual([])
  })
})

describe('SIGHUP', () => {
  it('under everything fails nothing and refuses nobody', { timeout: 60_000 }, async () => {
    const started = await start({ http2: true, workers: 2, keepAliveTimeout: 500 }, { name: 'drain-app.ts' })
    const before = await started.pids()
    const { events, http1, http2 } = await everything(started)
    await later(300)
    started.process.kill('SIGHUP')
    await eventually(() => started.log.includes('2 workers were replaced'), 'The reload', 45_000)
    await later(200)
    await Promise.all([http1.stop(), http2.stop()])
    expect([...http1.failed, ...http2.failed]).toEqual([])
    expect(http1.refused + http2.refused).toBe(0)
    for (const wire of events) await expectWholeEvents(wire)
    const after = await started.pids()
    expect(after).toHaveLength(2)
    for (const pid of before) expect(after).not.toContain(pid)
  })
})
