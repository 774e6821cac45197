import { compareAnswers } from './answers.ts'
import { measureLatency, rateFor } from './figures/latency.ts'
import { measureMemory } from './figures/memory.ts'
import { findLoadGenerator, type LoadGenerator } from './load.ts'
import { type Figures, measure } from './measure.ts'
import type { Options } from './options.ts'
import { core } from './processes.ts'
import { type Report, reportServers, where } from './report/report.ts'
import { versionsOf } from './report/versions.ts'
import { bases, type ContenderName, type Server, startServer } from './servers.ts'
import { drawTable, type FurtherFigures, type Measured } from './table.ts'
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
    rounds: options.rounds,
    skipped: [...skipped],
  }
}

interface Surroundings extends Options {
  readonly load: LoadGenerator
  /** Contenders that did not start; they are not tried again. */
  readonly skipped: Set<ContenderName>
  readonly note: (line: string) => void
}

async function runWorkload(workload: Workload, around: Surroundings): Promise<Measured> {
  // New processes for each workload: what one workload taught the JIT must not help or harm the next.
  const servers: Server[] = []
  try {
    for (const name of around.contenders) {
      if (around.skipped.has(name)) continue
      const server = await startOrSkip(name, workload, around)
      if (server !== undefined) servers.push(server)
    }
    await compareAnswers(workload, servers)
    around.note(`${workload.name}: ${servers.length} contenders, ${around.rounds} rounds`)
    const figures = await measure(workload, servers, around.load, around.rounds)
    return { workload, figures, further: await measureFurther(workload, servers, figures, around) }
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

async function measureFurther(
  workload: Workload,
  servers: readonly Server[],
  figures: ReadonlyMap<ContenderName, Figures>,
  { everything }: Options,
): Promise<FurtherFigures> {
  const memory = await measureMemory(servers)
  const raw = figures.get('raw')
  // A client that sends one request after the other has nothing to say about pipelining.
  if (!everything || raw === undefined || (workload.shot.pipelining ?? 1) > 1) {
    return { rate: undefined, latency: new Map(), memory }
  }
  const rate = rateFor(raw.cpuMicros.median)
  return { rate, latency: await measureLatency(servers, workload, rate), memory }
}

async function startOrSkip(
  name: ContenderName,
  workload: Workload,
  { skipped, note }: Surroundings,
): Promise<Server | undefined> {
  try {
    return await startServer(name, workload)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    if (bases.some((base) => base === name)) {
      throw new Error(`cannot start ${name}: ${reason}`)
    }
    skipped.add(name)
    note(`${name} is left out, it does not start: ${reason}`)
    return undefined
  }
}
