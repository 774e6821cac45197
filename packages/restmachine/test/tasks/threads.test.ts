import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type WorkerTask, worker } from 'restmachine'
import { describe, expect, it, onTestFinished } from 'vitest'
import { TaskQueue, type TaskSettings } from '../../src/tasks/task-queue.ts'
import { createLog, type Log } from '../application/asking.ts'
import type { fail, mark, spin, spinBetween } from './on-thread.ts'

const ORIGIN = { route: 'POST /', requestId: 'r1' }
const file = new URL('on-thread.ts', import.meta.url)

function queueOf(settings: Partial<TaskSettings> = {}) {
  const log = createLog()
  const queue = new TaskQueue(
    { concurrency: 1, queueLimit: 10, timeout: undefined, workers: 1, shutdownTimeout: 100, ...settings },
    log.error,
  )
  onTestFinished(() => queue.close())
  function start<Args extends readonly unknown[]>(task: WorkerTask<Args>, ...args: Args): void {
    queue.start(queue.accept(task, args, ORIGIN))
  }
  return { log, queue, start }
}

function errorIn({ lines: [line] }: Log): Error {
  return (line?.details as { readonly error: Error } | undefined)?.error ?? new Error('nothing was told')
}

/** A file that threads write lines to. */
function lines(): { readonly path: string; readonly read: () => readonly string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'tasks-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'lines')
  return { path, read: () => readFileSync(path, 'utf8').trimEnd().split('\n') }
}

describe('a task on a thread', () => {
  it('is a function of a module, called with copies of the arguments', async () => {
    const { queue, start, log } = queueOf()
    const { path, read } = lines()
    start(worker<typeof mark>(file, { name: 'mark' }), path, 'on', 'a thread')
    await queue.idle()
    expect([read(), log.lines]).toEqual([['on a thread'], []])
  })

  it.each([
    ['a URL', new URL('on-thread-by-default.mjs', import.meta.url)],
    ['a URL as text', new URL('on-thread-by-default.mjs', import.meta.url).href],
    ['a path', fileURLToPath(new URL('on-thread-by-default.mjs', import.meta.url))],
    [
      'a path from the working directory',
      relative(process.cwd(), fileURLToPath(new URL('on-thread-by-default.mjs', import.meta.url))),
    ],
  ])('is the default export of %s when nobody says', async (_, at) => {
    const { queue, start, log } = queueOf()
    const { path, read } = lines()
    start({ worker: at }, path, 'default')
    await queue.idle()
    expect([log.lines, read()]).toEqual([[], ['default']])
  })

  it('leaves this thread free', async () => {
    const { queue, start } = queueOf()
    start(worker<typeof spin>(file, { name: 'spin' }), 1)
    await queue.idle()
    start(worker<typeof spin>(file, { name: 'spin' }), 300)
    let turns = 0
    const ticking = setInterval(() => turns++, 5)
    await queue.idle()
    clearInterval(ticking)
    expect(turns).toBeGreaterThan(10)
  })

  it('has places of its own: those that wait for a thread keep no other task waiting', async () => {
    const { queue, start } = queueOf({ concurrency: 1 })
    const { path, read } = lines()
    const spinning = worker<typeof spinBetween>(file, { name: 'spinBetween' })
    start(spinning, path, 200)
    start(spinning, path, 200)
    expect([queue.running, queue.waiting]).toEqual([1, 1])
    let ran = false
    queue.start(queue.accept(() => void (ran = true), [], ORIGIN))
    expect(ran).toBe(true)
    await queue.idle()
    expect(read()).toEqual(['begun', 'done', 'begun', 'done'])
  })

  it('that fails is told of, with the error of the thread', async () => {
    const { queue, start, log } = queueOf()
    start(worker<typeof fail>(file, { name: 'fail' }), 'no luck')
    await queue.idle()
    expect(log.lines).toEqual([
      {
        message: 'The background task "on-thread.ts#fail" failed',
        details: { task: 'on-thread.ts#fail', ...ORIGIN, error: new Error('no luck') },
      },
    ])
  })

  it('that ends its thread fails alone; the next one gets a new thread', async () => {
    const { queue, start, log } = queueOf()
    const { path, read } = lines()
    start(worker(file, { name: 'exit' }))
    start(worker(file, { name: 'mark' }), path, 'after')
    await queue.idle()
    expect(log.lines.map(({ message }) => message)).toEqual([
      'The background task "on-thread.ts#exit" failed',
    ])
    expect(read()).toEqual(['after'])
  })

  it('that is late is ended, whatever it does', async () => {
    const { queue, start, log } = queueOf({ timeout: 1_000 })
    const { path, read } = lines()
    start(worker<typeof spinBetween>(file, { name: 'spinBetween' }), path, 60_000)
    const begin = performance.now()
    await queue.idle()
    await queue.close()
    expect(performance.now() - begin).toBeLessThan(10_000)
    expect(read()).toEqual(['begun'])
    expect(log.lines).toHaveLength(1)
  })

  it.each([
    ['an export that is no function', 'notAFunction', /exports no function "notAFunction"/],
    ['an export that is not there', 'missing', /exports no function "missing"/],
  ])('cannot be %s', async (_, name, message) => {
    const { queue, start, log } = queueOf()
    start(worker(file, { name }))
    await queue.idle()
    expect(errorIn(log).message).toMatch(message)
  })

  it('cannot be called with a function', async () => {
    const { queue, start, log } = queueOf()
    start(worker(file, { name: 'mark' }), () => undefined)
    await queue.idle()
    expect(errorIn(log).message).toMatch(/could not be cloned/)
  })

  it.each([
    [new URL('nowhere.ts', import.meta.url), /there is no file file:.*nowhere\.ts/],
    ['./nowhere.ts', /there is no file file:.*a path counts from the working directory/],
    ['https://example.com/task.js', /a file is needed, got https:\/\/example\.com\/task\.js/],
    ['data:text/javascript,', /a file is needed/],
  ])('is refused when it is added, when there is no file: %s', (at, message) => {
    const { queue } = queueOf()
    expect(() => queue.accept(worker(at), [], ORIGIN)).toThrow(message)
    expect(queue.waiting).toBe(0)
  })

  it('takes the types of its function', () => {
    const { queue } = queueOf({ queueLimit: 1 })
    const marking = worker<typeof mark>(file, { name: 'mark' })
    // @ts-expect-error: a path is text
    queue.drop(queue.accept(marking, [1], ORIGIN))
    // @ts-expect-error: it needs a path
    queue.drop(queue.accept(marking, [], ORIGIN))
    queue.drop(queue.accept(marking, ['path', 'one', 'two'], ORIGIN))
  })
})
