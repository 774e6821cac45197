import { fileURLToPath } from 'node:url'
import { run } from '../processes.ts'
import { quantile } from '../statistics.ts'
import type { Cost, Costs, SliceOptions } from './slices.ts'
import type { SuiteName } from './suite.ts'

const USUAL: SliceOptions = { rounds: 100, slice: 1000, warmUp: 150 }

/** How the costs of several processes become one. */
export type Summary = (values: readonly number[]) => number

export const median: Summary = (values) => quantile(values, 0.5)

/**
 * Measures a suite in several processes, one after the other, for in each the compiler decides anew what it inlines:
 * equal processes differ by 10 % and more.
 */
export async function measureSuite(suite: SuiteName, processes: number, summary = median): Promise<Costs> {
  const runs: Costs[] = []
  for (let index = 0; index < processes; index++) runs.push(await measureOnce(suite))
  return summarise(runs, summary)
}

/** One process, one measurement. */
export async function measureOnce(suite: SuiteName, options: SliceOptions = USUAL): Promise<Costs> {
  const child = fileURLToPath(new URL('./child.ts', import.meta.url))
  return JSON.parse(await run(process.execPath, [child, suite, JSON.stringify(options)])) as Costs
}

export function summarise(runs: readonly Costs[], summary: Summary): Costs {
  const of = (name: string, figure: keyof Cost): number =>
    summary(runs.map((costs) => costs[name]?.[figure] ?? Number.NaN))
  return Object.fromEntries(
    Object.keys(runs[0] ?? {}).map((name) => [
      name,
      { nanoseconds: of(name, 'nanoseconds'), ratio: of(name, 'ratio') },
    ]),
  )
}
