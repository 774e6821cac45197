import type { Turn, Turns } from './measure.ts'
import { basesOf, type ContenderName } from './servers.ts'
import { quantile, type Spread, spreadOf } from './statistics.ts'

/** What was found with one process of each contender. */
export interface Pass {
  readonly turns: Turns
  /** Megabytes of resident memory after load. */
  readonly memory: ReadonlyMap<ContenderName, number>
}

/** The figures of one contender in one workload, of all its processes. */
export interface Figures {
  /** CPU time of the server process for one request, in microseconds. */
  readonly cpuMicros: Spread
  /** Base over own, round by round, for each base of the runtime: above 1 means less CPU than the base. */
  readonly ratio: Readonly<Record<string, Spread>>
  /**
   * The same as `cpuMicros` for each round of the first process, then of the second and so on, so that any
   * two contenders can be compared within a round.
   */
  readonly cpuByRound: readonly number[]
  /** The median of `cpuMicros` for each process. */
  readonly cpuByProcess: readonly number[]
  readonly requests: number
  readonly rounds: number
}

/** Joins the passes of a workload. Who is missing in one of them, for it did not start, is left out. */
export function joinPasses(passes: readonly Pass[]): ReadonlyMap<ContenderName, Figures> {
  return new Map(namesOf(passes).map((name) => [name, figuresOf(name, passes)]))
}

/** Megabytes of resident memory: the median of the processes. */
export function joinMemory(passes: readonly Pass[]): ReadonlyMap<ContenderName, number> {
  const of = (name: ContenderName): number[] => passes.map(({ memory }) => memory.get(name) ?? Number.NaN)
  return new Map(namesOf(passes).map((name) => [name, quantile(of(name), 0.5)]))
}

function namesOf([first, ...later]: readonly Pass[]): readonly ContenderName[] {
  return [...(first?.turns.keys() ?? [])].filter((name) => later.every(({ turns }) => turns.has(name)))
}

function figuresOf(name: ContenderName, passes: readonly Pass[]): Figures {
  const own = turnsOf(name, passes)
  const cpuByRound = own.map((turn) => turn.cpuMicros)
  const against = (base: ContenderName): Spread => {
    const theirs = turnsOf(base, passes)
    // A ratio within one round: what disturbed the machine then disturbed both.
    return spreadOf(cpuByRound.map((micros, round) => (theirs[round]?.cpuMicros ?? Number.NaN) / micros))
  }
  const bases = basesOf(name).filter((base) => namesOf(passes).includes(base))
  const medianOf = (turns: readonly Turn[]): number =>
    quantile(
      turns.map(({ cpuMicros }) => cpuMicros),
      0.5,
    )
  return {
    cpuMicros: spreadOf(cpuByRound),
    ratio: Object.fromEntries(bases.map((base) => [base, against(base)])),
    cpuByRound,
    cpuByProcess: passes.map((pass) => medianOf(turnsOf(name, [pass]))),
    requests: own.reduce((sum, turn) => sum + turn.requests, 0),
    rounds: own.length,
  }
}

function turnsOf(name: ContenderName, passes: readonly Pass[]): readonly Turn[] {
  return passes.flatMap(({ turns }) => turns.get(name) ?? [])
}
