import type { Exchange } from '../http/exchange.ts'
import { isStream, type Outcome } from '../http/outcome.ts'
import { SweptTimers } from '../http/swept-timers.ts'
import type { TimeLimits } from '../http/time-limit.ts'
import { bareProblem, PROBLEM_TYPE } from './bare-problem.ts'
import { FetchExchange, type WaitUntil } from './fetch-exchange.ts'
import { conclude, type Report, toResponse } from './fetch-response.ts'
import { rememberFields } from './known-fields.ts'

/** The one thing an adapter knows of an application. */
type AnswerExchange = (exchange: Exchange, limits?: TimeLimits<unknown>) => Outcome | Promise<Outcome>

/** What runtimes that speak fetch call; Workers hand over `env` and `ctx`, others a context, a server, nothing. */
export type FetchHandler = (request: Request, ...platform: readonly unknown[]) => Promise<Response>

/** Speaks fetch: Bun, Deno, Workers, tests. It turns messages into each other, and decides nothing. */
export function toFetchHandler(
  answer: AnswerExchange,
  report: Report = (message, error) => console.error(message, error),
): FetchHandler {
  const answering = { knownFields: rememberFields(), report }
  // For a process of our own: elsewhere one request may not touch the timer of another.
  const swept = new SweptTimers()

  function respond(request: Request, method: string, outcome: Outcome, isCounted: boolean): Response {
    try {
      return toResponse(outcome, method, isCounted, answering)
    } catch (error) {
      // A header field that cannot stand on the wire, at the latest.
      report(`Cannot answer ${method} ${request.url}`, error)
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
      const isCounted = isBunServer(platform[0])
      const waitUntil = isCounted || platform.length === 0 ? undefined : waitUntilOf(platform)
      const exchange = new FetchExchange(request, waitUntil)
      const { method } = exchange
      const outcome = answer(exchange, isCounted ? swept : undefined)
      // An outcome that is there costs one promise: an async function would cost three.
      return outcome instanceof Promise
        ? outcome.then((later) => respond(request, method, held(later, waitUntil), isCounted))
        : Promise.resolve(respond(request, method, held(outcome, waitUntil), isCounted))
    } catch (error) {
      return Promise.reject(error)
    }
  }
}

/** Whether it is the server of Bun: that one tells the length of a body itself, and does not end with a response. */
function isBunServer(platform: unknown): boolean {
  return typeof (platform as { readonly requestIP?: unknown } | null | undefined)?.requestIP === 'function'
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
