import { didYouMean } from '../injection/faults.ts'
import type { TaskSettings } from '../tasks/task-queue.ts'
import { type Duration, parseDuration } from '../text/duration.ts'

/** How much is done in the background. */
export interface BackgroundTaskOptions {
  /** The most tasks that run at a time, those on threads not counted: 16 when nobody says. */
  readonly concurrency?: number
  /** The most tasks that wait, those included whose response is not out yet; more are refused with 503: 1000 when nobody says. */
  readonly queueLimit?: number
  /** How long a task may take before its signal aborts and its place goes to the next: for ever when nobody says. */
  readonly timeout?: Duration
  /** The most worker threads: one less than there are processors when nobody says. */
  readonly workers?: number
  /** How long stopping waits for tasks before it gives them up: 10 s when nobody says. */
  readonly shutdownTimeout?: Duration
}

const NAMES = ['concurrency', 'queueLimit', 'timeout', 'workers', 'shutdownTimeout'] as const

// A timer of more than 2^31 - 1 ms fires at once.
const LONGEST = 2_147_483_647

/**
 * Fills in what was left out.
 *
 * @throws {Error} When an option is unknown, or has a value that it cannot have.
 */
export function readTaskOptions(options: BackgroundTaskOptions = {}): TaskSettings {
  for (const name of Object.keys(options)) {
    if (NAMES.includes(name as keyof BackgroundTaskOptions)) continue
    throw new Error(
      [`Cannot set backgroundTasks: there is no option "${name}"`, ...didYouMean(name, NAMES)].join('; '),
    )
  }
  const { concurrency = 16, queueLimit = 1_000, timeout, workers, shutdownTimeout = '10s' } = options
  return {
    concurrency: count('concurrency', concurrency),
    queueLimit: count('queueLimit', queueLimit),
    timeout: timeout === undefined ? undefined : span('timeout', timeout),
    workers: workers === undefined ? undefined : count('workers', workers),
    shutdownTimeout: span('shutdownTimeout', shutdownTimeout),
  }
}

function count(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new RangeError(`Cannot set backgroundTasks: ${name} is a whole number from 1, got ${value}`)
}

function span(name: string, duration: Duration): number {
  const milliseconds = parseDuration(duration)
  if (milliseconds <= LONGEST) return milliseconds
  throw new RangeError(`Cannot set backgroundTasks: ${name} is at most 24 days, got "${duration}"`)
}
