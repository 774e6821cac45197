import { parseArgs } from 'node:util'
import { bases, type ContenderName, contenders } from './servers.ts'
import { type Workload, workloads } from './workloads.ts'

const flags = {
  quick: { type: 'boolean' },
  rounds: { type: 'string' },
  only: { type: 'string' },
  contenders: { type: 'string' },
  json: { type: 'string' },
  'in-process': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

export const help = `npm run bench -- [options]

  --quick             4 rounds instead of 7: 2 to 3 minutes
  --rounds N          N rounds of one second for each contender of each workload
  --only NAMES        some workloads: ${workloads.map(({ name }) => name).join(',')}
  --contenders NAMES  some contenders: ${contenders.join(',')} (${bases.join(' and ')} always run)
  --json FILE         write the figures to FILE as well
  --in-process        nanoseconds per operation without sockets, and nothing else
  --help              this text
`

export interface Options {
  readonly rounds: number
  readonly workloads: readonly Workload[]
  readonly contenders: readonly ContenderName[]
  readonly json: string | undefined
  readonly inProcess: boolean
  readonly help: boolean
}

/** @throws {Error} When a flag or a name is unknown; the message names the nearest known one. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parse(args)
  const rounds = Number(values.rounds ?? (values.quick ? 4 : 7))
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`cannot read --rounds: wanted is a number from 1, current value is "${values.rounds}"`)
  }
  const only = readNames(
    'workload',
    values.only,
    workloads.map(({ name }) => name),
  )
  const chosen = readNames('contender', values.contenders, contenders)
  return {
    rounds,
    workloads: workloads.filter(({ name }) => only.includes(name)),
    contenders: contenders.filter((name) => chosen.includes(name) || bases.some((base) => base === name)),
    json: values.json,
    inProcess: values['in-process'] ?? false,
    help: values.help ?? false,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw new Error(message)
    const sent = /'(-[^']*)'/.exec(message)?.[1] ?? ''
    throw new Error(
      unknown(
        'option',
        sent,
        Object.keys(flags).map((name) => `--${name}`),
      ),
    )
  }
}

function readNames(kind: string, list: string | undefined, known: readonly string[]): readonly string[] {
  if (list === undefined) return known
  const names = list.split(',').map((name) => name.trim())
  for (const name of names) if (!known.includes(name)) throw new Error(unknown(kind, name, known))
  return names
}

function unknown(kind: string, sent: string, known: readonly string[]): string {
  const [nearest] = known.toSorted((left, right) => distance(sent, left) - distance(sent, right))
  return `unknown ${kind} "${sent}": did you mean "${nearest}"? Known are ${known.join(', ')}`
}

/** How many letters have to be put in, taken out or changed (Levenshtein). */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let line = 1; line <= left.length; line++) {
    const next = [line]
    for (let column = 1; column <= right.length; column++) {
      const change = (row[column - 1] ?? 0) + (left[line - 1] === right[column - 1] ? 0 : 1)
      next.push(Math.min(change, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[right.length] ?? 0
}
