import { readFileSync, writeFileSync } from 'node:fs'
import { drawGrowth, measureGrowth } from './growth.ts'
import { guard, writeBaseline } from './guard.ts'
import { drawInProcess, measureInProcess } from './in-process.ts'
import { help, type Options, readOptions } from './options.ts'
import { goalsOf } from './report/goals.ts'
import { writeResults } from './report/markdown.ts'
import { putIntoReadme } from './report/readme.ts'
import { type Report, tellRounds, where, writeReport } from './report/report.ts'
import { runServers } from './run.ts'
import type { ContenderName } from './servers.ts'
import { alignColumns } from './table.ts'

const results = new URL('./RESULTS.md', import.meta.url)
const readme = new URL('../README.md', import.meta.url)

try {
  await start(readOptions(process.argv.slice(2)))
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}

async function start(options: Options): Promise<void> {
  switch (options.mode) {
    case 'help':
      process.stdout.write(help)
      return
    case 'guard':
      return benchGuard()
    case 'write baseline':
      return writeBaseline(note)
    case 'growth':
      return benchPart(options, { growth: await measureGrowth(note) })
    case 'in-process':
      return benchPart(options, { inProcess: await measureInProcess(note) })
    case 'servers':
      return benchServers(options)
  }
}

async function benchServers(options: Options): Promise<void> {
  const report = options.from === undefined ? await measureAll(options) : readReport(options.from)
  draw(report)
  if (options.json !== undefined) writeReport(options.json, report)
  if (options.results) publish(report)
  // A bench without one of its contenders is told as a failure, also to scripts.
  if ((report.skipped?.length ?? 0) > 0) process.exitCode = 1
}

async function measureAll(options: Options): Promise<Report> {
  const report = await runServers(options, note)
  return options.everything ? { ...report, ...(await measureRest(report)) } : report
}

async function measureRest({ versions }: Report): Promise<Partial<Report>> {
  const { measureStartUp } = await import('./figures/start-up.ts')
  const { measureBundles } = await import('./figures/bundle.ts')
  const { measureTypeChecks } = await import('./figures/type-check.ts')
  note('start-up, bundles, type checks')
  return {
    startUp: await measureStartUp(Object.keys(versions) as ContenderName[]),
    bundles: await measureBundles(note),
    typeChecks: await measureTypeChecks(note),
    inProcess: await measureInProcess(note),
    growth: await measureGrowth(note),
  }
}

function benchPart({ json }: Options, found: Pick<Report, 'inProcess' | 'growth'>): void {
  draw({ ...where, ...found })
  if (json !== undefined) writeReport(json, { ...where, ...found })
}

async function benchGuard(): Promise<void> {
  const { text, holds } = await guard(note)
  console.log(text)
  if (holds === false) process.exitCode = 1
}

function readReport(file: string): Report {
  const report = JSON.parse(readFileSync(file, 'utf8')) as Partial<Report>
  if (report.workloads === undefined || report.versions === undefined) {
    throw new Error(`cannot read ${file}: it holds no run of servers; write one with --json`)
  }
  return report as Report
}

/** Writes what others read; the README first, for it may have no place for the table. */
function publish(report: Report): void {
  writeFileSync(readme, putIntoReadme(readFileSync(readme, 'utf8'), report))
  writeFileSync(results, writeResults(report))
  note('written: bench/RESULTS.md and the table of README.md')
}

function draw(report: Partial<Report>): void {
  if (report.inProcess !== undefined) console.log(`${drawInProcess(report.inProcess)}\n`)
  if (report.growth !== undefined) console.log(`${drawGrowth(report.growth)}\n`)
  if (report.workloads !== undefined) console.log(`${drawGoals(report as Report)}\n`)
  const rounds = report.rounds === undefined ? '' : `, ${report.load}, ${tellRounds(report)} of 1 s`
  const left = report.skipped?.length ? `\nleft out: ${report.skipped.join(', ')}` : ''
  console.log(`${report.machine}, Node ${report.node}, ${report.date}${rounds}${left}`)
}

function drawGoals(report: Report): string {
  const rows = goalsOf(report)
    .filter(({ met }) => met !== undefined)
    .map(({ name, wanted, found, met }) => [name, wanted, found, met ? 'met' : 'NOT MET'])
  return alignColumns([['goal', 'wanted', 'found', ''], ...rows])
}

// Progress goes to standard error: standard output holds the tables and nothing else.
function note(line: string): void {
  console.error(line)
}
