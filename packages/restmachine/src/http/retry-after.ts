import { formatHttpDate } from './http-date.ts'

/**
 * The value of `Retry-After`: when to ask again.
 *
 * ```abnf
 * Retry-After   = HTTP-date / delay-seconds
 * delay-seconds = 1*DIGIT
 * ```
 *
 * @param when Seconds from now, rounded up, or the moment itself.
 * @throws {RangeError} When `when` is no such number or date: negative, not finite, invalid.
 *
 * @example
 * ```ts
 * formatRetryAfter(1.5) // '2'
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function formatRetryAfter(when: number | Date): string {
  if (typeof when !== 'number') return formatHttpDate(when.getTime())
  const seconds = Math.ceil(when)
  if (seconds >= 0 && Number.isSafeInteger(seconds)) return seconds.toFixed()
  throw new RangeError(`Cannot format Retry-After: seconds from 0 on are needed, got ${when}`)
}
