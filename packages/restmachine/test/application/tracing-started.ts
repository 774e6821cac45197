import { createRequire } from 'node:module'
import { context, propagation, type TextMapPropagator, type Tracer } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { createTracing, type Tracing, type TracingOptions } from 'restmachine/opentelemetry'
import { onTestFinished } from 'vitest'
import { eventually } from '../server/served.ts'

/** OpenTelemetry as a process would have it, for one test. */
export interface Started {
  readonly tracing: Tracing
  readonly tracer: Tracer
  /** The spans that have ended. */
  readonly spans: readonly ReadableSpan[]
  /** The first span that ends with the name. */
  span(name: string): Promise<ReadableSpan>
}

// The propagator comes with the SDK, as a package of its own.
const fromSdk = createRequire(createRequire(import.meta.url).resolve('@opentelemetry/sdk-trace-base'))
const { W3CTraceContextPropagator } = fromSdk('@opentelemetry/core') as {
  W3CTraceContextPropagator: new () => TextMapPropagator
}

export function startTracing(options: TracingOptions = {}, sampler?: Sampler): Started {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  onTestFinished(() => {
    context.disable()
    propagation.disable()
  })
  const exporter = new InMemorySpanExporter()
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
    ...(sampler === undefined ? {} : { sampler }),
  })
  const find = (name: string): ReadableSpan | undefined =>
    exporter.getFinishedSpans().find((span) => span.name === name)
  return {
    tracing: createTracing({ tracerProvider, ...options }),
    tracer: tracerProvider.getTracer('test'),
    get spans() {
      return exporter.getFinishedSpans()
    },
    async span(name) {
      await eventually(() => find(name) !== undefined, `The end of ${name}`)
      return find(name) as ReadableSpan
    },
  }
}
