import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { LoadGenerator } from './load.ts'
import { basesOf, type ContenderName, type Server } from './servers.ts'
import { type Spread, spreadOf } from './statistics.ts'
import type { Workload } from './workloads.ts'

/** The figures of one contender in one workload. */
export interface Figures {
  /** CPU time of the server process for one request, in microseconds. */
  readonly cpuMicros: Spread
  /** Base over own, round by round, for each base of the runtime: above 1 means less CPU than the base. */
  readonly ratio: Readonly<Record<string, Spread>>
  /** The same as `cpuMicros` for each round, so that any two contenders can be compared within a round. */
  readonly cpuByRound: readonly number[]
  readonly requests: number
  readonly rounds: number
}

/**
 * Measures all servers of a workload: a warm-up each, then rounds of one second in which every server has
 * its turn. The order is turned by one each round, so that none always runs after the same neighbour.
 */
export async function measure(
  workload: Workload,
  servers: readonly Server[],
  load: LoadGenerator,
  rounds: number,
): Promise<ReadonlyMap<ContenderName, Figures>> {
  const turns = new Map<ContenderName, Turn[]>(servers.map(({ name }) => [name, []]))
  for (const server of servers) await takeTurn(workload, server, load)
  for (let round = 0; round < rounds; round++) {
    const shift = round % servers.length
    for (const server of [...servers.slice(shift), ...servers.slice(0, shift)]) {
      turns.get(server.name)?.push(await takeTurn(workload, server, load))
    }
  }
  return new Map(servers.map(({ name }) => [name, summarise(name, turns)]))
}

interface Turn {
  readonly cpuMicros: number
  readonly requests: number
}

async function takeTurn(workload: Workload, server: Server, load: LoadGenerator): Promise<Turn> {
  const before = readCpuMicros(server.processId)
  const { requests, refused, broken } = await load.fire(server.url, workload.shot, 1)
  const spent = readCpuMicros(server.processId) - before
  if (requests === 0 || refused > 0 || broken > 0) {
    const facts = `${requests} requests, ${refused} refused, ${broken} broken connections or time-outs`
    throw new Error(`cannot measure ${server.name} in ${workload.name}: ${facts}`)
  }
  return { cpuMicros: spent / requests, requests }
}

function summarise(name: ContenderName, turns: ReadonlyMap<ContenderName, readonly Turn[]>): Figures {
  const own = turns.get(name) ?? []
  const cpuByRound = own.map((turn) => turn.cpuMicros)
  const against = (base: ContenderName): Spread =>
    // A ratio within one round: what disturbed the machine then disturbed both.
    spreadOf(cpuByRound.map((micros, round) => (turns.get(base)?.[round]?.cpuMicros ?? Number.NaN) / micros))
  const bases = basesOf(name).filter((base) => turns.has(base))
  return {
    cpuMicros: spreadOf(cpuByRound),
    ratio: Object.fromEntries(bases.map((base) => [base, against(base)])),
    cpuByRound,
    requests: own.reduce((sum, turn) => sum + turn.requests, 0),
    rounds: own.length,
  }
}

// Linux counts in ticks of 10 ms on every platform that Node runs on: 1-2 % of a round.
const MICROS_PER_TICK = 10_000

/** The CPU time a process has used so far, user and system, all threads, in microseconds. */
function readCpuMicros(processId: number): number {
  if (process.platform !== 'linux') return readCpuMicrosFromPs(processId)
  const stat = readFileSync(`/proc/${processId}/stat`, 'utf8')
  // The second field is the name of the program in brackets and may hold blanks; the third comes next.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [utime, stime] = [fields[11], fields[12]]
  return (Number(utime) + Number(stime)) * MICROS_PER_TICK
}

// macOS has no /proc; its `ps` writes minutes:seconds.hundredths.
function readCpuMicrosFromPs(processId: number): number {
  const time = execFileSync('ps', ['-o', 'time=', '-p', String(processId)], { encoding: 'utf8' })
  return 1e6 * time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
}
