import { bareProblem, PROBLEM_TYPE } from '../adapters/bare-problem.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Outcome } from '../http/outcome.ts'
import { formatRetryAfter } from '../http/retry-after.ts'

type Answer = (exchange: Exchange) => Outcome | Promise<Outcome>

/** How many requests for the same probe are let in beyond the limit: no way around it for anybody else. */
const PROBES = 8

/** What a client that is refused is told to wait, in seconds. */
const RETRY_AFTER = 1

/**
 * Lets at most `limit` requests in at once, and answers others with 503 (RFC 9110 §15.6.4). A request is in
 * until the last byte of its response is out, and its handler has ended; 0 is no limit, and costs nothing.
 *
 * @param isProbe Whether a request asks how the process is. A few of these are let in beyond the limit, of each path
 *   for itself: whoever asks ends a process that does not answer, and the load goes to the others.
 */
export function limitConcurrency(
  answer: Answer,
  limit: number,
  isProbe: (exchange: Exchange) => boolean = () => false,
): Answer {
  if (limit === 0) return answer
  const room = createRoom(answer, limit)
  const probes = new Map<string, Room>()

  function probeRoom(path: string): Room {
    const known = probes.get(path) ?? createRoom(answer, PROBES)
    probes.set(path, known)
    return known
  }

  return (exchange) =>
    room(exchange) ??
    // Its path is one of the few that the application names.
    (isProbe(exchange) ? probeRoom(exchange.path as string)(exchange) : undefined) ??
    refusal()
}

/** Answers, or gives `undefined` when it is full. */
type Room = (exchange: Exchange) => Outcome | Promise<Outcome> | undefined

function createRoom(answer: Answer, places: number): Room {
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
    if (inside >= places) return undefined
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
