import { formatQuotedString } from './syntax/quoted-string.ts'
import { isToken } from './syntax/token.ts'

/** One thing that took time. */
export interface ServerTimingMetric {
  /** What took it. Characters that a token cannot have are sent as `_`. */
  readonly name: string
  /** Milliseconds. */
  readonly duration: number
  readonly description?: string | undefined
}

/**
 * What took time, as a field value; durations to a hundredth of a millisecond.
 *
 * ```abnf
 * Server-Timing        = #server-timing-metric
 * server-timing-metric = metric-name *( OWS ";" OWS server-timing-param )
 * server-timing-param  = server-timing-param-name OWS "=" OWS server-timing-param-value
 * ```
 *
 * @example
 * ```ts
 * formatServerTiming([{ name: 'user', duration: 53.2 }, { name: 'total', duration: 60, description: 'all' }])
 * // 'user;dur=53.2, total;dur=60;desc="all"'
 * ```
 *
 * @see https://www.w3.org/TR/server-timing/#the-server-timing-header-field
 */
export function formatServerTiming(metrics: readonly ServerTimingMetric[]): string {
  return metrics.map(formatMetric).join(', ')
}

function formatMetric({ name, duration, description }: ServerTimingMetric): string {
  const taken = `${nameOf(name)};dur=${Math.round(duration * 100) / 100}`
  return description === undefined ? taken : `${taken};desc=${formatQuotedString(description)}`
}

function nameOf(name: string): string {
  return isToken(name) ? name : name.replace(/[^!#$%&'*+.^_`|~0-9A-Za-z-]/gu, '_') || '_'
}
