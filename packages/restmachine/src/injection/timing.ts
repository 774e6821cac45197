import type { Holder } from './slots.ts'
import { isThenable } from './thenable.ts'

/** How long one function of the user ran, what it needs left out. */
export interface Timing {
  /** The name it provides, or what it does: `handler`, `authorized`. */
  readonly name: string
  /** Milliseconds. */
  readonly duration: number
  readonly failed: boolean
}

/** What took time in one request. */
export class Timings {
  readonly begin: number = performance.now()
  readonly list: Timing[] = []
  /** Whether somebody was told: a handler that is late ends when its request is over. */
  isTold = false

  /** Milliseconds since the request began. */
  get total(): number {
    return performance.now() - this.begin
  }

  /** What took longest; `undefined` when nothing was measured. */
  get slowest(): Timing | undefined {
    return this.list.reduce<Timing | undefined>(
      (slowest, timing) => (slowest === undefined || timing.duration > slowest.duration ? timing : slowest),
      undefined,
    )
  }
}

/** What holds a request whose functions may be measured. */
export interface Timed extends Holder {
  readonly timings: Timings | undefined
}

type Maker<Held> = (held: Held) => unknown

/** Puts a clock around what makes the value of a name. */
export type Watch<Held> = (name: string, make: Maker<Held>, isNative?: boolean) => Maker<Held>

/**
 * A {@link Watch} that notes in the request itself. The values of the framework are many and take no time; they are
 * told where they were waited for, as content is that comes slowly.
 */
export function watchTimes<Held extends Timed>(
  name: string,
  make: Maker<Held>,
  isNative = false,
): Maker<Held> {
  return (held) => {
    const { timings } = held
    if (timings === undefined) return make(held)
    const begin = performance.now()
    const note = (failed: boolean): void =>
      void timings.list.push({ name, duration: performance.now() - begin, failed })
    let value: unknown
    try {
      value = make(held)
    } catch (error) {
      note(true)
      throw error
    }
    if (isThenable(value)) {
      return Promise.resolve(value).then(
        (later) => {
          note(false)
          return later
        },
        (error) => {
          note(true)
          throw error
        },
      )
    }
    if (!isNative) note(false)
    return value
  }
}
