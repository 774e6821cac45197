import { readSpan } from '../text/duration.ts'

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }

/** How long a client may rely on an answer: seconds, or a number with a unit (`'30s'`, `'5m'`, `'1h'`, `'1d'`). */
export type MaxAge = number | `${number}${'s' | 'm' | 'h' | 'd'}`

/**
 * The whole seconds of a span of time, from 0 on.
 *
 * @param option What the span is for, as the error names it.
 * @throws {RangeError} When it is no such span.
 *
 * @example
 * ```ts
 * secondsOf('5m', 'maxAge') // 300
 * ```
 */
export function secondsOf(maxAge: MaxAge, option: string): number {
  const seconds = typeof maxAge === 'number' ? maxAge : readSpan(maxAge, UNITS)
  if (Number.isSafeInteger(seconds) && seconds >= 0) return seconds
  throw new RangeError(
    `Cannot read ${option}: whole seconds from 0 on or a span such as "5m" or "1d" are needed, got ` +
      JSON.stringify(maxAge),
  )
}
