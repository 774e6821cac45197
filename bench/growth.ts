import { fileURLToPath } from 'node:url'
import { measureSuite } from './in-process/measure.ts'
import { run } from './processes.ts'
import { quantile } from './statistics.ts'
import { alignColumns } from './table.ts'

/** What more routes and more providers cost. */
export interface Growth {
  /** Cost of a request to the large application over that to the small one; 1 is flat. */
  readonly requests: Readonly<Record<string, number>>
  /** Milliseconds from declaring the first route to being ready, by the number of routes. */
  readonly startUp: Readonly<Record<string, number>>
}

const REQUEST_PROCESSES = 7
const START_PROCESSES = 7
const SIZES = [100, 500, 1000, 5000]

export async function measureGrowth(note: (line: string) => void): Promise<Growth> {
  note(`growth: requests, ${REQUEST_PROCESSES} processes`)
  const costs = await measureSuite('growth', REQUEST_PROCESSES)
  const change = (name: string, small: string, large: string): number =>
    (costs[`${name}, ${large}`]?.ratio ?? Number.NaN) / (costs[`${name}, ${small}`]?.ratio ?? Number.NaN)
  const user = 'parameter and three dependencies'
  const startUp: Record<string, number> = {}
  for (const size of SIZES) {
    note(`growth: starting with ${size} routes, ${START_PROCESSES} processes`)
    startUp[size] = await startTime(size)
  }
  return {
    requests: {
      'plain GET, 10 to 1,000 routes': change('plain GET', '10 routes', '1000 routes'),
      [`${user}, 10 to 1,000 routes`]: change(user, '10 routes', '1000 routes'),
      [`${user}, 3 to 30 providers`]: change(user, '3 providers', '30 providers'),
    },
    startUp,
  }
}

async function startTime(routes: number): Promise<number> {
  const child = fileURLToPath(new URL('./in-process/start-up-child.ts', import.meta.url))
  const times: number[] = []
  for (let index = 0; index < START_PROCESSES; index++) {
    times.push(Number(await run(process.execPath, [child, String(routes)])))
  }
  return quantile(times, 0.5)
}

export function drawGrowth({ requests, startUp }: Growth): string {
  const changes = Object.entries(requests).map(([name, change]) => [name, change.toFixed(3)])
  const times = Object.entries(startUp).map(([routes, time]) => [
    `${routes} routes`,
    time.toFixed(0),
    ((time * 1000) / Number(routes)).toFixed(0),
  ])
  return [
    alignColumns([['cost of one request, large over small', 'ratio'], ...changes]),
    alignColumns([['declare and start', 'ms', 'µs a route'], ...times]),
  ].join('\n\n')
}
