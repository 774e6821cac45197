import { HttpError } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { TaskQueue, type TaskSettings } from '../../src/tasks/task-queue.ts'
import { createGate, createLog } from '../application/asking.ts'
import { eventually } from '../server/served.ts'

const ORIGIN = { route: 'POST /', requestId: 'r1' }
const SETTINGS: TaskSettings = {
  concurrency: 2,
  queueLimit: 3,
  timeout: undefined,
  workers: 1,
  shutdownTimeout: 50,
}

function queueOf(settings: Partial<TaskSettings> = {}) {
  const log = createLog()
  const queue = new TaskQueue({ ...SETTINGS, ...settings }, log.error)
  function start<Args extends readonly unknown[]>(task: (...args: Args) => unknown, ...args: Args): void {
    queue.start(queue.accept(task, args, ORIGIN))
  }
  return { log, queue, start }
}

describe('a task queue', () => {
  it('runs a task with its arguments, and not before it is started', async () => {
    const { queue } = queueOf()
    const got: unknown[] = []
    const job = queue.accept((...args: unknown[]) => void got.push(...args), [1, 'a'], ORIGIN)
    await queue.settled()
    expect([got, queue.waiting]).toEqual([[], 1])
    queue.start(job)
    await queue.idle()
    expect([got, queue.waiting]).toEqual([[1, 'a'], 0])
  })

  it('starts a job once, and none that was dropped', async () => {
    const { queue } = queueOf()
    let runs = 0
    const [twice, dropped] = [0, 1].map(() => queue.accept(() => void runs++, [], ORIGIN))
    if (twice === undefined || dropped === undefined) throw new Error('no jobs')
    queue.drop(dropped)
    for (const job of [twice, twice, dropped]) queue.start(job)
    queue.drop(twice)
    await queue.idle()
    expect([runs, queue.waiting, queue.running]).toEqual([1, 0, 0])
  })

  it('runs as many at a time as it may, the others in their order', async () => {
    const { queue, start } = queueOf()
    const gate = createGate()
    const begun: number[] = []
    for (const index of [1, 2, 3, 4, 5]) {
      start(async () => {
        begun.push(index)
        await gate.passed
      })
    }
    expect([begun, queue.running, queue.waiting]).toEqual([[1, 2], 2, 3])
    gate.open()
    await queue.idle()
    expect(begun).toEqual([1, 2, 3, 4, 5])
  })

  it('refuses what is beyond the limit of those that wait, with 503 and Retry-After', async () => {
    const { queue, start } = queueOf()
    const gate = createGate()
    for (let index = 0; index < 5; index++) start(() => gate.passed)
    expect(queue.waiting).toBe(3)
    const refused = () => queue.accept(() => undefined, [], ORIGIN)
    expect(refused).toThrow(HttpError)
    expect(refused).toThrow(
      expect.objectContaining({ status: 503, options: { headers: { 'Retry-After': '5' } } }),
    )
    gate.open()
    await queue.idle()
    expect(refused).not.toThrow()
  })

  it('tells of a task that fails, at once or later, and goes on', async () => {
    const { queue, start, log } = queueOf({ concurrency: 1 })
    const [now, later] = [new Error('now'), new Error('later')]
    start(function sendNow() {
      throw now
    })
    start(async () => {
      throw later
    })
    let ran = false
    start(() => void (ran = true))
    await queue.idle()
    expect(ran).toBe(true)
    expect(log.lines).toEqual([
      {
        message: 'The background task "sendNow" failed',
        details: { task: 'sendNow', ...ORIGIN, error: now },
      },
      {
        message: 'The background task "(anonymous)" failed',
        details: { task: '(anonymous)', ...ORIGIN, error: later },
      },
    ])
  })

  it('takes a task that is late off its place, and aborts its signal', async () => {
    const { queue, start, log } = queueOf({ concurrency: 1, timeout: 20 })
    let reason: unknown
    async function hangs(signal: AbortSignal, name: string): Promise<void> {
      await new Promise(() => signal.addEventListener('abort', () => (reason = [signal.reason, name])))
    }
    queue.start(queue.accept({ run: hangs }, ['it'], ORIGIN))
    let ran = false
    start(() => void (ran = true))
    await queue.idle()
    expect([ran, reason]).toEqual([true, [new Error('It took longer than 20 ms'), 'it']])
    expect(log.lines).toEqual([
      {
        message: 'The background task "hangs" failed',
        details: { task: 'hangs', ...ORIGIN, error: new Error('It took longer than 20 ms') },
      },
    ])
  })

  it('keeps no timer of a task that was in time', async () => {
    const { queue, start, log } = queueOf({ timeout: 20 })
    start(() => undefined)
    await queue.idle()
    await new Promise((resolve) => setTimeout(resolve, 40))
    expect(log.lines).toEqual([])
  })

  it('waits for those that are started alone, when asked so', async () => {
    const { queue, start } = queueOf()
    const gate = createGate()
    const held = queue.accept(() => undefined, [], ORIGIN)
    start(() => gate.passed)
    let settled = false
    const waiting = queue.settled().then(() => void (settled = true))
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(settled).toBe(false)
    gate.open()
    await waiting
    expect(queue.waiting).toBe(1)
    queue.start(held)
    await queue.idle()
  })

  it.each([
    [undefined, 'got undefined'],
    [null, 'got null'],
    ['send', 'got string'],
    [{ task: () => undefined }, 'got an object (Object)'],
    [Object.create(null), 'got an object (of no class)'],
    [Promise.resolve(), 'write add(send, email)'],
  ])('refuses %s, which is no task', (task, message) => {
    const { queue } = queueOf()
    expect(() => queue.accept(task as () => void, [], ORIGIN)).toThrow(message)
    expect(queue.waiting).toBe(0)
  })
})

describe('a task queue that closes', () => {
  it('waits for what runs, waits, and is added meanwhile', async () => {
    const { queue, start, log } = queueOf({ concurrency: 1, shutdownTimeout: 5_000 })
    const done: string[] = []
    start(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      done.push('first')
      start(() => void done.push('added'))
    })
    start(() => void done.push('second'))
    await queue.close()
    expect([done, log.lines]).toEqual([['first', 'second', 'added'], []])
  })

  it('is over at once when there is nothing to do, and takes nothing more', async () => {
    const { queue, start } = queueOf({ shutdownTimeout: 60_000 })
    const begin = performance.now()
    await queue.close()
    expect(performance.now() - begin).toBeLessThan(1_000)
    expect(() => start(() => undefined)).toThrow(expect.objectContaining({ status: 503 }))
  })

  it('gives up what is left when the time is up, says what, and lets those end that heed their signal', async () => {
    const { queue, start, log } = queueOf({ concurrency: 1 })
    const seen: string[] = []
    async function heeds(signal: AbortSignal): Promise<void> {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      await new Promise((resolve) => setTimeout(resolve, 30))
      seen.push('heeded')
    }
    queue.start(queue.accept({ run: heeds }, [], ORIGIN))
    start(function never() {
      seen.push('never')
    })
    queue.accept(() => undefined, [], ORIGIN)
    await queue.close()
    expect(seen).toEqual(['heeded'])
    expect(log.lines).toEqual([
      {
        message: 'Gave up 3 background tasks at shutdown',
        details: {
          tasks: [
            { task: 'heeds', ...ORIGIN, begun: true },
            { task: 'never', ...ORIGIN, begun: false },
            { task: '(anonymous)', ...ORIGIN, begun: false },
          ],
        },
      },
    ])
    await eventually(() => queue.running === 0)
    expect([seen, queue.waiting]).toEqual([['heeded'], 0])
  })

  it('does not wait for ever for those that heed nothing', async () => {
    const { queue, start } = queueOf()
    start(() => new Promise(() => undefined))
    const begin = performance.now()
    await queue.close()
    expect(performance.now() - begin).toBeLessThan(3_000)
  })
})
