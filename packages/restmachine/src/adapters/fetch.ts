import type { Content, Exchange, FieldGroup } from '../http/exchange.ts'
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
  return async (request, ...platform) => {
    const waitUntil = waitUntilOf(platform)
    const outcome = held(await answer(new FetchExchange(request, waitUntil)), waitUntil)
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
  readonly content: Content
  readonly waitUntil: WaitUntil | undefined

  constructor(request: Request, waitUntil?: WaitUntil) {
    this.#request = request
    this.waitUntil = waitUntil
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
    for (const _ of this.#request.headers) count++
    return count
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
    const value = this.#request.headers.get(name)
    // Where the platform reads it itself, the URL has it.
    if (value === null && name === 'host') return /^\w+:\/\/([^/?#]*)/.exec(this.#request.url)?.[1]
    return value ?? undefined
  }

  has(group: FieldGroup): boolean {
    return group.names.some((name) => this.#request.headers.has(name))
  }

  fields(): Iterable<readonly [name: string, value: string]> {
    return this.#request.headers
  }
}

const encoder = new TextEncoder()

function toResponse(outcome: Outcome, method: string, report: Report): Response {
  const { status, body, afterwards } = outcome
  const streams = isStream(body)
  const bytes = typeof body === 'string' ? encoder.encode(body) : streams ? undefined : (body ?? undefined)
  const headers = new Headers()
  const lines = withoutFraming(outcome.headers)
  // `append`, not `set`: each Set-Cookie stays a line of its own (RFC 6265 §3).
  for (let index = 0; index < lines.length; index += 2) {
    headers.append(lines[index] as string, lines[index + 1] as string)
  }
  const length = lengthToDeclare(outcome, method, bytes?.length)
  if (length !== undefined) headers.set('content-length', String(length))

  if (streams && !endsWithHead(method, status)) {
    const sent = watched(
      body,
      (failure) => afterwards !== undefined && conclude(afterwards, failure, report),
      (error) => report('The body of a response broke off', error),
    )
    return new Response(sent, { status, headers })
  }
  const sent = endsWithHead(method, status) ? null : (bytes as Uint8Array<ArrayBuffer> | undefined)
  const response = new Response(sent, { status, headers })
  if (streams) body.cancel().catch(() => undefined)
  // Nobody tells here when the last byte is out; the next task is the closest there is.
  if (afterwards !== undefined) setTimeout(() => conclude(afterwards, undefined, report), 0)
  return response
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
