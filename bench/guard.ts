import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { measureOnce, median, summarise } from './in-process/measure.ts'
import type { Costs } from './in-process/slices.ts'
import { alignColumns } from './table.ts'

/** Costs in units of the calibration loop, by machine: another core or version of Node has other ratios. */
type Baseline = Readonly<Record<string, Readonly<Record<string, number>>>>

/** How much slower is too slow. */
const LIMIT = 1.1
/** Processes for one look, and how many looks have to agree that something is slower. */
const PROCESSES = 5
const LOOKS = 3
/** Answers that take turns of the event loop and memory: on a busy machine they vary by 20 % whatever is done. */
const UNGUARDED = ['calibration', 'unknown path, 404']
/** A baseline stands for a long time, so it is made of more. */
const BASELINE_PROCESSES = 25

const file = fileURLToPath(new URL('./baseline.json', import.meta.url))
const machine = `${coreName()}, Node ${process.versions.node.split('.')[0]}`

/** Measures the requests of the in-process bench and keeps them as what later ones are compared with. */
export async function writeBaseline(note: (line: string) => void): Promise<void> {
  note(`the baseline of "${machine}" is measured in ${BASELINE_PROCESSES} processes`)
  const ratios = ratiosOf(await measureProcesses(BASELINE_PROCESSES))
  const all: Baseline = { ...readBaseline(), [machine]: ratios }
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`)
}

/** What the guard has to say, and whether something got slower; `undefined` where there is nothing to compare with. */
export interface Verdict {
  readonly text: string
  readonly holds: boolean | undefined
}

/**
 * Compares with the baseline. What looks slower is measured again with new processes, up to two times, and its best look
 * counts: what disturbs comes and goes, what is slower stays slower.
 */
export async function guard(note: (line: string) => void): Promise<Verdict> {
  const baseline = readBaseline()[machine]
  if (baseline === undefined) {
    const advice = 'make one with --guard --write, before the change that is to be looked at'
    return { text: `no baseline for "${machine}": ${advice}`, holds: undefined }
  }
  const looks: Readonly<Record<string, number>>[] = []
  let compared: readonly Compared[] = []
  for (let look = 1; look <= LOOKS; look++) {
    looks.push(ratiosOf(await measureProcesses(PROCESSES)))
    compared = compare(baseline, bestOf(looks))
    const slower = compared.filter(isSlower)
    if (slower.length === 0) break
    if (look < LOOKS) note(`looks slower, measured again: ${slower.map(({ name }) => name).join(', ')}`)
  }
  const slower = compared.filter(isSlower)
  const told = slower.map(({ name, change }) => `slower: ${name}, by ${((change - 1) * 100).toFixed(0)} %`)
  const advice = 'Where that is meant, make a new baseline: npm run bench -- --guard --write'
  const lines = slower.length === 0 ? ['guard: nothing is slower by more than 10 %'] : [...told, advice]
  return { text: [drawComparison(compared), ...lines].join('\n'), holds: slower.length === 0 }
}

function bestOf(looks: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const names = Object.keys(looks[0] ?? {})
  return Object.fromEntries(
    names.map((name) => [name, Math.min(...looks.map((look) => look[name] ?? Number.NaN))]),
  )
}

interface Compared {
  readonly name: string
  readonly before: number
  readonly now: number
  readonly change: number
}

function isSlower({ change }: Compared): boolean {
  return change > LIMIT
}

/** @throws {Error} When the baseline knows other operations: then it was made by another guard. */
function compare(
  baseline: Readonly<Record<string, number>>,
  ratios: Readonly<Record<string, number>>,
): readonly Compared[] {
  return Object.entries(ratios).map(([name, now]) => {
    const before = baseline[name]
    if (before === undefined) {
      throw new Error(`the baseline does not know "${name}": make a new one with --guard --write`)
    }
    return { name, before, now, change: now / before }
  })
}

function drawComparison(compared: readonly Compared[]): string {
  const rows = compared.map(({ name, before, now, change }) => [
    name,
    before.toFixed(2),
    now.toFixed(2),
    change.toFixed(3),
  ])
  return alignColumns([['in units of the calibration loop', 'baseline', 'now', 'change'], ...rows])
}

async function measureProcesses(count: number): Promise<Costs[]> {
  const runs: Costs[] = []
  for (let index = 0; index < count; index++) runs.push(await measureOnce('requests'))
  return runs
}

function ratiosOf(runs: readonly Costs[]): Readonly<Record<string, number>> {
  const costs = Object.entries(summarise(runs, median))
  const ratios = costs.filter(([name]) => !UNGUARDED.includes(name)).map(([name, { ratio }]) => [name, ratio])
  return Object.fromEntries(ratios) as Record<string, number>
}

/** Names the core. Virtual machines call very different ones the same, so on Linux its numbers stand beside the name. */
function coreName(): string {
  const name = cpus()[0]?.model.trim() ?? 'unknown'
  if (!existsSync('/proc/cpuinfo')) return name
  const text = readFileSync('/proc/cpuinfo', 'utf8')
  const numbers = ['cpu family', 'model', 'stepping'].map(
    (field) => new RegExp(`^${field}\\s*: (\\d+)$`, 'm').exec(text)?.[1],
  )
  return numbers.includes(undefined) ? name : `${name} (${numbers.join('.')})`
}

function readBaseline(): Baseline {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Baseline) : {}
}
