import { writeFileSync } from 'node:fs'
import { arch, availableParallelism, cpus, platform } from 'node:os'
import type { BundleSize } from '../figures/bundle.ts'
import type { Latency } from '../figures/latency.ts'
import type { TypeCheck } from '../figures/type-check.ts'
import type { Growth } from '../growth.ts'
import type { InProcess } from '../in-process.ts'
import type { Figures } from '../join-passes.ts'
import { type Measured, noiseOf } from '../table.ts'

/** The figures of one contender in one workload: medians, and what they are the medians of. */
export interface Cell {
  /** CPU microseconds of the server for one request. */
  readonly cpuMicros: number
  /** Base over own, by base. */
  readonly ratio: Readonly<Record<string, number>>
  readonly requests: number
  /** The rounds of the first process, then those of the second and so on. */
  readonly cpuByRound: readonly number[]
  /** The median of each process; reports made before there were several have none. */
  readonly cpuByProcess?: readonly number[]
  readonly spread: Pick<Figures, 'cpuMicros' | 'ratio'>
  readonly latency?: Latency
  /** Megabytes, the median of the processes. */
  readonly memory?: number
}

/** All that one run has found; what `--json` writes. */
export interface Report {
  readonly machine: string
  readonly node: string
  readonly date: string
  /** Workload → contender → figures. */
  readonly workloads: Readonly<Record<string, Readonly<Record<string, Cell>>>>
  readonly titles: Readonly<Record<string, string>>
  /** How far the rounds of raw lie apart, by workload. */
  readonly noise: Readonly<Record<string, number | undefined>>
  /** Requests a second at which latency was measured, by workload. */
  readonly rates: Readonly<Record<string, number | undefined>>
  readonly versions: Readonly<Record<string, string>>
  readonly load?: string
  readonly pinned?: boolean
  /** How many processes of each contender a workload has seen; reports without it come from one. */
  readonly processes?: number
  /** Rounds of each contender in each workload, those of all its processes. */
  readonly rounds?: number
  readonly skipped?: readonly string[]
  readonly startUp?: Readonly<Record<string, number>>
  readonly bundles?: Readonly<Record<string, BundleSize>>
  readonly typeChecks?: Readonly<Record<string, TypeCheck>>
  readonly inProcess?: InProcess
  readonly growth?: Growth
}

/** What is known before anything is measured. */
export const where: Pick<Report, 'machine' | 'node' | 'date'> = {
  machine: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores, ${platform()} ${arch()}`,
  node: process.versions.node,
  date: new Date().toISOString(),
}

/** How much was measured, as "3 processes of 3 rounds". */
export function tellRounds({ processes = 1, rounds = 0 }: Pick<Report, 'processes' | 'rounds'>): string {
  return `${plural(processes, 'process', 'es')} of ${plural(rounds / processes, 'round', 's')}`
}

function plural(count: number, word: string, ending: string): string {
  return `${count} ${word}${count === 1 ? '' : ending}`
}

/** The part of a report that servers have given. */
export function reportServers(
  measured: readonly Measured[],
): Pick<Report, 'workloads' | 'titles' | 'noise' | 'rates'> {
  const byWorkload = <Value>(read: (each: Measured) => Value): Record<string, Value> =>
    Object.fromEntries(measured.map((each) => [each.workload.name, read(each)]))
  return {
    workloads: byWorkload(cellsOf),
    titles: byWorkload(({ workload }) => workload.title),
    noise: byWorkload(({ figures }) => noiseOf(figures)),
    rates: byWorkload(({ further }) => further.rate),
  }
}

function cellsOf({ figures, further }: Measured): Readonly<Record<string, Cell>> {
  const cells = [...figures].map(([name, { cpuMicros, ratio, requests, cpuByRound, cpuByProcess }]) => {
    const medians = Object.entries(ratio).map(([base, { median }]) => [base, median])
    const latency = further.latency.get(name)
    const memory = further.memory.get(name)
    const cell: Cell = {
      cpuMicros: cpuMicros.median,
      ratio: Object.fromEntries(medians),
      requests,
      cpuByRound,
      cpuByProcess,
      spread: { cpuMicros, ratio },
      ...(latency === undefined ? {} : { latency }),
      ...(memory === undefined ? {} : { memory }),
    }
    return [name, cell]
  })
  return Object.fromEntries(cells)
}

export function writeReport(file: string, report: object): void {
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
}
