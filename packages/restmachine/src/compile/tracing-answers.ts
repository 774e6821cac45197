import { KNOWN_METHODS } from '../decisions/methods.ts'
import type { RouteFacts, Run } from '../decisions/run.ts'
import { isStream, type Outcome } from '../http/outcome.ts'
import type { TimeLimits } from '../http/time-limit.ts'
import { isThenable } from '../injection/thenable.ts'
import type { Logger } from './services.ts'
import type { TracedRequest, TracedRoute, Tracing } from './tracing.ts'

/** What following a request needs. */
export interface Following {
  readonly tracing: Tracing
  readonly run: Run
  /** The limits that the request has. */
  readonly limits: TimeLimits<unknown>
  readonly logger: Logger
}

/** Answers a request as a part of a trace, which everything that it calls is within. */
export function answerTraced(
  { tracing, run, limits, logger }: Following,
  answer: (limits: TimeLimits<unknown>) => Outcome | Promise<Outcome>,
): Outcome | Promise<Outcome> {
  const { timings, exchange, facts } = run
  const span = guarded(logger, facts, () => tracing.begin(exchange, routeOf(facts, exchange.method)))
  if (span === undefined) return answer(limits)
  if (timings !== undefined) timings.span = span
  const outcome = span.within(() => answer(limitsWithin(span, limits)))
  return isThenable(outcome)
    ? Promise.resolve(outcome).then((later) => traced(later, run, span, logger))
    : traced(outcome, run, span, logger)
}

// The timer may be one that all requests share.
function limitsWithin(span: TracedRequest, limits: TimeLimits<unknown>): TimeLimits<unknown> {
  return {
    begin: (limit, late) => limits.begin(limit, () => span.within(late)),
    end: (ticket) => limits.end(ticket),
  }
}

function routeOf({ kind, label }: RouteFacts, method: string): TracedRoute {
  return {
    isKnown: kind === 'route' || KNOWN_METHODS.includes(method),
    // `GET /users/{userId}`, `(options) /users/{userId}`, `(missing)`.
    template: label.includes('/') ? label.slice(label.indexOf('/')) : '',
  }
}

function traced(outcome: Outcome, run: Run, span: TracedRequest, logger: Logger): Outcome {
  const { status, body, afterwards } = outcome
  const { facts, failure } = run
  let own: unknown
  guarded(logger, facts, () => span.answered(status, failure))
  return {
    ...outcome,
    // One that something else reads is refused by the adapter.
    body: isStream(body) && !body.locked ? within(span, body, (error) => (own = error)) : body,
    afterwards(broken) {
      guarded(logger, facts, () => span.end(broken, broken !== undefined && broken === own))
      return afterwards === undefined ? undefined : span.within(() => afterwards(broken))
    },
  }
}

/** A stream whose source goes on as a part of the trace, whoever reads it. */
function within(
  span: TracedRequest,
  body: ReadableStream<Uint8Array>,
  failed: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await span.within(() => reader.read())
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          failed(error)
          throw error
        }
      },
      cancel: (reason) => span.within(() => reader.cancel(reason)),
    },
    { highWaterMark: 0 },
  )
}

// Who follows a request must not harm it.
function guarded<Value>(logger: Logger, { label }: RouteFacts, call: () => Value): Value | undefined {
  try {
    return call()
  } catch (error) {
    logger.error(`Tracing ${label} failed`, error)
    return undefined
  }
}
