// Whether figures stay where they are.

/** A figure at a time. */
export interface Point {
  /** Hours. */
  readonly time: number
  /** Megabytes. */
  readonly value: number
}

/** How a figure changes. */
export interface Trend {
  /** Megabytes per hour, by least squares. */
  readonly slope: number
  /** Twice its standard error: the truth lies within, nineteen times of twenty, if each point errs for itself. */
  readonly spread: number
}

/** The part of a soak that is not looked at: caches, pools and compiled code come to their size in it. */
const WARM_UP = 0.4

/** The trend of what is left of these points without the warm-up; `undefined` when that is too little. */
export function trendOf(points: readonly Point[]): Trend | undefined {
  const late = points.slice(Math.ceil(points.length * WARM_UP))
  if (late.length < 4) return undefined
  const mean = { time: meanOf(late.map(({ time }) => time)), value: meanOf(late.map(({ value }) => value)) }
  const width = sumOf(late.map(({ time }) => (time - mean.time) ** 2))
  const slope = sumOf(late.map(({ time, value }) => (time - mean.time) * (value - mean.value))) / width
  const left = sumOf(late.map(({ time, value }) => (value - mean.value - slope * (time - mean.time)) ** 2))
  return { slope, spread: 2 * Math.sqrt(left / (late.length - 2) / width) }
}

/** What a trend says about a figure that may grow by `limit` megabytes per hour. */
export function verdictOf(
  trend: Trend | undefined,
  limit: number,
): 'flat' | 'grows' | 'not known: soak for longer' {
  if (trend === undefined) return 'not known: soak for longer'
  if (trend.slope - trend.spread > limit) return 'grows'
  return trend.slope + trend.spread <= limit ? 'flat' : 'not known: soak for longer'
}

/** The value that so many of these, from 0 to 1, do not go beyond. */
export function quantileOf(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function meanOf(values: readonly number[]): number {
  return sumOf(values) / values.length
}
