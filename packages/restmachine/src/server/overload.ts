import { bareProblem, PROBLEM_TYPE } from '../adapters/bare-problem.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Outcome } from '../http/outcome.ts'
import { formatRetryAfter } from '../http/retry-after.ts'

type Answer = (exchange: Exchange) => Outcome | Promise<Outcome>

/** What a client that is refused is told to wait, in seconds. */
const RETRY_AFTER = 1

/**
 * Lets at most `limit` requests in at once, and answers others with 503 (RFC 9110 §15.6.4). A request is in
 * until the last byte of its response is out, and its handler has ended; 0 is no limit, and costs nothing.
 */
export function limitConcurrency(answer: Answer, limit: number): Answer {
  if (limit === 0) return answer
  let inside = 0

  function leave(): void {
    inside--
  }
  function accompany(outcome: Outcome): Outcome {
    const { status, headers, body, afterwards } = outcome
    return {
      status,
      headers,
      body,
      afterwards: (failure) => {
        leave()
        return afterwards?.(failure)
      },
    }
  }

  return (exchange) => {
    if (inside >= limit) return refusal()
    inside++
    try {
      const outcome = answer(exchange)
      if (!(outcome instanceof Promise)) return accompany(outcome)
      return outcome.then(accompany, (error: unknown) => {
        leave()
        throw error
      })
    } catch (error) {
      leave()
      throw error
    }
  }
}

function refusal(): Outcome {
  const headers = ['content-type', PROBLEM_TYPE, 'retry-after', formatRetryAfter(RETRY_AFTER)]
  return { status: 503, headers, body: bareProblem(503, 'Too many requests at once'), afterwards: undefined }
}
