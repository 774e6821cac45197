import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { core } from '../processes.ts'
import type { ContenderName, Server } from '../servers.ts'
import { quantile } from '../statistics.ts'
import type { Workload } from '../workloads.ts'

/** Milliseconds from the moment when a request was to be sent to the last byte of its answer. */
export interface Latency {
  readonly p50: number
  readonly p99: number
}

const CONNECTIONS = 64
/** Rounds of one second; a figure is the median of them, for one stall of the machine spoils a p99. */
const ROUNDS = 3

/** The rate at which plain `node:http` would be busy for a third of the time. */
export function rateFor(rawMicros: number): number {
  return Math.round(1e6 / rawMicros / 3 / 100) * 100
}

/** Measures all servers at the same rate, taking turns; `undefined` for a server that cannot keep up. */
export async function measureLatency(
  servers: readonly Server[],
  workload: Workload,
  rate: number,
): Promise<ReadonlyMap<ContenderName, Latency>> {
  const found = new Map<ContenderName, Latency[]>()
  for (let round = 0; round < ROUNDS; round++) {
    for (const server of servers) {
      const latency = await fireAtRate(server, workload, rate)
      if (latency !== undefined) found.set(server.name, [...(found.get(server.name) ?? []), latency])
    }
  }
  const middle = (values: readonly number[]): number => quantile(values, 0.5)
  return new Map(
    [...found].map(([name, rounds]) => [
      name,
      { p50: middle(rounds.map(({ p50 }) => p50)), p99: middle(rounds.map(({ p99 }) => p99)) },
    ]),
  )
}

async function fireAtRate(server: Server, { shot }: Workload, rate: number): Promise<Latency | undefined> {
  const { host } = new URL(server.url)
  const fields = { host, ...shot.headers, ...lengthOf(shot.body) }
  const head = [
    `${shot.method} ${shot.path} HTTP/1.1`,
    ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
    '',
  ].join('\r\n')
  const spins = core !== undefined && availableParallelism() > 1
  const task = {
    url: server.url,
    head,
    body: shot.body ?? '',
    rate,
    seconds: 1,
    connections: CONNECTIONS,
    spins,
  }
  const program = fileURLToPath(new URL('./open-loop.ts', import.meta.url))
  const told = await runBeside(program, JSON.stringify(task))
  const { p50, p99, answered, wanted } = JSON.parse(told) as Latency & { answered: number; wanted: number }
  return answered < wanted ? undefined : { p50, p99 }
}

function lengthOf(body: string | undefined): Readonly<Record<string, string>> {
  return body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
}

// Not on the core of the servers, as the other load generator is: it looks at the clock all the time.
async function runBeside(program: string, task: string): Promise<string> {
  const command = [process.execPath, program, task]
  const other = core === 0 ? 1 : 0
  const args = core === undefined ? command : ['taskset', '-c', String(other), ...command]
  const child = spawn(args[0] as string, args.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [output, faults, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  if (code !== 0) throw new Error(`cannot measure latency: ${faults.trim()}`)
  return output
}
