import {
  type Attributes,
  type AttributeValue,
  type Context,
  type Exception,
  type Link,
  type Span,
  type SpanContext,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
  type Tracer,
} from '@opentelemetry/api'
import { errorTypeOf, isFault } from './tracing-attributes.ts'

/**
 * The span of a function. It is really made when it is known to be worth it: the function takes time, fails, or makes
 * spans itself. Most do none of that, and a span that is kept costs more than they do.
 */
export class SpanOfFunction implements Span {
  readonly #tracer: Tracer
  readonly #name: string
  readonly #parent: Context
  readonly #since = performance.now()
  #made: Span | undefined = undefined

  constructor(tracer: Tracer, name: string, parent: Context) {
    this.#tracer = tracer
    this.#name = name
    this.#parent = parent
  }

  /** Makes it, from when the function began. */
  begin(): Span {
    this.#made ??= this.#tracer.startSpan(this.#name, { startTime: this.#since }, this.#parent)
    return this.#made
  }

  /** Ends it with an error, unless that is an answer such as 404. */
  fail(error: unknown): void {
    if (isFault(error)) {
      this.begin().setAttribute('error.type', errorTypeOf(error))
      this.begin().setStatus({ code: SpanStatusCode.ERROR })
    }
    this.end()
  }

  /** Ends it though the function has not ended: its request has. */
  abandon(): void {
    this.begin().setAttribute('error.type', 'unfinished')
    this.begin().setStatus({ code: SpanStatusCode.ERROR })
    this.end()
  }

  end(time?: TimeInput): void {
    this.#made?.end(time ?? performance.now())
  }

  // Whoever makes a span below it asks for this.
  spanContext(): SpanContext {
    return this.begin().spanContext()
  }

  isRecording(): boolean {
    return this.#made?.isRecording() ?? true
  }

  setAttribute(name: string, value: AttributeValue): this {
    this.begin().setAttribute(name, value)
    return this
  }

  setAttributes(attributes: Attributes): this {
    this.begin().setAttributes(attributes)
    return this
  }

  addEvent(name: string, attributes?: Attributes | TimeInput, time?: TimeInput): this {
    this.begin().addEvent(name, attributes, time)
    return this
  }

  addLink(link: Link): this {
    this.begin().addLink(link)
    return this
  }

  addLinks(links: Link[]): this {
    this.begin().addLinks(links)
    return this
  }

  setStatus(status: SpanStatus): this {
    this.begin().setStatus(status)
    return this
  }

  updateName(name: string): this {
    this.begin().updateName(name)
    return this
  }

  recordException(exception: Exception, time?: TimeInput): void {
    this.begin().recordException(exception, time)
  }
}
