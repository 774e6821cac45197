import { compareAnswers } from './answers.ts'
import { measureLatency, rateFor } from './figures/latency.ts'
import { measureMemory } from './figures/memory.ts'
import { joinMemory, joinPasses, type Pass } from './join-passes.ts'
import { findLoadGenerator, type LoadGenerator } from './load.ts'
import { measure } from './measure.ts'
import type { Options } from './options.ts'
import { core } from './processes.ts'
import { type Report, reportServers, where } from './report/report.ts'
import { versionsOf } from './report/versions.ts'
import type { ContenderName, Server } from './servers.ts'
import { drawTable, type FurtherFigures, type Measured } from './table.ts'
import { type Entrants, withServers } from './with-servers.ts'
import type { Workload } from './workloads.ts'

/** Measures the servers side by side, workload by workload, and tells progress by `note`. */
export async function runServers(options: Options, note: (line: string) => void): Promise<Report> {
  const load = findLoadGenerator()
  if (load === undefined) throw new Error('no load generator: install wrk, or run npm install for autocannon')
  if (core === undefined) note('taskset is missing: the figures are unpinned')
  const skipped = new Set<ContenderName>()
  const measured: Measured[] = []
  for (const workload of options.workloads) {
    measured.push(await runWorkload(workload, { ...options, load, skipped, note }))
  }
  console.log(`\n${measured.map(drawTable).join('\n')}`)
  const started = options.contenders.filter((name) => !skipped.has(name))
  return {
    ...where,
    ...reportServers(measured),
    versions: versionsOf(started),
    load: load.name,
    pinned: core !== undefined,
    processes: options.processes,
    rounds: options.processes * options.rounds,
    skipped: [...skipped],
  }
}

interface Surroundings extends Options, Entrants {
  readonly load: LoadGenerator
}

/**
 * New processes for each workload: what one workload taught the JIT must not help or harm the next. And
 * several of them, for equal processes differ all their life by what the JIT chose to inline in each.
 */
async function runWorkload(workload: Workload, around: Surroundings): Promise<Measured> {
  const { processes, rounds, load, note } = around
  const passes: Pass[] = []
  let latency = unmeasured
  for (let index = 0; index < processes; index++) {
    latency = await withServers(workload, around, async (servers) => {
      note(`${workload.name}: ${servers.length} contenders, process ${index + 1} of ${processes}`)
      await compareAnswers(workload, servers)
      const turns = await measure(workload, servers, load, rounds, index * rounds)
      passes.push({ turns, memory: await measureMemory(servers) })
      const isLast = index + 1 === processes
      return isLast ? measureLatencyAfter(passes, workload, servers, around) : unmeasured
    })
  }
  return { workload, figures: joinPasses(passes), further: { ...latency, memory: joinMemory(passes) } }
}

type LatencyFigures = Pick<FurtherFigures, 'rate' | 'latency'>

const unmeasured: LatencyFigures = { rate: undefined, latency: new Map() }

async function measureLatencyAfter(
  passes: readonly Pass[],
  workload: Workload,
  servers: readonly Server[],
  { everything }: Options,
): Promise<LatencyFigures> {
  const raw = joinPasses(passes).get('raw')
  // A client that sends one request after the other has nothing to say about pipelining.
  if (!everything || raw === undefined || (workload.shot.pipelining ?? 1) > 1) return unmeasured
  const rate = rateFor(raw.cpuMicros.median)
  return { rate, latency: await measureLatency(servers, workload, rate) }
}
