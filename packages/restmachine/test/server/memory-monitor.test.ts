import { syncBuiltinESMExports } from 'node:module'
import v8 from 'node:v8'
import { runInNewContext } from 'node:vm'
import { RestApplication } from 'restmachine'
import { type MemoryChange, type MemoryMonitorOptions, memoryMonitor } from 'restmachine/node'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { eventually, served } from './served.ts'

const MIB = 2 ** 20

interface Line {
  readonly level: 'debug' | 'warn'
  readonly text: string
  readonly change: MemoryChange
}

/** An application whose monitor writes into `lines`, and where a request can be held. */
function monitored(options: MemoryMonitorOptions = {}) {
  const lines: Line[] = []
  const kept: unknown[] = []
  const held = new Map<string, () => void>()
  const write = (level: Line['level']) => (text: string, change: unknown) =>
    void lines.push({ level, text, change: change as MemoryChange })
  const logger = { debug: write('debug'), warn: write('warn'), info: () => {}, error: () => {} }
  const app = new RestApplication({ logger })
    .dependency('memory', memoryMonitor(options))
    .get('/small', ({ memory }) => memory.before)
    .get('/bytes', ({ memory }) => {
      kept.push(Buffer.alloc(32 * MIB))
      return { ...memory.change(), now: memory.current().external - memory.before.external }
    })
    .get('/objects/{fate}', ({ memory, fate }) => {
      const objects = Array.from({ length: 400_000 }, (_, id) => ({ id, name: String(id) }))
      if (fate === 'kept') kept.push(objects)
      return { made: objects.length, before: memory.before.heapUsed }
    })
    .get('/throws', ({ memory }) => {
      throw new Error(`with ${memory.before.heapUsed}`)
    })
    .get('/held/{name}', async ({ memory, name }) => {
      await new Promise<void>((resolve) => held.set(name, resolve))
      return memory.before
    })
    .get('/streamed', async function* ({ memory }) {
      yield memory.before.heapUsed
      await new Promise<void>((resolve) => held.set('stream', resolve))
      yield memory.current().heapUsed
    })
    .get('/alone', () => 'nobody measures')
  return { app, lines, held }
}

const read = async (url: string): Promise<unknown> => (await fetch(url)).json()

describe('memoryMonitor()', () => {
  it('writes one line for a request that asks for it, and none for others', async () => {
    const { app, lines } = monitored()
    const { url } = await served(app)
    const before = (await read(`${url}/small?token=secret`)) as object
    expect(before).toEqual({ heapUsed: expect.any(Number), external: expect.any(Number) })
    await read(`${url}/alone`)
    expect(lines).toEqual([
      {
        level: 'debug',
        text: expect.stringMatching(
          /^Memory: GET \/small: [+-][\d.]+ (B|KiB|MiB) on the heap, [+-][\d.]+ (B|KiB|MiB) outside$/,
        ),
        change: { heapUsed: expect.any(Number), external: expect.any(Number), others: 0 },
      },
    ])
  })

  it('counts what is held outside the heap', async () => {
    const { app, lines } = monitored()
    const { url } = await served(app)
    const { external, now } = (await read(`${url}/bytes`)) as { external: number; now: number }
    // Others in this process may give something back meanwhile.
    for (const bytes of [external, now, lines[0]?.change.external]) {
      expect(bytes).toBeGreaterThan(28 * MIB)
      expect(bytes).toBeLessThan(36 * MIB)
    }
  })

  it('writes it also when the handler throws, and when a stream is over', async () => {
    const { app, lines, held } = monitored()
    const { url } = await served(app)
    expect((await fetch(`${url}/throws`)).status).toBe(500)
    expect(lines.map(({ text }) => text.split(': ')[1])).toEqual(['GET /throws'])
    const stream = await fetch(`${url}/streamed`)
    await eventually(() => held.has('stream'))
    expect(lines).toHaveLength(1)
    held.get('stream')?.()
    await stream.text()
    await eventually(() => lines.length === 2)
    expect(lines[1]?.text).toContain('Memory: GET /streamed: ')
  })

  it('tells how many others ran in between, those that failed included', async () => {
    const { app, lines, held } = monitored()
    const { url } = await served(app)
    const first = read(`${url}/held/first`)
    await eventually(() => held.has('first'))
    await read(`${url}/small`)
    const second = read(`${url}/held/second`)
    await eventually(() => held.has('second'))
    await fetch(`${url}/throws`)
    held.get('first')?.()
    await first
    await read(`${url}/small`)
    held.get('second')?.()
    await second
    await read(`${url}/small`)
    expect(lines.map(({ text, change }) => [text.split(': ')[1], change.others])).toEqual([
      ['GET /small', 1],
      ['GET /throws', 2],
      ['GET /held/first', 3],
      ['GET /small', 1],
      ['GET /held/second', 3],
      ['GET /small', 0],
    ])
    expect(lines[2]?.text).toMatch(/ outside, with 3 others in between$/)
    expect(lines[3]?.text).toMatch(/ outside, with 1 other in between$/)
  })

  it('shows the path as it was sent, so that nobody writes a line of his own', async () => {
    const { app, lines } = monitored()
    const name = 'a%E2%80%A8Memory:%20forged'
    const response = await app.fetch(new Request(`http://localhost/objects/${name}`))
    expect([response.status, lines.length]).toEqual([200, 1])
    expect(lines[0]?.text).toContain(`Memory: GET /objects/${name}: `)
  })
})

describe('memoryMonitor() with figures', () => {
  const { getHeapStatistics } = v8
  afterEach(() => count(getHeapStatistics))

  function count(statistics: typeof getHeapStatistics): void {
    v8.getHeapStatistics = statistics
    syncBuiltinESMExports()
  }

  /** What is written when V8 counts these numbers, one pair a reading. */
  async function linesFor(
    options: MemoryMonitorOptions,
    ...readings: readonly (readonly [number, number])[]
  ) {
    const { app, lines } = monitored(options)
    await app.startup()
    let reading = 0
    count(() => {
      const [used_heap_size = 0, external_memory = 0] = readings[reading++] ?? []
      return { ...getHeapStatistics(), used_heap_size, external_memory }
    })
    await app.fetch(new Request('http://localhost/small'))
    return lines
  }

  it.each([
    [[1_000, 500], [1_000, 500], '+0 B on the heap, +0 B outside'],
    [[1_000, 500], [2_023, 501], '+1023 B on the heap, +1 B outside'],
    [[1_000, 5_000], [2_024, 3_464], '+1.0 KiB on the heap, -1.5 KiB outside'],
    [[9 * MIB, 0], [2.5 * MIB, MIB], '-6.5 MiB on the heap, +1.0 MiB outside'],
  ] as const)('from %o to %o is %s', async (before, after, text) => {
    const [line] = await linesFor({}, before, after)
    expect(line?.text).toBe(`Memory: GET /small: ${text}`)
    const [heapUsed, external] = [after[0] - before[0], after[1] - before[1]]
    expect(line?.change).toEqual({ heapUsed, external, others: 0 })
  })

  it.each([
    [100, [1_000, 0], [1_100, 0], 'debug'],
    [100, [1_000, 0], [1_101, 0], 'warn'],
    [100, [1_000, 0], [1_050, 51], 'warn'],
    [100, [1_000, 0], [1, 101], 'warn'],
    [100, [1_000, 500], [1_101, 1], 'warn'],
    [0, [1_000, 500], [1_000, 500], 'debug'],
    [0, [1_000, 500], [999, 501], 'warn'],
    [undefined, [0, 0], [1e15, 0], 'debug'],
  ] as const)(
    'with warnAbove %s, from %o to %o is told at level %s',
    async (warnAbove, before, after, level) => {
      const options = warnAbove === undefined ? {} : { warnAbove }
      expect((await linesFor(options, before, after)).map((line) => line.level)).toEqual([level])
    },
  )
})

describe('memoryMonitor({ collect: true })', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('counts what is kept, and not what is thrown away', async () => {
    v8.setFlagsFromString('--expose-gc')
    vi.stubGlobal('gc', runInNewContext('gc'))
    const { app, lines } = monitored({ collect: true })
    const { url } = await served(app)
    for (const fate of ['thrown-away', 'kept', 'thrown-away']) await read(`${url}/objects/${fate}`)
    const [, kept, thrown] = lines.map(({ change }) => change.heapUsed)
    // An object of two fields with a text of its own is some 50 bytes.
    expect(kept).toBeGreaterThan(10 * MIB)
    expect(thrown).toBeLessThan(2 * MIB)
  })

  it('is refused where the process cannot be made to collect', () => {
    vi.stubGlobal('gc', undefined)
    expect(() => memoryMonitor({ collect: true })).toThrow(
      'Cannot monitor memory: collect needs a process that may ask for it; start it with node --expose-gc',
    )
    expect(() => memoryMonitor({ collect: false })).not.toThrow()
  })
})

describe('memoryMonitor() refuses', () => {
  it.each([
    [{ warnAbov: 1 }, 'there is no option "warnAbov"; there are warnAbove, collect'],
    [{ warnAbove: -1 }, 'warnAbove: a number of bytes is needed, got -1'],
    [{ warnAbove: Number.NaN }, 'warnAbove: a number of bytes is needed, got NaN'],
    [{ warnAbove: '1MB' }, 'warnAbove: a number of bytes is needed, got 1MB'],
    [{ collect: 'yes' }, 'collect: true or false is needed, got yes'],
  ])('%j', (options, reason) => {
    expect(() => memoryMonitor(options as MemoryMonitorOptions)).toThrow(`Cannot monitor memory: ${reason}`)
  })
})
