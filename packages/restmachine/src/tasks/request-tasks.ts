import type { Job, Origin } from './job.ts'
import type { Task } from './task.ts'
import type { TaskQueue } from './task-queue.ts'

/** Work that is done once the response is out. */
export interface BackgroundTasks {
  /**
   * Adds a task. It begins when the last byte of the response is out, or the client has left; never when
   * the request fails, that is, when something throws or the status is 5xx.
   *
   * A task must use nothing that is closed with the request, such as a connection that a provider
   * yields: give it data, and let it open what it needs.
   *
   * @param task A function, `{ run: (signal, …) => … }` for one that heeds an `AbortSignal`, or
   *   `worker(file)` for one on a thread.
   * @param args What it is called with.
   * @throws {HttpError} 503 with `Retry-After` when more tasks wait than `queueLimit` allows.
   */
  add<Args extends readonly unknown[]>(task: Task<Args>, ...args: Args): void
  /**
   * Waits for the tasks of this application that have begun or could: those whose response is out. Those of this
   * request are not among them, because they begin after it. Not to be called from a task: it would wait for itself.
   */
  waitAll(): Promise<void>
}

/** What a request gives to its tasks. */
export interface TaskRequest {
  readonly route: string
  /** Makes or reads the id of the request; asked once, when there is a first task. */
  readonly requestId: () => unknown
  /** Where a platform ends with the response unless it is asked to wait. */
  readonly waitUntil: ((work: Promise<unknown>) => void) | undefined
}

/** The background tasks of one request: held until its response is out. */
export class RequestTasks implements BackgroundTasks {
  readonly #queue: TaskQueue
  readonly #request: TaskRequest
  #held: Job[] = []
  #origin: Origin | undefined = undefined
  #fate: 'open' | 'released' | 'dropped' = 'open'

  constructor(queue: TaskQueue, request: TaskRequest) {
    this.#queue = queue
    this.#request = request
  }

  // Fields, so that `({ backgroundTasks: { add } })` works.
  readonly add = <Args extends readonly unknown[]>(task: Task<Args>, ...args: Args): void => {
    if (this.#fate === 'dropped')
      throw new Error(`Cannot add a background task: the request to ${this.#request.route} has failed`)
    this.#origin ??= originOf(this.#request)
    const job = this.#queue.accept(task, args, this.#origin)
    if (this.#fate === 'open') this.#held.push(job)
    else this.#start(job)
  }

  readonly waitAll = (): Promise<void> => this.#queue.settled()

  /** Lets the tasks begin. The first of `release` and `drop` counts. */
  release(): void {
    if (this.#fate !== 'open') return
    this.#fate = 'released'
    for (const job of this.#take()) this.#start(job)
  }

  /** Gives the tasks up. */
  drop(): void {
    if (this.#fate !== 'open') return
    this.#fate = 'dropped'
    for (const job of this.#take()) this.#queue.drop(job)
  }

  #take(): readonly Job[] {
    const held = this.#held
    this.#held = []
    return held
  }

  // Where a platform counts work to a request, no other request may begin it: there is no common queue.
  #start(job: Job): void {
    const { waitUntil } = this.#request
    if (waitUntil === undefined) this.#queue.start(job)
    else waitUntil(this.#queue.runNow(job))
  }
}

function originOf({ route, requestId }: TaskRequest): Origin {
  const origin: { route: string; requestId: unknown } = { route, requestId: undefined }
  // An id that cannot be had is no reason to refuse the task.
  new Promise((resolve) => resolve(requestId())).then(
    (id) => {
      origin.requestId = id
    },
    () => undefined,
  )
  return origin
}
