import { availableParallelism } from 'node:os'
import { didYouMean } from '../injection/faults.ts'
import { readSettings, type ServeOptions, type ServeSettings } from './settings.ts'
import { hasBlockList } from './trust-proxy-option.ts'

/** How an application is served by several processes. Times are milliseconds. */
export interface WorkersOptions extends ServeOptions {
  /** How many processes; `auto` is one for each processor. Default `auto`. */
  readonly workers?: number | 'auto'
  /** How long a worker may take until it serves; 0 is for ever. Default 60 000. */
  readonly startTimeout?: number
}

/** {@link WorkersOptions} with nothing left out. */
export interface WorkersSettings {
  readonly workers: number
  readonly startTimeout: number
  /** What each worker gives to `serve`. */
  readonly options: ServeOptions
  readonly serve: ServeSettings
}

const MAX_WORKERS = 1_024

/**
 * Fills in what was left out.
 *
 * @throws {Error} When an option is unknown, has a value that it cannot have, or cannot be given to a process.
 */
export function readWorkersSettings(given: WorkersOptions): WorkersSettings {
  const { workers = 'auto', startTimeout = 60_000, ...options } = given
  for (const name of Object.keys(options)) {
    const near = didYouMean(name, ['workers', 'startTimeout'])
    if (near.length > 0) throw new Error(`Cannot serve: there is no option "${name}"; ${near.join('')}`)
  }
  if (workers !== 'auto' && !isWhole(workers, 1, MAX_WORKERS))
    throw new Error(
      `Cannot serve: workers is "auto" or a whole number from 1 to ${MAX_WORKERS}, got ${tell(workers)}`,
    )
  if (!isWhole(startTimeout, 0, Number.MAX_SAFE_INTEGER))
    throw new Error(`Cannot serve: startTimeout is a whole number from 0, got ${tell(startTimeout)}`)
  const serve = readSettings(options)
  checkSendable(options)
  return { workers: workers === 'auto' ? availableParallelism() : workers, startTimeout, options, serve }
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most
}

function tell(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value)
}

/** Functions and open files do not go from one process to another. */
function checkSendable(options: ServeOptions): void {
  if (hasBlockList(options.trustProxy))
    throw new Error(
      'Cannot serve: trustProxy has a BlockList in it; workers are processes of their own: give them a list of addresses',
    )
  for (const [name, value] of Object.entries(options)) {
    try {
      structuredClone(value)
    } catch (cause) {
      const mend = 'workers are processes of their own, and take only data'
      throw new Error(`Cannot serve: ${name} has a function or the like in it; ${mend}`, { cause })
    }
  }
}
