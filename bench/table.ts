import type { Latency } from './figures/latency.ts'
import type { Figures } from './join-passes.ts'
import type { ContenderName } from './servers.ts'
import type { Spread } from './statistics.ts'
import type { Workload } from './workloads.ts'

export interface Measured {
  readonly workload: Workload
  readonly figures: ReadonlyMap<ContenderName, Figures>
  readonly further: FurtherFigures
}

/** What is measured beside the rounds. */
export interface FurtherFigures {
  /** Requests a second at which latency was measured; `undefined` where it was not. */
  readonly rate: number | undefined
  readonly latency: ReadonlyMap<ContenderName, Latency>
  /** Megabytes of resident memory after load, the median of the processes. */
  readonly memory: ReadonlyMap<ContenderName, number>
}

/** One workload as a table for people. */
export function drawTable({ workload, figures, further }: Measured): string {
  const head = ['contender', 'CPU µs', 'p25-p75', 'processes', '÷ raw', 'p25-p75', '÷ raw-tuned', 'p25-p75']
  const rows = [...figures].map(([name, { cpuMicros, cpuByProcess, ratio, requests }]) => [
    name,
    ...drawSpread(cpuMicros, 1),
    drawProcesses(cpuByProcess),
    ...drawSpread(ratio.raw, 2),
    ...drawSpread(ratio['raw-tuned'], 2),
    String(requests),
    further.latency.get(name)?.p50.toFixed(2) ?? '',
    further.latency.get(name)?.p99.toFixed(2) ?? '',
    further.memory.get(name)?.toFixed(0) ?? '',
  ])
  const noise = noiseOf(figures)
  const told = noise === undefined ? 'not known from one round' : `±${(noise * 100).toFixed(1)} %`
  const lines = [`${workload.name}: ${workload.title}`, alignColumns([[...head, ...FURTHER], ...rows])]
  if (further.rate !== undefined)
    lines.push(`  latency at ${further.rate} requests a second, in milliseconds`)
  return [...lines, `  noise, raw against itself: ${told}`, ''].join('\n')
}

const FURTHER = ['requests', 'p50', 'p99', 'RSS MB']

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

/** The lowest and the highest median of a process; one process has nothing beside it. */
export function drawProcesses(cpuByProcess: readonly number[]): string {
  if (cpuByProcess.length < 2) return ''
  return `${Math.min(...cpuByProcess).toFixed(1)}-${Math.max(...cpuByProcess).toFixed(1)}`
}

// Contenders of another runtime have other bases.
function drawSpread(spread: Spread | undefined, digits: number): [string, string] {
  if (spread === undefined) return ['', '']
  const { median, p25, p75 } = spread
  return [median.toFixed(digits), `${p25.toFixed(digits)}-${p75.toFixed(digits)}`]
}
