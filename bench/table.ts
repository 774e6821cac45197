import type { Figures } from './measure.ts'
import type { ContenderName } from './servers.ts'
import type { Spread } from './statistics.ts'
import type { Workload } from './workloads.ts'

export interface Measured {
  readonly workload: Workload
  readonly figures: ReadonlyMap<ContenderName, Figures>
}

/** One workload as a table for people. */
export function drawTable({ workload, figures }: Measured): string {
  const head = ['contender', 'CPU µs', 'p25-p75', '÷ raw', 'p25-p75', '÷ raw-tuned', 'p25-p75', 'requests']
  const rows = [...figures].map(([name, { cpuMicros, ratio, requests }]) => [
    name,
    ...drawSpread(cpuMicros, 1),
    ...drawSpread(ratio.raw, 2),
    ...drawSpread(ratio['raw-tuned'], 2),
    String(requests),
  ])
  const noise = noiseOf(figures)
  const told = noise === undefined ? 'not known from one round' : `±${(noise * 100).toFixed(1)} %`
  return `${workload.name}: ${workload.title}\n${alignColumns([head, ...rows])}\n  noise, raw against itself: ${told}\n`
}

/** Columns to the right, except for the first. */
export function alignColumns(lines: readonly (readonly string[])[]): string {
  const columns = lines[0] ?? []
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)))
  const draw = (cell: string, index: number): string =>
    index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)
  return lines.map((line) => `  ${line.map(draw).join('  ')}`).join('\n')
}

/**
 * How far the rounds of raw lie apart: half the distance between its quartiles, relative to its median.
 * One round says nothing about that.
 */
export function noiseOf(figures: ReadonlyMap<ContenderName, Figures>): number | undefined {
  const raw = figures.get('raw')
  if (raw === undefined || raw.rounds < 2) return undefined
  const { median, p25, p75 } = raw.cpuMicros
  return (p75 - p25) / 2 / median
}

function drawSpread({ median, p25, p75 }: Spread, digits: number): [string, string] {
  return [median.toFixed(digits), `${p25.toFixed(digits)}-${p75.toFixed(digits)}`]
}
