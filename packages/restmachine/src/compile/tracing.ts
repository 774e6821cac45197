import type { Exchange } from '../http/exchange.ts'
import type { RequestSpan } from '../injection/timing.ts'

/** Follows requests through traces: `createTracing` of `restmachine/opentelemetry` makes it. */
export interface Tracing {
  /** Begins the part of a trace that one request is. */
  begin(exchange: Exchange, route: TracedRoute): TracedRequest
}

/** Where a request was led to. */
export interface TracedRoute {
  /** Whether the method is known here: what clients make up names nothing. */
  readonly isKnown: boolean
  /** The whole path template; empty where the path led to none. */
  readonly template: string
}

/** One request that is followed. */
export interface TracedRequest extends RequestSpan {
  /** Hears of the answer when it stands; `failure` is what went wrong, if anything did. */
  answered(status: number, failure: unknown): void
  /**
   * Hears that the last byte is out.
   *
   * @param broken Why the response did not go out whole; `undefined` when it did.
   * @param isOwn Whether that is a failure of what made the response, and not of who was to read it.
   */
  end(broken: unknown, isOwn: boolean): void
}
