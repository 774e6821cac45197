import {
  type Context,
  context,
  createContextKey,
  propagation,
  SpanKind,
  type TextMapGetter,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import type { Tracing } from '../compile/tracing.ts'
import type { Exchange } from '../http/exchange.ts'
import { didYouMean } from '../injection/faults.ts'
import { attributesOf, nameOf } from './tracing-attributes.ts'
import { SpanOfRequest } from './tracing-request.ts'

/** How requests are followed. */
export interface TracingOptions {
  /** Where spans are made; the one that is registered with `@opentelemetry/api` when nobody says. */
  readonly tracerProvider?: TracerProvider
  /** Whether functions that take time, or in which spans are made, have spans of their own. Default true. */
  readonly functions?: boolean
}

const OPTIONS = ['tracerProvider', 'functions']

/** Where `@opentelemetry/instrumentation-http` leaves the span that it has made for a request. */
const SPAN_OF_SERVER = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA')

const getter: TextMapGetter<Exchange> = {
  keys: (exchange) => Array.from(exchange.fields(), ([name]) => name),
  get: (exchange, name) => exchange.header(name.toLowerCase()),
}

/**
 * Makes a span of each request, by the semantic conventions of OpenTelemetry for HTTP servers: `GET /users/{userId}`,
 * begun when the request is led to its route, ended when the last byte of the response is out. It is a child of what
 * `traceparent` names. It is the active span while providers, decisions and handler run, so what they call makes spans
 * below it; those of them that take time have spans of their own, with their names.
 *
 * How spans are sampled and where they go is said to the OpenTelemetry SDK. Without one nothing is recorded.
 *
 * @param options See {@link TracingOptions}.
 * @throws {TypeError} When there is no such option.
 *
 * @example
 * ```ts
 * import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
 * import { setTimeout as after } from 'node:timers/promises'
 * import { RestApplication } from 'restmachine'
 * import { createTracing } from 'restmachine/opentelemetry'
 *
 * const exporter = new InMemorySpanExporter()
 * const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
 * const app = new RestApplication({ tracing: createTracing({ tracerProvider }) })
 *   .get('/users/{userId}', ({ userId }) => ({ userId }))
 * await app.fetch(new Request('http://localhost/users/7'))
 * await after(1) // a span ends when the last byte is out
 * const names = exporter.getFinishedSpans().map(({ name }) => name)
 * // names === ['GET /users/{userId}']
 * ```
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function createTracing(options: TracingOptions = {}): Tracing {
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name))
  if (unknown !== undefined) {
    const advice = didYouMean(unknown, OPTIONS).join('')
    throw new TypeError(
      `Cannot make tracing: there is no option "${unknown}"; ${advice || `there are ${OPTIONS.join(', ')}`}`,
    )
  }
  const { tracerProvider = trace, functions = true } = options
  const tracer = tracerProvider.getTracer('restmachine')

  return {
    begin(exchange, route) {
      const { parent, kind } = parentOf(exchange, route.template)
      const attributes = attributesOf(exchange, route)
      const span = tracer.startSpan(nameOf(exchange, route), { kind, attributes }, parent)
      return new SpanOfRequest(tracer, span, trace.setSpan(parent, span), functions)
    },
  }
}

/**
 * What the span of a request is a child of. An active span is the parent only where it was made for the request: any
 * other is that of whoever has opened the server.
 */
function parentOf(exchange: Exchange, route: string): { readonly parent: Context; readonly kind: SpanKind } {
  const active = context.active()
  const outer = active.getValue(SPAN_OF_SERVER) as { route?: string } | undefined
  if (outer === undefined) {
    const parent = propagation.extract(trace.deleteSpan(active), exchange, getter)
    return { parent, kind: SpanKind.SERVER }
  }
  // It names that span by it.
  if (route !== '') outer.route ??= route
  return { parent: active, kind: SpanKind.INTERNAL }
}
