import { readSpan } from '../text/duration.ts'
import type { ItemSource } from './streaming.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 }
/** The longest that timers take. */
const MAX_TIME = 2 ** 31 - 1

/** The item that stands for a heartbeat. */
export const BEAT = Symbol('heartbeat')

/** The same items, and {@link BEAT} whenever the reader has waited for `time` milliseconds. */
export function withHeartbeat(source: ItemSource, time: number): ItemSource {
  let step: Promise<IteratorResult<unknown>> | undefined
  let hasCome = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let wake: (() => void) | undefined

  function arrive(): void {
    hasCome = true
    wake?.()
  }

  // Each step is heeded once, however many beats it outlasts: what waits for a promise stays with it.
  function ask(): Promise<IteratorResult<unknown>> {
    const asked = Promise.resolve(source.next())
    hasCome = false
    asked.then(arrive, arrive)
    return asked
  }

  function wait(): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve
      timer = setTimeout(resolve, time)
      // A client that waits is no reason for the process to stay.
      if (typeof timer === 'object') timer.unref()
    })
  }

  return {
    async next() {
      step ??= ask()
      if (!hasCome) await wait()
      clearTimeout(timer)
      if (!hasCome) return { done: false, value: BEAT }
      const come = step
      step = undefined
      return come
    },
    return(reason) {
      clearTimeout(timer)
      return source.return?.(reason)
    },
  }
}

/**
 * The milliseconds between heartbeats.
 *
 * @throws {RangeError} When it is no span of time, or longer than timers take.
 */
export function heartbeatTime(heartbeat: number | string): number {
  const time = typeof heartbeat === 'number' ? heartbeat : readSpan(String(heartbeat), UNITS)
  if (time > 0 && time <= MAX_TIME) return time
  throw new RangeError(
    `Cannot send events: heartbeat is a span such as "15s", milliseconds above 0, or false, got ${heartbeat}`,
  )
}
