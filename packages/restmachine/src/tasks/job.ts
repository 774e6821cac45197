/** The request that a task comes from, as logs name it. Nothing else of the request is kept. */
export interface Origin {
  /** The route: `POST /users`. */
  readonly route: string
  readonly requestId: unknown
}

/** One task with its arguments, from when it is accepted until it is over. */
export class Job {
  readonly name: string
  readonly onThread: boolean
  readonly origin: Origin
  readonly work: (signal: AbortSignal) => unknown
  /** Aborted when nobody waits for it any more. */
  readonly stop = new AbortController()
  /** `held` until the response is out; a job that `ended` has left its place, whatever still runs of it. */
  state: 'held' | 'waiting' | 'running' | 'ended' = 'held'
  /** Resolves when it has run, failed, or been given up. */
  readonly ended: Promise<void>
  #end: () => void = () => undefined

  constructor(given: Pick<Job, 'name' | 'onThread' | 'origin' | 'work'>) {
    this.name = given.name
    this.onThread = given.onThread
    this.origin = given.origin
    this.work = given.work
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  end(): void {
    this.state = 'ended'
    this.#end()
  }

  /** What a line in the log says of it. */
  get description(): Origin & { readonly task: string } {
    return { task: this.name, ...this.origin }
  }
}
