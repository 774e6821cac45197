import {
  type Context,
  context,
  diag,
  isSpanContextValid,
  propagation,
  type Span,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { TracedRequest } from '../compile/tracing.ts'
import { formatTraceparent } from '../http/traceparent.ts'
import { isThenable } from '../injection/thenable.ts'
import { errorTypeOf, isFault } from './tracing-attributes.ts'
import { SpanOfFunction } from './tracing-function.ts'

const SAMPLED = 1

/** One request, and its span. */
export class SpanOfRequest implements TracedRequest {
  readonly #tracer: Tracer
  readonly #span: Span
  readonly #context: Context
  /** Whether functions have spans of their own: not where nobody would see them. */
  readonly #followsFunctions: boolean
  /** The functions that take time, and have not ended. */
  readonly #open = new Set<SpanOfFunction>()

  constructor(tracer: Tracer, span: Span, within: Context, functions: boolean) {
    this.#tracer = tracer
    this.#span = span
    this.#context = within
    this.#followsFunctions = functions && span.isRecording()
  }

  get traceId(): string | undefined {
    const of = this.#span.spanContext()
    return isSpanContextValid(of) ? of.traceId : undefined
  }

  // `traceparent` is there also where another propagator is registered, or none.
  carried(): Readonly<Record<string, string>> | undefined {
    const of = this.#span.spanContext()
    if (!isSpanContextValid(of)) return undefined
    const { traceId, spanId, traceFlags, traceState } = of
    const sampled = (traceFlags & SAMPLED) === SAMPLED
    const tracestate = traceState?.serialize() || undefined
    const carrier: Record<string, string> = {
      traceparent: formatTraceparent({ traceId, parentId: spanId, sampled }),
      ...(tracestate === undefined ? {} : { tracestate }),
    }
    safely(() => propagation.inject(this.#context, carrier))
    // The propagator of the SDK writes a state that it could not read as an empty one.
    if (carrier.tracestate === '') delete carrier.tracestate
    return carrier
  }

  within<Value>(call: () => Value): Value {
    return context.with(this.#context, call)
  }

  follow(name: string, call: () => unknown): unknown {
    if (!this.#followsFunctions) return call()
    const span = new SpanOfFunction(this.#tracer, name, this.#context)
    let value: unknown
    try {
      value = context.with(trace.setSpan(this.#context, span), call)
    } catch (error) {
      safely(() => span.fail(error))
      throw error
    }
    if (!isThenable(value)) {
      safely(() => span.end())
      return value
    }
    this.#open.add(span)
    safely(() => span.begin())
    return Promise.resolve(value).then(
      (later) => {
        this.#close(span, () => span.end())
        return later
      },
      (error) => {
        this.#close(span, () => span.fail(error))
        throw error
      },
    )
  }

  #close(span: SpanOfFunction, end: () => void): void {
    if (this.#open.delete(span)) safely(end)
  }

  answered(status: number, failure: unknown): void {
    const span = this.#span
    span.setAttribute('http.response.status_code', status)
    if (isFault(failure)) span.recordException(failure instanceof Error ? failure : String(failure))
    // What a client did wrong is no error of the server.
    if (status < 500) return
    span.setAttribute('error.type', errorTypeOf(failure, status))
    span.setStatus({ code: SpanStatusCode.ERROR })
  }

  end(broken: unknown, isOwn: boolean): void {
    // What came too late, or never: it is what one looks for.
    for (const span of this.#open) this.#close(span, () => span.abandon())
    if (broken !== undefined) this.#span.setAttribute('error.type', errorTypeOf(broken))
    if (isOwn) {
      this.#span.recordException(broken instanceof Error ? broken : String(broken))
      this.#span.setStatus({ code: SpanStatusCode.ERROR })
    }
    this.#span.end()
  }
}

// What exporters and propagators fail of is told where OpenTelemetry tells such things; the request goes on.
function safely(call: () => void): void {
  try {
    call()
  } catch (error) {
    diag.error('restmachine: following a request failed', error)
  }
}
