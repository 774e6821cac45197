import type { Run } from '../decisions/run.ts'
import { type Watch, watchSpans, watchTimes } from '../injection/timing.ts'
import type { RestRequest } from './request.ts'
import type { Tracing } from './tracing.ts'

/** What is done with the times of requests. Where an application has none of it, none are taken. */
export interface Observing {
  /** Which requests are told their times in `Server-Timing`. */
  readonly tells: ((request: RestRequest) => unknown) | undefined
  /** Milliseconds from which on a request is slow. */
  readonly slow: number | undefined
  /** Hears of each answer when its last byte is out. */
  readonly observe: ((answered: Answered) => void) | undefined
  /** Follows each request through its trace. */
  readonly tracing: Tracing | undefined
}

/** One request that was answered, for those who count and measure. */
export interface Answered {
  /** The method; `_OTHER` for one that nothing here knows: what a client makes up is not to become a series. */
  readonly method: string
  /** The whole path template of the route: `/users/{userId}`; empty where no route was found. */
  readonly route: string
  readonly status: number
  /** Milliseconds from the begin of the request to the last byte of the response. */
  readonly duration: number
  /** Why the response did not go out whole: the client left, or its body failed. `undefined` when it did. */
  readonly failure: unknown
}

/** What looks at the functions of the user: a clock, what follows the request, or both. */
export function watchOf({ tells, slow, tracing }: Observing): Watch<Run> | undefined {
  const takesTimes = tells !== undefined || slow !== undefined
  if (!takesTimes || tracing === undefined) return takesTimes ? watchTimes : tracing && watchSpans
  return (name, make, isNative) => watchTimes(name, watchSpans(name, make, isNative), isNative)
}
