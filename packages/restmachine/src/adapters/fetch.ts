import { parseContentLength } from '../http/content-length.ts'
import type { Content, Exchange, FieldGroup } from '../http/exchange.ts'
import type { Outcome } from '../http/outcome.ts'
import { parseTarget } from '../http/target.ts'
import { cutShort, joinChunks, tooLarge } from './limited.ts'

/** The one thing an adapter knows of an application. */
type AnswerExchange = (exchange: Exchange) => Outcome | Promise<Outcome>

/** Speaks fetch: Bun, Deno, Workers, tests. It turns messages into each other, and decides nothing. */
export function toFetchHandler(answer: AnswerExchange): (request: Request) => Promise<Response> {
  return async (request) => toResponse(await answer(new FetchExchange(request)), request.method)
}

/** The exchange of a web request. */
export function toExchange(request: Request): Exchange {
  return new FetchExchange(request)
}

class FetchExchange implements Exchange {
  readonly raw: Request
  readonly method: string
  readonly target: string
  readonly path: string | undefined
  readonly query: string
  readonly content: Content

  constructor(request: Request) {
    this.raw = request
    this.method = request.method
    // After "scheme://": the first slash begins the path. No URL object is needed for that.
    const start = request.url.indexOf('/', request.url.indexOf('://') + 3)
    const end = request.url.indexOf('#', start)
    this.target = start < 0 ? '/' : request.url.slice(start, end < 0 ? undefined : end)
    const target = parseTarget(this.target)
    this.path = target?.path
    this.query = target?.query ?? ''
    this.content = new FetchContent(request)
  }

  get fieldCount(): number {
    let count = 0
    for (const _ of this.raw.headers) count++
    return count
  }

  get signal(): AbortSignal {
    return this.raw.signal
  }

  header(name: string): string | undefined {
    return this.raw.headers.get(name) ?? undefined
  }

  has(group: FieldGroup): boolean {
    return group.names.some((name) => this.raw.headers.has(name))
  }

  fields(): Iterable<readonly [name: string, value: string]> {
    return this.raw.headers
  }
}

class FetchContent implements Content {
  readonly #request: Request
  #bytes: Promise<Uint8Array> | undefined = undefined

  constructor(request: Request) {
    this.#request = request
  }

  get announced(): boolean {
    return this.#request.body !== null && this.length !== 0
  }

  get length(): number | undefined {
    const length = parseContentLength(this.#request.headers.get('content-length') ?? undefined)
    return length === 'malformed' ? undefined : length
  }

  bytes(limit: number): Promise<Uint8Array> {
    this.#bytes ??= this.#read(limit)
    return this.#bytes
  }

  async #read(limit: number): Promise<Uint8Array> {
    if ((this.length ?? 0) > limit) throw tooLarge(limit)
    const chunks: Uint8Array[] = []
    let length = 0
    for await (const chunk of this.stream(limit)) {
      chunks.push(chunk)
      length += chunk.length
    }
    return joinChunks(chunks, length)
  }

  stream(limit: number): ReadableStream<Uint8Array> {
    const { body } = this.#request
    let length = 0
    const reader = body?.getReader()
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        const step = await reader?.read().catch((error: unknown) => {
          throw cutShort(error)
        })
        if (step === undefined || step.done) return controller.close()
        length += step.value.length
        if (length > limit) {
          void reader?.cancel()
          throw tooLarge(limit)
        }
        controller.enqueue(step.value)
      },
      cancel: (reason) => reader?.cancel(reason),
    })
  }
}

const encoder = new TextEncoder()

function toResponse({ status, headers, body, afterwards }: Outcome, method: string): Response {
  const fields = new Headers()
  // `append`, not `set`: each Set-Cookie stays a line of its own (RFC 6265 §3).
  for (let index = 0; index < headers.length; index += 2) {
    fields.append(headers[index] as string, headers[index + 1] as string)
  }
  if (body instanceof ReadableStream) {
    if (method === 'HEAD') {
      void body.cancel()
      void afterwards?.()
      return new Response(null, { status, headers: fields })
    }
    return new Response(afterwards === undefined ? body : watched(body, afterwards), {
      status,
      headers: fields,
    })
  }
  const bytes = typeof body === 'string' ? encoder.encode(body) : body
  const hasContent = status !== 204 && status !== 304
  if (hasContent) fields.set('content-length', String(bytes?.length ?? 0))
  // Nobody tells here when the last byte is out; the next task is the closest there is.
  if (afterwards !== undefined) setTimeout(() => void afterwards(), 0)
  const sent = hasContent && method !== 'HEAD' ? (bytes as Uint8Array<ArrayBuffer> | null) : null
  return new Response(sent, { status, headers: fields })
}

/** The same bytes; `afterwards` hears of their end, of a failure, and of a client that left. */
function watched(
  body: ReadableStream<Uint8Array>,
  afterwards: NonNullable<Outcome['afterwards']>,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const step = await reader.read()
        if (!step.done) return controller.enqueue(step.value)
        controller.close()
        void afterwards()
      } catch (error) {
        void afterwards(error)
        throw error
      }
    },
    async cancel(reason) {
      await reader.cancel(reason)
      void afterwards(reason ?? new Error('The client left'))
    },
  })
}
