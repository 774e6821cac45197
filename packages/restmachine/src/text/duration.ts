const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A span of time: milliseconds, or a number with a unit (`'500ms'`, `'30s'`, `'5m'`, `'1h'`, `'1d'`). */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

/**
 * The milliseconds of a span of time.
 *
 * @throws {RangeError} When it is no positive span.
 */
export function parseDuration(duration: Duration): number {
  const milliseconds = typeof duration === 'number' ? duration : readSpan(duration, UNITS)
  if (milliseconds > 0) return milliseconds
  throw new RangeError(
    `Cannot read a span of time: "5m", "30s" or milliseconds above 0 are needed, got "${duration}"`,
  )
}

/** A number with a unit, times what `units` says that unit is; `NaN` when it is none of them. */
export function readSpan(span: string, units: Readonly<Record<string, number>>): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|[smhd])$/.exec(span) ?? []
  return Number(amount) * (units[unit] ?? Number.NaN)
}
