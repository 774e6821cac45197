import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { LoadGenerator } from './load.ts'
import type { ContenderName, Server } from './servers.ts'
import type { Workload } from './workloads.ts'

/** Seconds of load before a process is measured: its figures fall for two seconds and are flat from then on. */
const WARM_UP = 2

/** What one contender did in one round. */
export interface Turn {
  /** CPU time of the server process for one request, in microseconds. */
  readonly cpuMicros: number
  readonly requests: number
}

/** The turns of each contender, in the order of the rounds. */
export type Turns = ReadonlyMap<ContenderName, readonly Turn[]>

/**
 * Measures all servers of a workload: a warm-up each, then rounds of one second in which every server has
 * its turn. The order is turned by one each round, so that none always runs after the same neighbour.
 *
 * @param before How many rounds earlier processes have had: the order goes on from there.
 */
export async function measure(
  workload: Workload,
  servers: readonly Server[],
  load: LoadGenerator,
  rounds: number,
  before: number,
): Promise<Turns> {
  const turns = new Map<ContenderName, Turn[]>(servers.map(({ name }) => [name, []]))
  for (const server of servers) await takeTurn(workload, server, load, WARM_UP)
  for (let round = before; round < before + rounds; round++) {
    const shift = round % servers.length
    for (const server of [...servers.slice(shift), ...servers.slice(0, shift)]) {
      turns.get(server.name)?.push(await takeTurn(workload, server, load, 1))
    }
  }
  return turns
}

async function takeTurn(
  workload: Workload,
  server: Server,
  load: LoadGenerator,
  seconds: number,
): Promise<Turn> {
  const before = readCpuMicros(server.processId)
  const { requests, refused, broken } = await load.fire(server.url, workload.shot, seconds)
  const spent = readCpuMicros(server.processId) - before
  if (requests === 0 || refused > 0 || broken > 0) {
    const facts = `${requests} requests, ${refused} refused, ${broken} broken connections or time-outs`
    throw new Error(`cannot measure ${server.name} in ${workload.name}: ${facts}`)
  }
  return { cpuMicros: spent / requests, requests }
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
