// What a soak prints, and its verdict.
import { statSync } from 'node:fs'
import type { Load } from './soak-load.ts'
import type { Figures } from './soak-server.ts'
import { quantileOf, trendOf, verdictOf } from './soak-verdict.ts'

/** What was seen of the server at one time. */
export interface Seen extends Figures {
  /** Milliseconds since the load began. */
  readonly at: number
}

/** A soak that is over. */
export interface Soaked {
  readonly load: Load
  readonly seen: readonly Seen[]
  /** Whether garbage was collected before each look: else what the heap holds says little. */
  readonly isCollected: boolean
  /** The access log. */
  readonly log: string
  /** How the server stopped. */
  readonly stop: string
  /** What else was wrong. */
  readonly faults: readonly string[]
}

/** How much the memory may grow, in megabytes per hour, and still be called flat. */
const LIMITS = { rss: 60, heapUsed: 10, external: 10 } as const

/** How many faults are told one by one. */
const TOLD = 20

export function printHead(): void {
  printRow(['s', 'rss', 'heap', 'of', 'external', 'sockets', 'timers', 'answered', 'refused', 'wrong'])
}

/** Prints what was seen as a row of the table; memory is in megabytes. */
export function printSeen(
  { at, rss, heapUsed, heapTotal, external, sockets, resources }: Seen,
  load: Load,
): void {
  printRow([
    Math.round(at / 1_000),
    ...[rss, heapUsed, heapTotal, external].map((bytes) => inMegabytes(bytes).toFixed(1)),
    sockets,
    resources.Timeout ?? 0,
    load.count.answered,
    load.refusals.length,
    load.count.wrong,
  ])
}

/** Prints what came of it; whether all is well. */
export function tellAll({ load, seen, isCollected, log, stop, faults: more }: Soaked): boolean {
  const { count, refusals } = load
  const faults = [...load.faults, ...more]
  if (refusals.length === 0) faults.push('Nobody was refused, so the limit was not tried')
  const [median, most, all] = [0.5, 0.99, 1].map((part) => `${quantileOf(refusals, part).toFixed(1)} ms`)
  console.log(`
${count.answered} requests answered over ${count.connections} connections; ${count.unruly} unruly clients
${refusals.length} refused: the median after ${median}, 99 of 100 in ${most}, all in ${all}
${inMegabytes(statSync(log).size).toFixed(1)} MB of access log
${stop}`)
  const isFlat = (['rss', 'heapUsed', 'external'] as const)
    .filter((name) => isCollected || name === 'rss')
    .map((name) => tellTrend(name, seen))
    .every((flat) => flat)
  for (const fault of faults.slice(0, TOLD)) console.log(`Wrong: ${fault}`)
  if (count.wrong > load.faults.length) console.log(`${count.wrong} requests were answered wrongly`)
  return isFlat && faults.length === 0
}

function tellTrend(name: keyof typeof LIMITS, seen: readonly Seen[]): boolean {
  const trend = trendOf(seen.map((now) => ({ time: now.at / 3_600_000, value: inMegabytes(now[name]) })))
  const verdict = verdictOf(trend, LIMITS[name])
  const slope = trend === undefined ? '?' : `${trend.slope.toFixed(1)} ± ${trend.spread.toFixed(1)}`
  console.log(`${name}: ${slope} MB per hour, at most ${LIMITS[name]}: ${verdict}`)
  return verdict === 'flat'
}

function printRow(cells: readonly (string | number)[]): void {
  console.log(cells.map((cell) => String(cell).padStart(9)).join(''))
}

function inMegabytes(bytes: number): number {
  return bytes / 2 ** 20
}
