import type { Exchange } from '../http/exchange.ts'
import { parseTraceparent } from '../http/traceparent.ts'

/** A new id for a request. What a client sends as one is not taken over: it could be anything. */
export function createRequestId(): string {
  return crypto.randomUUID()
}

/** The id of the trace a request belongs to: that of `traceparent`, else a new one (W3C Trace Context §3.2). */
export function traceIdOf(exchange: Exchange): string {
  const sent = exchange.header('traceparent')
  const traced = sent === undefined ? undefined : parseTraceparent(sent)
  return traced?.traceId ?? crypto.randomUUID().replaceAll('-', '')
}
