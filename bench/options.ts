import { parseArgs } from 'node:util'
import { unknown } from './nearest.ts'
import { bases, bunBase, type ContenderName, contenders, groups, runtimeOf } from './servers.ts'
import { type Workload, workloads } from './workloads.ts'

const flags = {
  quick: { type: 'boolean' },
  peers: { type: 'boolean' },
  processes: { type: 'string' },
  rounds: { type: 'string' },
  only: { type: 'string' },
  json: { type: 'string' },
  from: { type: 'string' },
  results: { type: 'boolean' },
  'in-process': { type: 'boolean' },
  growth: { type: 'boolean' },
  guard: { type: 'boolean' },
  write: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const workloadNames = workloads.map(({ name }) => name)

/** The workloads of `--quick`: all of them would take longer than a glance. */
const quickly: readonly string[] = ['get', 'user', 'post', 'etag', 'full']

export const help = `npm run bench -- [options]

  (nothing)      servers side by side, then all other figures: about 22 minutes
  --quick        one process of each contender in ${quickly.join(', ')},
                 the servers alone: about 3 minutes, a glance
  --peers        with the further contenders on Node and those on Bun: about 55 minutes
  --processes N  N processes of each contender for each workload, one after the other; 3 by default
  --rounds N     N rounds of one second for each of these processes; 3 by default
  --only NAMES   some workloads and contenders, the servers alone
                   workloads: ${workloadNames.join(',')}
                   contenders: ${groups.core.join(',')}
                               ${groups.peers.join(',')}
                               ${groups.bun.join(',')}
                   ${bases.join(' and ')} always run; with one on Bun, ${bunBase}
  --json FILE    write the figures to FILE as well
  --results      write bench/RESULTS.md and the table of README.md; for a run of everything
  --from FILE    take the figures that --json wrote instead of measuring; with --results
  --in-process   nanoseconds of requests, parts and decisions without sockets, and nothing else
  --growth       what more routes and providers cost, and nothing else
  --guard        compare in-process figures with bench/baseline.json; fails beyond 10 %
  --guard --write  make that baseline on this machine
  --help         this text
`

export interface Options {
  /** How many processes of each contender a workload sees, one after the other. */
  readonly processes: number
  /** Rounds of one second for each of these processes. */
  readonly rounds: number
  readonly workloads: readonly Workload[]
  readonly contenders: readonly ContenderName[]
  /** Whether the figures beyond the rounds are measured, too. */
  readonly everything: boolean
  readonly json: string | undefined
  readonly from: string | undefined
  readonly results: boolean
  readonly mode: 'servers' | 'in-process' | 'growth' | 'guard' | 'write baseline' | 'help'
}

/** @throws {Error} When a flag or a name is unknown; the message names the nearest known one. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parse(args)
  if (values.write && !values.guard) throw new Error('--write is for --guard: say --guard --write')
  const isPart = values.quick === true || values.only !== undefined
  if (values.results && isPart) {
    throw new Error('--results is for a run of everything: leave --quick and --only away')
  }
  if (values.from !== undefined && !values.results) throw new Error('--from is for --results: say both')
  return {
    processes: readCount('processes', values) ?? (values.quick ? 1 : 3),
    rounds: readCount('rounds', values) ?? 3,
    ...chosen(values),
    everything: !isPart,
    json: values.json,
    from: values.from,
    results: values.results ?? false,
    mode: modeOf(values),
  }
}

type Given = ReturnType<typeof parse>['values']

function readCount(name: 'processes' | 'rounds', { [name]: sent }: Given): number | undefined {
  if (sent === undefined) return undefined
  const count = Number(sent)
  if (Number.isInteger(count) && count >= 1) return count
  throw new Error(`cannot read --${name}: wanted is a number from 1, current value is "${sent}"`)
}

function modeOf(values: Given): Options['mode'] {
  if (values.help) return 'help'
  if (values.guard) return values.write ? 'write baseline' : 'guard'
  if (values.growth) return 'growth'
  return values['in-process'] ? 'in-process' : 'servers'
}

function chosen({ only, peers, quick }: Given): Pick<Options, 'workloads' | 'contenders'> {
  const usual = peers ? contenders : groups.core
  const names = only?.split(',').map((name) => name.trim()) ?? []
  for (const name of names) {
    const known: readonly string[] = [...workloadNames, ...contenders]
    if (!known.includes(name)) throw new Error(unknown('workload or contender', name, known))
  }
  const some = workloads.filter(({ name }) => names.includes(name))
  const all = quick ? workloads.filter(({ name }) => quickly.includes(name)) : workloads
  const asked = contenders.filter((name) => names.includes(name))
  const wanted: readonly ContenderName[] = asked.length === 0 ? usual : asked
  const withBun = wanted.some((name) => runtimeOf(name) === 'bun')
  const always: readonly ContenderName[] = withBun ? [...bases, bunBase] : bases
  return {
    workloads: some.length === 0 ? all : some,
    contenders: contenders.filter((name) => wanted.includes(name) || always.includes(name)),
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw new Error(message)
    const sent = /'(-[^']*)'/.exec(message)?.[1] ?? ''
    const known = Object.keys(flags).map((name) => `--${name}`)
    throw new Error(unknown('option', sent, known))
  }
}
