import { type Content, type Exchange, type FieldGroup, fieldIn, marksOf } from '../http/exchange.ts'
import { isStream, type Outcome } from '../http/outcome.ts'
import { parseTarget } from '../http/target.ts'
import { bareProblem, PROBLEM_TYPE } from './bare-problem.ts'
import { FetchContent } from './fetch-content.ts'
import { endsWithHead, lengthToDeclare, withoutFraming } from './framing.ts'

/** The one thing an adapter knows of an application. */
type AnswerExchange = (exchange: Exchange) => Outcome | Promise<Outcome>

/** Hears of what went wrong after there was a status to say it with. */
type Report = (message: string, error: unknown) => void

/** What runtimes that speak fetch call; Workers hand over `env` and `ctx`, others a context, a server, nothing. */
export type FetchHandler = (request: Request, ...platform: readonly unknown[]) => Promise<Response>

/** Takes work that is to be done before the platform ends. */
type WaitUntil = (work: Promise<unknown>) => void

/** Speaks fetch: Bun, Deno, Workers, tests. It turns messages into each other, and decides nothing. */
export function toFetchHandler(
  answer: AnswerExchange,
  report: Report = (message, error) => console.error(message, error),
): FetchHandler {
  function respond(request: Request, outcome: Outcome): Response {
    try {
      return toResponse(outcome, request.method, report)
    } catch (error) {
      // A header field that cannot stand on the wire, at the latest.
      report(`Cannot answer ${request.method} ${request.url}`, error)
      const { body, afterwards } = outcome
      if (isStream(body)) body.cancel(error).catch(() => undefined)
      if (afterwards !== undefined) conclude(afterwards, error, report)
      const text = bareProblem(500)
      const headers = { 'content-type': PROBLEM_TYPE, 'content-length': String(text.length) }
      return new Response(text, { status: 500, headers })
    }
  }

  return (request, ...platform) => {
    try {
      const waitUntil = platform.length === 0 ? undefined : waitUntilOf(platform)
      const outcome = answer(new FetchExchange(request, waitUntil))
      // An outcome that is there costs one promise: an async function would cost three.
      return outcome instanceof Promise
        ? outcome.then((later) => respond(request, held(later, waitUntil)))
        : Promise.resolve(respond(request, held(outcome, waitUntil)))
    } catch (error) {
      return Promise.reject(error)
    }
  }
}

function waitUntilOf(platform: readonly unknown[]): WaitUntil | undefined {
  for (const context of platform as readonly (Partial<Record<'waitUntil', unknown>> | null | undefined)[]) {
    // Called on its context: on Workers the bare function is refused.
    if (typeof context?.waitUntil === 'function')
      return (work) => (context as { waitUntil: WaitUntil }).waitUntil(work)
  }
  return undefined
}

/** The outcome, with the platform told to wait for what follows it: told later, it may have ended. */
function held(outcome: Outcome, waitUntil: WaitUntil | undefined): Outcome {
  const { afterwards } = outcome
  if (afterwards === undefined || waitUntil === undefined) return outcome
  let over = (_: unknown): void => undefined
  waitUntil(
    new Promise((resolve) => {
      over = resolve
    }),
  )
  return {
    ...outcome,
    afterwards(failure) {
      const following = new Promise((resolve) => resolve(afterwards(failure)))
      over(following.catch(() => undefined))
      return following
    },
  }
}

/** The exchange of a web request. */
export function toExchange(request: Request): Exchange {
  return new FetchExchange(request)
}

class FetchExchange implements Exchange {
  readonly #request: Request
  readonly method: string
  readonly target: string
  readonly path: string | undefined
  readonly query: string
  readonly waitUntil: WaitUntil | undefined
  #lines: readonly string[] | undefined = undefined
  #marks = 0
  #content: FetchContent | undefined = undefined

  constructor(request: Request, waitUntil?: WaitUntil) {
    this.#request = request
    this.waitUntil = waitUntil
    this.method = request.method
    // After "scheme://": the first slash begins the path. No URL object is needed for that.
    const { url } = request
    const start = url.indexOf('/', url.indexOf('://') + 3)
    const end = url.indexOf('#', start)
    this.target = start < 0 ? '/' : url.slice(start, end < 0 ? undefined : end)
    const target = parseTarget(this.target)
    this.path = target?.path
    this.query = target?.query ?? ''
  }

  get content(): Content {
    this.#content ??= new FetchContent(this.#request)
    return this.#content
  }

  get fieldCount(): number {
    return this.#read().length >> 1
  }

  // Each question to the platform costs more than the answer here: all fields are taken over at once.
  #read(): readonly string[] {
    if (this.#lines !== undefined) return this.#lines
    const lines: string[] = []
    this.#request.headers.forEach((value, name) => {
      lines.push(name, value)
    })
    this.#lines = lines
    this.#marks = marksOf(lines)
    return lines
  }

  toRequest(): Request {
    return this.#request
  }

  get protocol(): 'http' | 'https' {
    return this.#request.url.startsWith('https:') ? 'https' : 'http'
  }

  get signal(): AbortSignal {
    return this.#request.signal
  }

  header(name: string): string | undefined {
    const value = fieldIn(this.#read(), name)
    // Where the platform reads it itself, the URL has it.
    if (value === undefined && name === 'host') return /^\w+:\/\/([^/?#]*)/.exec(this.#request.url)?.[1]
    return value
  }

  has({ mask }: FieldGroup): boolean {
    this.#read()
    return (this.#marks & mask) !== 0
  }

  fields(): Iterable<readonly [name: string, value: string]> {
    return this.#request.headers
  }
}

const encoder = new TextEncoder()

function toResponse(outcome: Outcome, method: string, report: Report): Response {
  const { status, body, afterwards } = outcome
  const streams = isStream(body)
  const lines = withoutFraming(outcome.headers)
  const headers: [name: string, value: string][] = []
  // Pairs: each Set-Cookie stays a line of its own (RFC 6265 §3).
  for (let index = 0; index < lines.length; index += 2)
    headers.push([lines[index] as string, lines[index + 1] as string])
  const content = streams ? undefined : contentOf(outcome)
  const length = lengthToDeclare(outcome, method, content?.size)
  if (length !== undefined) headers.push(['content-length', String(length)])

  if (streams && !endsWithHead(method, status)) {
    // A field that cannot stand there is found before the body is taken.
    const fields = new Headers(headers)
    const sent = watched(
      body,
      (failure) => afterwards !== undefined && conclude(afterwards, failure, report),
      (error) => report('The body of a response broke off', error),
    )
    return new Response(sent, { status, headers: fields })
  }
  const sent = endsWithHead(method, status) ? null : content?.body
  const response = new Response(sent as BodyInit | null | undefined, { status, headers })
  if (streams) body.cancel().catch(() => undefined)
  // Nobody tells here when the last byte is out; the next task is the closest there is.
  if (afterwards !== undefined) setTimeout(() => conclude(afterwards, undefined, report), 0)
  return response
}

// Text goes out as text where the platform can count its bytes: making them first costs a quarter more. Without a
// type of its own it would be given one.
function contentOf({ body, headers }: Outcome): { body: string | Uint8Array; size: number } | undefined {
  if (typeof body !== 'string') return body instanceof Uint8Array ? { body, size: body.length } : undefined
  const { Buffer } = globalThis as { readonly Buffer?: { byteLength(text: string): number } }
  if (Buffer !== undefined && fieldIn(headers, 'content-type') !== undefined)
    return { body, size: Buffer.byteLength(body) }
  const bytes = encoder.encode(body)
  return { body: bytes, size: bytes.length }
}

function conclude(afterwards: NonNullable<Outcome['afterwards']>, failure: unknown, report: Report): void {
  new Promise((resolve) => resolve(afterwards(failure))).catch((error) =>
    report('What follows a response failed', error),
  )
}

/** The same bytes; `over` hears of their end, of a failure, and of a client that left, `broke` of a failure alone. */
function watched(
  body: ReadableStream<Uint8Array>,
  over: (failure?: unknown) => void,
  broke: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (!done) return controller.enqueue(value)
          controller.close()
          over()
        } catch (error) {
          broke(error)
          over(error)
          throw error
        }
      },
      async cancel(reason) {
        try {
          await reader.cancel(reason)
        } finally {
          over(reason ?? new Error('The client left before the response was complete'))
        }
      },
    },
    { highWaterMark: 0 },
  )
}
