import type { Job } from './job.ts'

/** Jobs that run so many at a time, in the order they came. */
export class Lane {
  readonly #limit: number
  readonly #begin: (job: Job) => Promise<void>
  #waiting: Job[] = []
  #running = 0

  /**
   * @param limit How many run at a time.
   * @param begin Runs one; its promise is never rejected.
   */
  constructor(limit: number, begin: (job: Job) => Promise<void>) {
    this.#limit = limit
    this.#begin = begin
  }

  push(job: Job): void {
    this.#waiting.push(job)
    this.#next()
  }

  /** Takes out all that have not begun. */
  clear(): readonly Job[] {
    const waiting = this.#waiting
    this.#waiting = []
    return waiting
  }

  #next(): void {
    while (this.#running < this.#limit) {
      const job = this.#waiting.shift()
      if (job === undefined) return
      this.#running++
      void this.#begin(job).then(() => {
        this.#running--
        this.#next()
      })
    }
  }
}
