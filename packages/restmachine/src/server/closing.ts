/** Whether a server stops, and who is to hear of it when it begins to. */
export class Closing {
  #hasBegun = false
  readonly #waiting = new Set<() => void>()

  readonly hasBegun = (): boolean => this.#hasBegun

  /** Calls back once, when it begins, at once if it has. What it gives makes it not call back. */
  readonly onceBegun = (callback: () => void): (() => void) => {
    if (this.#hasBegun) callback()
    else this.#waiting.add(callback)
    return () => void this.#waiting.delete(callback)
  }

  begin(): void {
    this.#hasBegun = true
    for (const tell of this.#waiting) tell()
    this.#waiting.clear()
  }
}
