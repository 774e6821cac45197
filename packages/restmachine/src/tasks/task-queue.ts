import { HttpError } from '../http/http-error.ts'
import { Job, type Origin } from './job.ts'
import { Lane } from './lane.ts'
import { checkTask, nameOf, type Task } from './task.ts'
import { callOf, ThreadPool } from './thread-pool.ts'

/** How much is done in the background. Times are milliseconds. */
export interface TaskSettings {
  /** Tasks that run at a time on the main thread. */
  readonly concurrency: number
  /** Tasks that wait, those included whose response is not out yet. */
  readonly queueLimit: number
  /** How long one task may take; `undefined` is for ever. */
  readonly timeout: number | undefined
  /** Threads, and so tasks that run at a time on them; `undefined` is one less than there are processors. */
  readonly workers: number | undefined
  /** How long stopping waits for tasks. */
  readonly shutdownTimeout: number
}

type Report = (message: string, details: unknown) => void

/** When a client that was refused may try again, in seconds. */
const RETRY_AFTER = '5'

/** How long tasks that were given up may take to come to their end, in milliseconds. */
const LAST_TIME = 1_000

/** The background tasks of one application. */
export class TaskQueue {
  readonly #settings: TaskSettings
  readonly #report: Report
  readonly #main: Lane
  readonly #accepted = new Set<Job>()
  /** What runs, also of jobs that were given up. */
  readonly #works = new Set<Promise<unknown>>()
  #threads: { readonly pool: ThreadPool; readonly lane: Lane } | undefined = undefined
  #running = 0
  #isClosed = false

  constructor(settings: TaskSettings, report: Report) {
    this.#settings = settings
    this.#report = report
    this.#main = new Lane(settings.concurrency, (job) => this.runNow(job))
  }

  /** How many tasks run. */
  get running(): number {
    return this.#running
  }

  /** How many tasks wait, those included whose response is not out yet. */
  get waiting(): number {
    return this.#accepted.size - this.#running
  }

  /**
   * Takes a task on and keeps a place for it; it begins with {@link TaskQueue.start}.
   *
   * @throws {HttpError} 503 when too many wait, or the application has stopped.
   * @throws {TypeError} When it is no task.
   */
  accept<Args extends readonly unknown[]>(task: Task<Args>, args: Args, origin: Origin): Job {
    checkTask(task)
    if (this.#isClosed) throw new HttpError(503, 'The application has stopped')
    if (this.waiting >= this.#settings.queueLimit) {
      const detail = 'Too many background tasks wait'
      throw new HttpError(503, detail, { headers: { 'Retry-After': RETRY_AFTER } })
    }
    const job = new Job({
      name: nameOf(task),
      onThread: typeof task !== 'function' && 'worker' in task,
      origin,
      work: this.#workOf(task, args),
    })
    this.#accepted.add(job)
    return job
  }

  /** Runs a job as soon as there is a place. */
  start(job: Job): void {
    if (job.state !== 'held') return
    job.state = 'waiting'
    const lane = job.onThread ? this.#threads?.lane : undefined
    ;(lane ?? this.#main).push(job)
  }

  /** Gives a job up that was not started. */
  drop(job: Job): void {
    if (job.state === 'held') this.#end(job)
  }

  /** Runs a job at once. Never rejects: what fails is told in the log. */
  async runNow(job: Job): Promise<void> {
    const { timeout } = this.#settings
    const { stop } = job
    job.state = 'running'
    this.#running++
    const late = (): void => stop.abort(new Error(`It took longer than ${timeout} ms`))
    const timer = timeout === undefined ? undefined : setTimeout(late, timeout)
    try {
      await Promise.race([this.#work(job), whenAborted(stop.signal)])
    } catch (error) {
      // What was given up was told in one line.
      if (job.state === 'running')
        this.#report(`The background task "${job.name}" failed`, { ...job.description, error })
    }
    clearTimeout(timer)
    this.#running--
    this.#end(job)
  }

  /** Waits for the tasks that have been started: those whose response is out. */
  async settled(): Promise<void> {
    const started = [...this.#accepted].filter(({ state }) => state !== 'held')
    await Promise.all(started.map(({ ended }) => ended))
  }

  /** Waits until there is nothing to do, also for the tasks that still wait for their response. */
  async idle(): Promise<void> {
    while (this.#accepted.size > 0) await Promise.all([...this.#accepted].map(({ ended }) => ended))
  }

  /** Waits for all tasks, but no longer than `shutdownTimeout`; takes no more from then on. */
  async close(): Promise<void> {
    const isIdle = await inTime(this.idle(), this.#settings.shutdownTimeout)
    this.#isClosed = true
    if (!isIdle) await this.#giveUp()
    await this.#threads?.pool.close()
  }

  async #giveUp(): Promise<void> {
    const left = [...this.#accepted]
    const count = left.length === 1 ? '1 background task' : `${left.length} background tasks`
    const tasks = left.map((job) => ({ ...job.description, begun: job.state === 'running' }))
    this.#report(`Gave up ${count} at shutdown`, { tasks })
    this.#main.clear()
    this.#threads?.lane.clear()
    for (const job of left) {
      job.end()
      job.stop.abort(new Error('The process stops'))
      this.#accepted.delete(job)
    }
    // Tasks that heed their signal end now, and what they use must still be there.
    await inTime(Promise.allSettled(this.#works), LAST_TIME)
  }

  #workOf<Args extends readonly unknown[]>(task: Task<Args>, args: Args): Job['work'] {
    if (typeof task === 'function') return () => task(...args)
    if ('run' in task) return (signal) => task.run(signal, ...args)
    const { pool } = (this.#threads ??= this.#openThreads())
    const call = callOf(task, args)
    return (signal) => pool.run(call, signal)
  }

  #openThreads(): { readonly pool: ThreadPool; readonly lane: Lane } {
    const pool = new ThreadPool(this.#settings.workers, this.#report)
    return { pool, lane: new Lane(pool.size, (job) => this.runNow(job)) }
  }

  #work({ work, stop }: Job): Promise<unknown> {
    const done = new Promise((resolve) => resolve(work(stop.signal)))
    this.#works.add(done)
    const forget = (): void => void this.#works.delete(done)
    done.then(forget, forget)
    return done
  }

  #end(job: Job): void {
    this.#accepted.delete(job)
    job.end()
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** Whether something is over within so many milliseconds. */
async function inTime(over: Promise<unknown>, time: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, time, false)
  })
  const isOver = await Promise.race([over.then(() => true), late])
  clearTimeout(timer)
  return isOver
}
