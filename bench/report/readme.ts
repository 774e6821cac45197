import { table } from './markdown.ts'
import { type Report, tellRounds } from './report.ts'

const BEGIN = '<!-- bench -->'
const END = '<!-- /bench -->'

const SHOWN = [
  { name: 'raw-tuned', title: 'hand-tuned `node:http`' },
  { name: 'restmachine', title: '**RestMachine**' },
  { name: 'fastify-schema', title: 'Fastify with schema' },
  { name: 'hono', title: 'Hono' },
]

const LINES = [
  { name: 'get', title: 'GET, small JSON' },
  { name: 'user', title: 'path parameter, three dependencies' },
  { name: 'post', title: 'POST, validated' },
  { name: 'etag', title: '304' },
  { name: 'list', title: '10 KB list' },
  { name: 'full', title: 'authorization, ETag, two types' },
]

/**
 * The README with the table of these results between its two marks.
 *
 * @throws {Error} When the marks are not there, each once and in order.
 */
export function putIntoReadme(readme: string, report: Report): string {
  const begin = readme.indexOf(BEGIN)
  const end = readme.indexOf(END)
  if (begin < 0 || end < begin || readme.lastIndexOf(BEGIN) !== begin || readme.lastIndexOf(END) !== end) {
    throw new Error(`README.md has no place for the table: put a line "${BEGIN}" and a line "${END}" into it`)
  }
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${writeSummary(report)}\n\n${readme.slice(end)}`
}

function writeSummary(report: Report): string {
  const head = [
    'CPU of the server, relative to plain `node:http` (higher is faster)',
    ...SHOWN.map(({ title }) => title),
  ]
  const rows = LINES.filter(({ name }) => name in report.workloads).map(({ name, title }) => [
    title,
    ...SHOWN.map((contender) => ratioOf(report, name, contender.name)),
  ])
  return `${table(head, rows, 'l')}\n\n${writeFacts(report)}`
}

function ratioOf(report: Report, workload: string, contender: string): string {
  const ratio = report.workloads[workload]?.[contender]?.ratio.raw
  if (ratio === undefined) return ''
  return contender === 'restmachine' ? `**${ratio.toFixed(2)}**` : ratio.toFixed(2)
}

function writeFacts(report: Report): string {
  const { machine, node, date, noise, inProcess } = report
  const levels = Object.values(noise).filter((level) => level !== undefined)
  const told = levels.length === 0 ? 'not known' : `up to ±${(Math.max(...levels) * 100).toFixed(0)} %`
  const facts = [
    `One run, ${tellRounds(report)}, on ${machine}, Node ${node}, ${date.slice(0, 10)}; noise ${told}.`,
  ]
  const cost = (name: string): string => `${((inProcess?.requests[name] ?? Number.NaN) / 1000).toFixed(2)} µs`
  if (inProcess !== undefined) {
    facts.push(
      `In process, with 400 routes, a plain GET through the compiled graph takes ${cost('plain GET')},`,
      `one with a path parameter and three dependencies ${cost('parameter and three dependencies')},`,
      `a 304 ${cost('conditional GET, 304')}.`,
    )
  }
  facts.push(
    'All figures, the goals that are met and those that are not: [bench/RESULTS.md](bench/RESULTS.md).',
  )
  return facts.join('\n')
}
