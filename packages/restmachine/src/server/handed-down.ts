import type { ServedDefaults } from '../application/served-defaults.ts'
import { createCompression } from '../representation/compression.ts'
import { parseDuration } from '../text/duration.ts'
import { nearest } from '../text/nearest.ts'
import { LOG_LEVELS, type LogLevel } from './error-log.ts'

/** What a server is told for what the code of an application leaves open. What the code says goes first. */
export interface HandedDown extends Omit<ServedDefaults, 'logger'> {
  /** Where the framework logs: a file, which is made anew when it was moved away, or `-` for standard error. */
  readonly errorLog?: string
  /** From which level on: `debug`, `info`, `warn`, `error`, or `silent`. */
  readonly logLevel?: LogLevel
}

/** Each checks one; what it throws is the reason. */
const checks: { readonly [Name in keyof HandedDown]-?: (value: unknown) => void } = {
  bodyLimit(value) {
    if (!Number.isSafeInteger(value) || (value as number) < 0) throw needed('a whole number from 0', value)
  },
  handlerTimeout: checkDuration,
  slowRequest: checkDuration,
  serverTiming(value) {
    if (typeof value !== 'boolean' && typeof value !== 'function')
      throw needed('true, false or a function', value)
  },
  compression(value) {
    if (typeof value !== 'boolean') createCompression(value as object)
  },
  errorLog(value) {
    if (typeof value !== 'string' || value === '') throw needed('"-" or the path of a file', value)
  },
  logLevel(value) {
    if (LOG_LEVELS.includes(value as LogLevel)) return
    const near = typeof value === 'string' ? nearest(value, LOG_LEVELS) : undefined
    throw needed(LOG_LEVELS.join(', '), value, near === undefined ? '' : `; did you mean "${near}"?`)
  },
}

/** Whether an option is handed down. */
export function isHandedDown(name: string): name is keyof HandedDown {
  return Object.hasOwn(checks, name)
}

/** The names of all that are handed down. */
export const handedDownNames = Object.keys(checks) as readonly (keyof HandedDown)[]

/** @throws {Error} When it cannot have this value. */
export function checkHandedDown(name: keyof HandedDown, value: unknown): void {
  try {
    checks[name](value)
  } catch (error) {
    // What the framework says is `Cannot do something: the reason`.
    const reason = (error as Error).message.replace(/^Cannot [^:]*: /, '')
    throw new Error(`Cannot serve: ${name}: ${reason}`, { cause: error })
  }
}

function checkDuration(value: unknown): void {
  if (typeof value !== 'number' && typeof value !== 'string')
    throw needed('"5m", "30s" or milliseconds', value)
  parseDuration(value as number)
}

function needed(what: string, value: unknown, advice = ''): Error {
  const got = typeof value === 'string' ? `"${value}"` : String(value)
  return new Error(`${what} is needed, got ${got}${advice}`)
}
