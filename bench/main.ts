import { writeFileSync } from 'node:fs'
import { arch, availableParallelism, cpus, platform } from 'node:os'
import { compareAnswers } from './answers.ts'
import { findLoadGenerator, type LoadGenerator } from './load.ts'
import { measure } from './measure.ts'
import { help, type Options, readOptions } from './options.ts'
import { core } from './processes.ts'
import { bases, type ContenderName, type Server, startServer } from './servers.ts'
import { drawTable, type Measured, noiseOf } from './table.ts'
import type { Workload } from './workloads.ts'

const machine = `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores, ${platform()} ${arch()}`
const date = new Date().toISOString()
const skipped = new Set<ContenderName>()

try {
  const options = readOptions(process.argv.slice(2))
  if (options.help) process.stdout.write(help)
  else if (options.inProcess) await benchInProcess(options)
  else await benchServers(options)
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}

async function benchServers(options: Options): Promise<void> {
  const load = findLoadGenerator()
  if (load === undefined) throw new Error('no load generator: install wrk, or run npm install for autocannon')
  if (core === undefined) note('taskset is missing: the figures are unpinned')
  const measured: Measured[] = []
  for (const workload of options.workloads) measured.push(await benchWorkload(workload, options, load))
  console.log(`\n${measured.map(drawTable).join('\n')}`)
  console.log(describeRun(load, options.rounds))
  if (options.json !== undefined) writeJson(options.json, toJson(measured, load, options.rounds))
  // A bench without one of its contenders is told as a failure, also to scripts.
  if (skipped.size > 0) process.exitCode = 1
}

async function benchWorkload(workload: Workload, options: Options, load: LoadGenerator): Promise<Measured> {
  // New processes for each workload: what one workload taught the JIT must not help or harm the next.
  const servers: Server[] = []
  try {
    for (const name of options.contenders) {
      if (skipped.has(name)) continue
      const server = await startOrSkip(name)
      if (server !== undefined) servers.push(server)
    }
    await compareAnswers(workload, servers)
    note(`${workload.name}: ${servers.length} contenders, ${options.rounds} rounds`)
    return { workload, figures: await measure(workload, servers, load, options.rounds) }
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

async function startOrSkip(name: ContenderName): Promise<Server | undefined> {
  try {
    return await startServer(name)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    if (bases.some((base) => base === name)) throw new Error(`cannot start ${name}: ${reason}`)
    skipped.add(name)
    note(`${name} is left out, it does not start: ${reason}`)
    return undefined
  }
}

async function benchInProcess({ json }: Options): Promise<void> {
  const { measureInProcess, drawInProcess } = await import('./in-process.ts')
  const nanoseconds = await measureInProcess()
  console.log(drawInProcess(nanoseconds))
  console.log(`${machine}, Node ${process.versions.node}, ${date}`)
  if (json !== undefined)
    writeJson(json, { machine, node: process.versions.node, date, inProcess: nanoseconds })
}

function toJson(measured: readonly Measured[], load: LoadGenerator, rounds: number): object {
  const workloads = measured.map(({ workload, figures }) => {
    const cells = [...figures].map(([name, { cpuMicros, ratio, requests }]) => {
      const medians = { raw: ratio.raw.median, 'raw-tuned': ratio['raw-tuned'].median }
      return [name, { cpuMicros: cpuMicros.median, ratio: medians, requests, spread: { cpuMicros, ratio } }]
    })
    return [workload.name, Object.fromEntries(cells)]
  })
  const noise = measured.map(({ workload, figures }) => [workload.name, noiseOf(figures)])
  const run = { date, load: load.name, pinned: core !== undefined, rounds, skipped: [...skipped] }
  const node = process.versions.node
  return { machine, node, workloads: Object.fromEntries(workloads), noise: Object.fromEntries(noise), ...run }
}

function describeRun(load: LoadGenerator, rounds: number): string {
  const where = core === undefined ? 'not pinned' : `servers and ${load.name} together on core ${core}`
  const left = skipped.size === 0 ? '' : `\nleft out: ${[...skipped].join(', ')}`
  return `${machine}, Node ${process.versions.node}, ${date}\n${where}, 64 connections, ${rounds} rounds of 1 s${left}`
}

function writeJson(file: string, value: object): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}

// Progress goes to standard error: standard output holds the tables and nothing else.
function note(line: string): void {
  console.error(line)
}
