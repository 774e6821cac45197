import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serveWorkers, type WorkersOptions } from 'restmachine/node'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Kind, later, load } from './load.ts'
import { eventually } from './served.ts'
import { Wire } from './wire.ts'
import { start } from './workers-started.ts'

const MIXED: readonly Kind[] = [
  ...Array.from({ length: 12 }, (): Kind => 'short'),
  ...Array.from({ length: 6 }, (): Kind => 'long'),
  ...Array.from({ length: 6 }, (): Kind => 'stream'),
  ...Array.from({ length: 6 }, (): Kind => 'upload'),
]

/** A file that says which generation of the application starts. */
function generationFile(text: string): { readonly env: Record<string, string>; write(text: string): void } {
  const path = join(tmpdir(), `generation-${process.pid}-${Math.random()}`)
  const write = (next: string): void => writeFileSync(path, next)
  write(text)
  onTestFinished(() => rmSync(path, { force: true }))
  return { env: { TEST_GENERATION: path }, write }
}

describe('workers', () => {
  it('say in the error log how they stopped', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'restmachine-workers-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const errorLog = join(folder, 'error.log')
    const started = await start({ workers: 1, gracefulTimeout: 100, errorLog })
    fetch(`${started.url}/wait/60000`).catch(() => undefined)
    await later(200)
    started.process.kill('SIGTERM')
    expect(await started.ended).toBe(1)
    // One line of the worker, and one of the process that looks after it.
    const lines = readFileSync(errorLog, 'utf8').match(/ error Some requests did not finish in time/g)
    expect([lines?.length, started.log]).toEqual([2, []])
  })

  it('serve on one port, each with its own session values, and end with 0', async () => {
    const started = await start({ workers: 3 })
    const seen = new Map<number, number[]>()
    for (let asked = 0; asked < 12; asked++) {
      const response = await fetch(started.url, { headers: { connection: 'close' } })
      const { pid, count } = (await response.json()) as { pid: number; count: number }
      seen.set(pid, [...(seen.get(pid) ?? []), count])
    }
    expect([...seen.values()]).toEqual(Array.from({ length: 3 }, () => [1, 2, 3, 4]))
    started.process.kill('SIGTERM')
    expect(await started.ended).toBe(0)
    const told = started.lines.map((line) => line.split(' ').slice(0, 2).join(' '))
    for (const number of [1, 2, 3]) {
      expect(told.filter((line) => line === `startup ${number}`)).toHaveLength(1)
      expect(told.filter((line) => line === `shutdown ${number}`)).toHaveLength(1)
    }
  })

  it('put their number before each line that they log', async () => {
    const started = await start({ workers: 2 })
    await fetch(`${started.url}/log`)
    await fetch(`${started.url}/log`, { headers: { connection: 'close' } })
    await eventually(() => started.log.length === 2)
    expect([...started.log].sort()).toEqual(['worker 1: a line of the log', 'worker 2: a line of the log'])
  })

  it('listen on a socket, which is gone when they are', async () => {
    const unix = join(tmpdir(), `workers-${process.pid}.sock`)
    const started = await start({ workers: 2, unix })
    expect(started.url).toBe(`unix:${unix}`)
    const second = await start({ workers: 2, unix })
    expect(await second.ended).toBe(1)
    expect(second.log).toEqual([
      `Cannot serve on ${unix}: another server answers there; stop it, or choose another path`,
    ])
    started.process.kill('SIGKILL')
    await started.ended
    // What was left behind is replaced.
    const third = await start({ workers: 2, unix })
    third.process.kill('SIGTERM')
    expect(await third.ended).toBe(0)
    expect((await start({ workers: 1, unix })).url).toBe(`unix:${unix}`)
  })
})

describe('a worker that dies', () => {
  it('under load is replaced, and the others do not notice', async () => {
    const started = await start({ workers: 2 })
    const before = await started.pids()
    const running = load(started.port, MIXED)
    await later(300)
    process.kill(before[0] as number, 'SIGKILL')
    await eventually(() => started.log.some((line) => line.endsWith(' serves')))
    await later(300)
    await running.stop()
    // Only what the dead one was about: half of the connections, and what it was handed while it died.
    expect(running.failed.length).toBeLessThanOrEqual(MIXED.length / 2 + 3)
    expect(running.answered).toBeGreaterThan(100)
    expect(running.refused).toBe(0)
    expect(started.log[0]).toMatch(
      /^worker \d \(process \d+\) ended with SIGKILL; another one starts in 100 ms$/,
    )
    const after = await started.pids()
    expect(after).toHaveLength(2)
    expect(after).toContain(before[1])
    expect(after).not.toContain(before[0])
  })

  it('leaves no client waiting that it was about to take', async () => {
    const started = await start({ workers: 2 })
    const [victim] = await started.pids()
    process.kill(victim as number, 'SIGSTOP')
    const wires = await Promise.all(Array.from({ length: 6 }, () => Wire.open(started)))
    const ends = wires.map((wire) =>
      wire
        .ask('GET / HTTP/1.1', 'Host: here')
        .response()
        .then(
          ({ status }) => status,
          () => 'closed',
        ),
    )
    await later(200)
    process.kill(victim as number, 'SIGKILL')
    const seen = await Promise.all(ends)
    // One at a time is handed over; the others went to who was there.
    expect(seen.filter((end) => end === 200)).toHaveLength(5)
    expect(seen.filter((end) => end === 'closed')).toHaveLength(1)
  })

  it('is replaced once it can start again, and ever more slowly until then', async () => {
    const { env, write } = generationFile('one')
    const started = await start({ workers: 2 }, { env })
    const [victim] = await started.pids()
    write('broken')
    process.kill(victim as number, 'SIGKILL')
    await eventually(() => started.log.filter((line) => /another one starts/.test(line)).length >= 3)
    const delays = started.log.flatMap((line) => /starts in (\d+) ms/.exec(line)?.[1] ?? [])
    expect(delays.slice(0, 3)).toEqual(['100', '200', '400'])
    expect(started.log[1]).toMatch(
      /^Cannot start worker \d: the database is gone; another one starts in 200 ms$/,
    )
    expect(await started.pids()).toHaveLength(1)
    write('two')
    await eventually(() => started.log.some((line) => line.endsWith(' serves')))
    expect(await started.pids()).toHaveLength(2)
  })

  it('ends the whole when none is left and none can start', async () => {
    const { env, write } = generationFile('one')
    const started = await start({ workers: 1 }, { env })
    write('broken')
    process.kill((await started.pids())[0] as number, 'SIGKILL')
    expect(await started.ended).toBe(1)
    expect(started.log.at(-1)).toBe('Cannot start worker 1: the database is gone; none is left')
  })

  it('by SIGTERM has its requests finish first', async () => {
    const started = await start({ workers: 2 })
    const waiting = fetch(`${started.url}/wait/300`)
    const { pid } = (await (await fetch(`${started.url}/wait/300`)).json()) as { pid: number }
    const other = fetch(`${started.url}/wait/300`)
    await later(100)
    process.kill(pid, 'SIGTERM')
    expect([(await waiting).status, (await other).status]).toEqual([200, 200])
    await eventually(() => started.log.some((line) => line.endsWith(' serves')))
    expect(await started.pids()).not.toContain(pid)
  })
})

describe('workers that cannot start', () => {
  it('stop the whole with the reason and 1', async () => {
    const { env } = generationFile('broken')
    const started = await start({ workers: 4 }, { env })
    expect(await started.ended).toBe(1)
    expect(started.log).toEqual(['Cannot start worker 1: the database is gone'])
  })

  it('in time do so, too', async () => {
    const { env } = generationFile('stuck')
    const started = await start({ workers: 1, startTimeout: 1_500 }, { env })
    expect(await started.ended).toBe(1)
    expect(started.log).toEqual(['Cannot start worker 1: it did not serve within 1500 ms'])
  })

  it('because the file exports no application are told what it exports', async () => {
    const started = await start({ workers: 2 }, { name: 'load.ts' })
    expect(await started.ended).toBe(1)
    expect(started.log).toHaveLength(1)
    expect(started.log[0]).toMatch(
      /^Cannot start worker 1: Cannot serve \/.*\/load\.ts: it exports REQUESTS, later, load; needed is: export const app/,
    )
  })

  it('because the port is in use say so', async () => {
    const first = await start({ workers: 1 })
    const second = await start({ workers: 2, port: first.port })
    expect(await second.ended).toBe(1)
    expect(second.log).toEqual([
      `Cannot start worker 1: Cannot serve on 127.0.0.1:${first.port}: the port is in use; choose another one, or 0 for a free one`,
    ])
  })

  it('with functions in their options are refused', async () => {
    const accessLog = { format: () => 'a line' }
    await expect(serveWorkers('app.ts', { accessLog } as WorkersOptions)).rejects.toThrow(
      'Cannot serve: accessLog has a function or the like in it; workers are processes of their own, and take only data',
    )
  })

  it.each<[WorkersOptions, string]>([
    [{ workers: 0 }, 'Cannot serve: workers is "auto" or a whole number from 1 to 1024, got 0'],
    [
      { workers: 'all' as 'auto' },
      'Cannot serve: workers is "auto" or a whole number from 1 to 1024, got "all"',
    ],
    [{ startTimeout: -1 }, 'Cannot serve: startTimeout is a whole number from 0, got -1'],
    [{ worker: 2 } as WorkersOptions, 'Cannot serve: there is no option "worker"; did you mean "workers"?'],
    [{ prt: 2 } as WorkersOptions, 'Cannot serve: there is no option "prt"; did you mean "port"?'],
  ])('%j', async (options, message) => {
    await expect(serveWorkers('app.ts', options)).rejects.toThrow(message)
  })
})

describe('SIGHUP', () => {
  it('replaces all without losing a request, also of clients that pause', { timeout: 40_000 }, async () => {
    const { env, write } = generationFile('one')
    const started = await start({ workers: 2, keepAliveTimeout: 1_000 }, { env })
    const before = await started.pids()
    const running = load(started.port, [...MIXED, 'fresh', 'fresh', 'fresh', 'fresh'])
    const pausing = load(started.port, ['short', 'short', 'short', 'short'], 400)
    await later(200)
    write('two')
    started.process.kill('SIGHUP')
    await eventually(() => started.log.includes('2 workers were replaced'), 'The reload', 20_000)
    await later(200)
    await Promise.all([running.stop(), pausing.stop()])
    expect([...running.failed, ...pausing.failed]).toEqual([])
    expect(running.refused + pausing.refused).toBe(0)
    expect(running.answered).toBeGreaterThan(200)
    const after = await started.pids()
    expect(after).toHaveLength(2)
    for (const pid of before) expect(after).not.toContain(pid)
    const { generation } = (await (await fetch(started.url)).json()) as { generation: string }
    expect(generation).toBe('two')
  })

  it('leaves the old ones when new ones cannot start', async () => {
    const { env, write } = generationFile('one')
    const started = await start({ workers: 2 }, { env })
    const before = await started.pids()
    write('broken')
    started.process.kill('SIGHUP')
    await eventually(() => started.log.length === 1)
    expect(started.log).toEqual(['Cannot start worker 1: the database is gone; the workers that serve go on'])
    expect(await started.pids()).toEqual(before)
  })
})

describe.each([
  ['one process', true],
  ['two workers', false],
])('SIGTERM to %s', (_, alone) => {
  const options = alone ? {} : { workers: 2 }

  it('fails no request of a mixed load, and ends with 0 in time', async () => {
    const started = await start(options, { alone })
    const running = load(started.port, MIXED)
    await later(500)
    const begin = performance.now()
    started.process.kill('SIGTERM')
    expect(await started.ended).toBe(0)
    expect(performance.now() - begin).toBeLessThan(5_000)
    await running.stop()
    expect(running.failed).toEqual([])
    expect(running.answered).toBeGreaterThan(100)
    expect(started.log).toEqual([])
  })

  it('past the time-out closes connections, says so, and ends with 1', async () => {
    const started = await start({ ...options, gracefulTimeout: 200 }, { alone })
    const waiting = fetch(`${started.url}/wait/60000`).catch((error: Error) => error)
    await later(100)
    const begin = performance.now()
    started.process.kill('SIGTERM')
    expect(await started.ended).toBe(1)
    expect(performance.now() - begin).toBeLessThan(4_000)
    expect(await waiting).toBeInstanceOf(Error)
    const words = 'Some requests did not finish in time; their connections were closed'
    expect(started.log.filter((line) => line.endsWith(words)).length).toBeGreaterThan(0)
  })
})

describe('signals', () => {
  it('from a terminal, which go to all processes, let requests finish', async () => {
    const started = await start({ workers: 2 })
    const waiting = fetch(`${started.url}/wait/300`)
    await later(100)
    process.kill(-(started.process.pid as number), 'SIGINT')
    expect((await waiting).status).toBe(200)
    expect(await started.ended).toBe(0)
  })

  it('that nobody can catch leave no worker behind', async () => {
    const started = await start({ workers: 2 })
    const pids = await started.pids()
    started.process.kill('SIGKILL')
    await eventually(() => pids.every((pid) => !isAlive(pid)), 'The end of the workers')
  })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
