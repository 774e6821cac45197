/** Counts what the application must outlive: answers that are made, streams that run, work after a response. */
export class InFlight {
  #count = 0
  readonly #waiting: (() => void)[] = []

  readonly began = (): void => {
    this.#count++
  }

  readonly ended = (): void => {
    if (--this.#count > 0) return
    for (const tell of this.#waiting.splice(0)) tell()
  }

  /** Resolves when nothing is left. */
  none(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#count === 0) resolve()
      else this.#waiting.push(resolve)
    })
  }
}
