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

/** The part of a trace that one request is. */
export interface RequestSpan {
  /** `undefined` where nobody keeps traces. */
  readonly traceId: string | undefined
  /** What takes the trace on to those who are asked for the sake of the request; `undefined` where nobody keeps traces. */
  carried(): Readonly<Record<string, string>> | undefined
  /** Calls a function so that what it calls is a part of the request, also later. */
  within<Value>(call: () => Value): Value
  /** Calls a function of the user as a part with a name of its own. */
  follow(name: string, call: () => unknown): unknown
}

/** What took time in one request. */
export class Timings {
  readonly begin: number = performance.now()
  readonly list: Timing[] = []
  /** Whether somebody was told: a handler that is late ends when its request is over. */
  isTold = false
  /** `undefined` where nobody follows the request. */
  span: RequestSpan | undefined = undefined

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

/** A {@link Watch} that makes each function a part of the trace. The values of the framework are none. */
export function watchSpans<Held extends Timed>(
  name: string,
  make: Maker<Held>,
  isNative = false,
): Maker<Held> {
  if (isNative) return make
  return (held) => {
    const span = held.timings?.span
    return span === undefined ? make(held) : span.follow(name, () => make(held))
  }
}
