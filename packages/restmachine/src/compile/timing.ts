import { KNOWN_METHODS } from '../decisions/methods.ts'
import type { Callback, Run } from '../decisions/run.ts'
import type { Outcome } from '../http/outcome.ts'
import { formatServerTiming } from '../http/server-timing.ts'
import { isThenable } from '../injection/thenable.ts'
import type { Timings } from '../injection/timing.ts'
import type { LastHand } from './finish.ts'
import type { Observing } from './observing.ts'
import { RestRequest } from './request.ts'
import type { Logger } from './services.ts'

/** Tells of the times of a request when its answer stands. */
export function timingHand(
  { tells, slow, observe }: Observing,
  logger: Logger,
  requestId: Callback,
): LastHand {
  return (run, outcome) => {
    const { timings } = run
    // A handler that is late, behind the answer that says so.
    if (timings === undefined || timings.isTold) return outcome
    timings.isTold = true
    const { total } = timings
    // A logger that fails is nobody's failure.
    if (slow !== undefined && total >= slow) warn(run, outcome, timings, total).catch(() => undefined)
    const watched = observe === undefined ? outcome : observed(run, outcome, timings, observe)
    const told = tells === undefined ? false : ask(tells, run)
    if (isThenable(told))
      return Promise.resolve(told).then((later) => (later === true ? tell(watched, timings, total) : watched))
    return told === true ? tell(watched, timings, total) : watched
  }

  // Who cannot say is not told.
  function ask(tells: NonNullable<Observing['tells']>, run: Run): unknown {
    function lost(error: unknown): false {
      logger.error(`serverTiming of ${run.facts.label} failed`, error)
      return false
    }
    try {
      const told = tells(new RestRequest(run))
      return isThenable(told) ? Promise.resolve(told).catch(lost) : told
    } catch (error) {
      return lost(error)
    }
  }

  async function warn(run: Run, { status }: Outcome, timings: Timings, total: number): Promise<void> {
    const { label } = run.facts
    const { slowest } = timings
    const most = slowest === undefined ? '' : `, of that ${formatTime(slowest.duration)} in "${slowest.name}"`
    const details = {
      route: label,
      status,
      duration: round(total),
      slowest: slowest && { name: slowest.name, duration: round(slowest.duration) },
      requestId: await Promise.resolve(run)
        .then(requestId)
        .catch(() => undefined),
    }
    logger.warn(`Slow: ${status} in ${label} after ${formatTime(total)}${most}`, details)
  }

  function observed(
    run: Run,
    outcome: Outcome,
    timings: Timings,
    observe: NonNullable<Observing['observe']>,
  ): Outcome {
    const { kind, label, method } = run.facts
    const { status, afterwards } = outcome
    const route = kind === 'route' ? label.slice(method.length + 1) : ''
    const sent = run.exchange.method
    const known = kind === 'route' || KNOWN_METHODS.includes(sent) ? sent : '_OTHER'
    return {
      ...outcome,
      afterwards(failure) {
        const lost = (error: unknown): void => logger.error(`What observes ${label} failed`, error)
        try {
          const heard: unknown = observe({ method: known, route, status, duration: timings.total, failure })
          // An async function fits the type; a rejection that nobody hears would end the process.
          if (isThenable(heard)) Promise.resolve(heard).catch(lost)
        } catch (error) {
          lost(error)
        }
        return afterwards?.(failure)
      },
    }
  }
}

function tell(outcome: Outcome, { list }: Timings, total: number): Outcome {
  const metrics = list.map(({ name, duration, failed }) => ({
    name,
    duration,
    description: failed ? 'failed' : undefined,
  }))
  const field = formatServerTiming([...metrics, { name: 'total', duration: total }])
  return { ...outcome, headers: [...outcome.headers, 'server-timing', field] }
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10
}

function formatTime(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1_000).toFixed(1)} s`
}
