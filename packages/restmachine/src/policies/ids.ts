import type { Exchange } from '../http/exchange.ts'
import { formatTraceparent, parseTraceparent } from '../http/traceparent.ts'
import { formatTracestate, parseTracestate } from '../http/tracestate.ts'
import { idDrawer } from './random-id.ts'

const nextUuid = idDrawer(true)
const nextTraceId = idDrawer(false)

/** A new id for a request. What a client sends as one is not taken over: it could be anything. */
export function createRequestId(): string {
  return nextUuid()
}

/** The id of the trace a request belongs to: that of `traceparent`, else a new one (W3C Trace Context §3.2). */
export function traceIdOf(exchange: Exchange): string {
  const sent = exchange.header('traceparent')
  const traced = sent === undefined ? undefined : parseTraceparent(sent)
  return traced?.traceId ?? nextTraceId()
}

/**
 * What requests to other services carry, so that they are of the same trace: `traceparent` with a part of its own, and
 * `tracestate` where it can be read (W3C Trace Context §3.3). An id that an application made its own way and that cannot stand
 * there begins another trace.
 */
export function traceHeadersOf(exchange: Exchange, traceId: unknown): Readonly<Record<string, string>> {
  const sent = parseTraceparent(exchange.header('traceparent') ?? '')
  const isTrace = typeof traceId === 'string' && /^(?!0{32})[0-9a-f]{32}$/.test(traceId)
  const traceparent = formatTraceparent({
    traceId: isTrace ? traceId : traceIdOf(exchange),
    parentId: createSpanId(),
    sampled: sent?.sampled ?? false,
  })
  const state = sent?.traceId === traceId ? parseTracestate(exchange.header('tracestate') ?? '') : undefined
  return state === undefined ? { traceparent } : { traceparent, tracestate: formatTracestate(state) }
}

/** 16 hexadecimal digits, not all zero: four bits of the first half are those of the version. */
function createSpanId(): string {
  return nextTraceId().slice(0, 16)
}
