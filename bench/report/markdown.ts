import { ROUTES } from '../figures/type-check.ts'
import type { Nanoseconds } from '../in-process.ts'
import { drawProcesses } from '../table.ts'
import { goalsOf, ratioBetween } from './goals.ts'
import { type Cell, type Report, tellRounds } from './report.ts'

/** The results as a page. */
export function writeResults(report: Report): string {
  const parts = [
    '# Results of the bench',
    'Written by `npm run bench -- --results`, never by hand; [README.md](README.md) says what the figures mean and what they do not.',
    describeRun(report),
    '## Goals',
    table(
      ['goal', 'wanted', 'found', 'met'],
      goalsOf(report).map(({ name, wanted, found, met }) => [
        name,
        wanted,
        found || 'not measured',
        mark(met),
      ]),
      'llrl',
    ),
    '## Requests',
    'CPU µs: of the server for one request, median of the rounds of all processes, and the middle half of them. Processes: the lowest and ' +
      'the highest median of a process. Ratios: the CPU of the base over the own, median of the rounds; above 1 is less CPU. p50 and p99 in ' +
      'milliseconds, at the rate that is told. RSS: megabytes after load, median of the processes.',
    ...Object.keys(report.workloads).map((name) => writeWorkload(report, name)),
    ...furtherParts(report),
    '## Versions',
    table(['contender', 'is made of'], Object.entries(report.versions), 'll'),
  ]
  return `${parts.join('\n\n')}\n`
}

function describeRun(report: Report): string {
  const { machine, node, date, load, pinned, noise, skipped = [] } = report
  const levels = Object.values(noise).filter((level) => level !== undefined)
  const told = [
    `- machine: ${machine}; Node ${node}`,
    `- date: ${date.slice(0, 10)}`,
    `- load: ${load}, 64 connections, ${tellRounds(report)} of 1 s; ${pinned ? 'servers and load on one core' : 'not pinned'}`,
  ]
  if (levels.length > 0) {
    const percent = (level: number): string => `±${(level * 100).toFixed(1)} %`
    const range = `${percent(Math.min(...levels))} to ${percent(Math.max(...levels))}`
    told.push(`- noise: ${range}, raw against itself, by workload`)
  }
  if (skipped.length > 0) told.push(`- left out, for they did not start: ${skipped.join(', ')}`)
  return told.join('\n')
}

function writeWorkload(report: Report, name: string): string {
  const cells = Object.entries(report.workloads[name] ?? {})
  const rate = report.rates[name]
  const level = report.noise[name]
  const facts = [
    level === undefined ? undefined : `noise ±${(level * 100).toFixed(1)} %`,
    rate === undefined ? undefined : `latency at ${rate} requests a second`,
  ].filter((fact) => fact !== undefined)
  const rows = cells.map(([contender, cell]) => [contender, ...cellColumns(report, name, contender, cell)])
  const columns = [
    'CPU µs',
    'p25-p75',
    'processes',
    '÷ raw',
    '÷ raw-tuned',
    '÷ bun-serve',
    'p50',
    'p99',
    'RSS',
  ]
  // Columns that nobody fills are left out: those of Bun where it did not run, latency where it was not asked for.
  const kept = columns.map((_, index) => rows.some((row) => row[index + 1] !== ''))
  const keep = (row: readonly string[]): string[] =>
    row.filter((_, index) => index === 0 || kept[index - 1] === true)
  const head = `### ${name}: ${report.titles[name]}`
  const drawn = table(keep(['contender', ...columns]), rows.map(keep), 'l')
  return [head, ...(facts.length > 0 ? [`${facts.join('; ')}.`] : []), drawn].join('\n\n')
}

function cellColumns(report: Report, workload: string, contender: string, cell: Cell): string[] {
  const { cpuMicros, cpuByProcess = [], spread, latency, memory } = cell
  const against = (base: string): string =>
    cell.ratio[base] === undefined ? '' : (ratioBetween(report, workload, contender, base)?.toFixed(2) ?? '')
  return [
    cpuMicros.toFixed(1),
    `${spread.cpuMicros.p25.toFixed(1)}-${spread.cpuMicros.p75.toFixed(1)}`,
    drawProcesses(cpuByProcess),
    against('raw'),
    against('raw-tuned'),
    against('bun-serve'),
    latency?.p50.toFixed(2) ?? '',
    latency?.p99.toFixed(2) ?? '',
    memory?.toFixed(0) ?? '',
  ]
}

function furtherParts({ startUp, bundles, typeChecks, inProcess, growth }: Report): string[] {
  const parts: string[] = []
  if (startUp !== undefined) {
    const rows = Object.entries(startUp).map(([name, time]) => [name, time.toFixed(0)])
    parts.push('## Start-up', 'From starting the process to its first answer, median of 7.')
    parts.push(table(['contender', 'ms'], rows, 'l'))
  }
  if (bundles !== undefined) {
    const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1)
    const rows = Object.entries(bundles).map(([name, { bytes, gzip }]) => [
      name,
      kilobytes(bytes),
      kilobytes(gzip),
    ])
    parts.push('## Bundle', 'One route and its server, bundled and minified by rolldown, for Node.')
    parts.push(table(['program', 'KB', 'KB gzip'], rows, 'l'))
  }
  if (typeChecks !== undefined) {
    const rows = Object.entries(typeChecks).map(([name, { one, many }]) => [
      name,
      one.toFixed(2),
      many.toFixed(2),
    ])
    parts.push(
      '## Type check',
      `\`tsc\` for one route and for ${ROUTES} routes with a typed parameter, median of 3.`,
    )
    parts.push(table(['program', 's, 1 route', `s, ${ROUTES} routes`], rows, 'l'))
  }
  if (inProcess !== undefined) {
    parts.push('## In process', 'CPU nanoseconds, 400 routes registered, median of 5 processes.')
    for (const [title, figures] of Object.entries<Nanoseconds>({ ...inProcess })) {
      const rows = Object.entries(figures).map(([name, value]) => [name, value.toFixed(0)])
      parts.push(table([title, 'ns'], rows, 'l'))
    }
  }
  if (growth !== undefined) {
    const changes = Object.entries(growth.requests).map(([name, ratio]) => [name, ratio.toFixed(3)])
    const times = Object.entries(growth.startUp).map(([name, time]) => [name, time.toFixed(0)])
    parts.push('## Growth', table(['cost of one request, large over small', 'ratio'], changes, 'l'))
    parts.push(table(['routes declared and started', 'CPU ms'], times, 'l'))
  }
  return parts
}

function mark(met: boolean | undefined): string {
  if (met === undefined) return ''
  return met ? 'yes' : '**no**'
}

/** @param sides `l` or `r` for each column; what is not said is to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], sides: string): string {
  const rules = head.map((_, index) => (sides[index] === 'l' ? '---' : '--:'))
  return [head, rules, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}
