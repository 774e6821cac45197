/** Something to measure: called again and again. */
export interface Operation {
  readonly name: string
  readonly run: () => unknown
  /** Nanoseconds are told for one of so many things that one call does; 1 when not said. */
  readonly things?: number
}

/** What the slices of one operation tell. */
export interface Cost {
  /** CPU nanoseconds of one call: the lower quartile of the slices, for what disturbs can only add. */
  readonly nanoseconds: number
  /** The same in units of the calibration loop, which ran right beside it. */
  readonly ratio: number
}

/** Costs by the name of the operation. */
export type Costs = Readonly<Record<string, Cost>>

export interface SliceOptions {
  /** Rounds in which every operation has one slice. */
  readonly rounds: number
  /** CPU microseconds of one slice. */
  readonly slice: number
  /** CPU milliseconds for which each operation runs before anything counts. */
  readonly warmUp: number
}

/**
 * Measures operations in many short slices, taking turns, in CPU time: who else uses the machine takes wall time
 * only, and what slows the core (its clock, its caches) slows the calibration loop in the next slice, too.
 */
export async function measureSlices(
  operations: readonly Operation[],
  { rounds, slice, warmUp }: SliceOptions,
): Promise<Costs> {
  const measured: Measured[] = []
  // All are warm before the first one counts, so that each meets the call sites as the others have left them.
  for (const operation of [calibration, ...operations]) measured.push(await begin(operation))
  for (const each of measured) await warm(each, warmUp, slice)
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < measured.length; turn++) {
      const each = measured[(turn + round) % measured.length] as Measured
      each.nanoseconds.push((await batch(each, each.size)) / each.size)
    }
  }
  const unit = lowerQuartile(measured[0]?.nanoseconds ?? [])
  return Object.fromEntries(measured.map((each) => [each.operation.name, costOf(each, unit)]))
}

interface Measured {
  readonly operation: Operation
  readonly isAsync: boolean
  size: number
  readonly nanoseconds: number[]
}

async function begin(operation: Operation): Promise<Measured> {
  const first = operation.run()
  await first
  return { operation, isAsync: first instanceof Promise, size: 16, nanoseconds: [] }
}

/** Runs until it is hot, and finds how many calls fill a slice. */
async function warm(measured: Measured, milliseconds: number, slice: number): Promise<void> {
  let spent = 0
  while (spent < milliseconds * 1e6) {
    const last = await batch(measured, measured.size)
    spent += last
    const wanted = Math.round((measured.size * slice * 1000) / Math.max(last, 1000))
    measured.size = Math.max(4, Math.min(wanted, measured.size * 2))
  }
}

/** The CPU nanoseconds of `size` calls. */
async function batch({ operation, isAsync }: Measured, size: number): Promise<number> {
  const { run } = operation
  const start = cpuMicros()
  if (isAsync) for (let index = 0; index < size; index++) sink = await run()
  else for (let index = 0; index < size; index++) sink = run()
  return (cpuMicros() - start) * 1000
}

// Of the whole process: Linux brings this one up to date when it is asked, that of a thread only each 4 ms. What the
// compiler does beside falls into few slices.
function cpuMicros(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

function costOf({ operation, nanoseconds }: Measured, unit: number): Cost {
  const each = lowerQuartile(nanoseconds)
  return { nanoseconds: each / (operation.things ?? 1), ratio: each / unit }
}

function lowerQuartile(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 4)] ?? Number.NaN
}

// Results go here, so that the optimiser cannot drop the work.
let sink: unknown
process.on('exit', () => sink)

const names: ReadonlyMap<string, string> = new Map([
  ['accept', 'application/json'],
  ['host', 'localhost'],
  ['user-agent', 'bench'],
])
const fields = [...names.keys()]

/** What every request does in some form, without a framework: look up, make objects and strings, write JSON. */
const calibration: Operation = {
  name: 'calibration',
  run() {
    const lines: string[] = []
    for (const field of fields) {
      const value = names.get(field)
      if (value !== undefined) lines.push(field, value)
    }
    return { status: 200, lines, body: JSON.stringify({ message: 'Hello', size: lines.length }) }
  },
}
