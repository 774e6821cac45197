import { quantile } from '../statistics.ts'
import type { Report } from './report.ts'

/** One figure that was to be reached, and what was found. */
export interface Goal {
  readonly name: string
  readonly wanted: string
  readonly found: string
  /** `undefined` where it was not measured. */
  readonly met: boolean | undefined
}

/** The goals of the project, and what the figures say to each. */
export function goalsOf(report: Report): readonly Goal[] {
  const all = Object.keys(report.workloads)
  const without = (...names: readonly string[]): string[] => all.filter((name) => !names.includes(name))
  const mine = (peer: string, names: readonly string[], least: number): Goal =>
    comparison(report, 'restmachine', [peer], names, least)
  return [
    mine('raw-tuned', ['get'], 0.98),
    mine('raw-tuned', without('get'), 0.95),
    mine('fastify-schema', ['get', 'user', 'etag'], 1.15),
    mine('fastify-schema', ['post', 'list'], 1.05),
    mine('hono', all, 1.25),
    comparison(report, 'restmachine', PEERS, ['full'], 1.4),
    mine('restmachine-bypass', all, 0.97),
    inProcess(report, 'plain GET', 250),
    inProcess(report, 'parameter and three dependencies', 600),
    inProcess(report, 'conditional GET, 304', 250),
    comparison(report, 'bun-restmachine', ['bun-serve'], all, 0.9),
    comparison(report, 'bun-restmachine', ['bun-hono'], all, 1),
    ...flatness(report),
    ...startUp(report),
    memory(report),
  ]
}

const PEERS = ['fastify-schema', 'fastify', 'hono', 'h3', 'express', 'koa', 'nest', 'elysia']

/** Of each of `names` the worst against any of `peers`: a goal holds everywhere or it does not hold. */
function comparison(
  report: Report,
  own: string,
  peers: readonly string[],
  names: readonly string[],
  least: number,
): Goal {
  const ratios = names.flatMap((name) =>
    peers.flatMap((peer) => {
      const ratio = ratioBetween(report, name, own, peer)
      return ratio === undefined ? [] : [{ name, peer, ratio }]
    }),
  )
  const missed = ratios.filter(({ ratio }) => rounded(ratio) < least)
  const told = (missed.length > 0 ? missed : ratios).toSorted((left, right) => left.ratio - right.ratio)
  const shown = told.slice(0, missed.length > 0 ? undefined : 1)
  const show = ({ name, peer, ratio }: (typeof ratios)[number]): string =>
    `${name} ${ratio.toFixed(2)}${peers.length > 1 ? ` (${peer})` : ''}`
  const rival = peers.length > 1 ? 'the best peer' : peers[0]
  const isAll = Object.keys(report.workloads).every((name) => names.includes(name))
  const places = isAll ? 'everywhere' : names.join(', ')
  const found = shown.map(show).join(', ')
  return {
    name: `CPU of ${own} against ${rival}: ${places}`,
    wanted: `≥ ${least.toFixed(2)}`,
    found: missed.length > 0 || ratios.length < 2 ? found : `lowest: ${found}`,
    met: ratios.length === 0 ? undefined : missed.length === 0,
  }
}

/** Peer over own within each round, the median of the rounds: above 1 means less CPU than the peer. */
export function ratioBetween(
  report: Report,
  workload: string,
  own: string,
  peer: string,
): number | undefined {
  const cells = report.workloads[workload]
  const mine = cells?.[own]?.cpuByRound
  const theirs = cells?.[peer]?.cpuByRound
  if (mine === undefined || theirs === undefined) return undefined
  return quantile(
    mine.map((micros, round) => (theirs[round] ?? Number.NaN) / micros),
    0.5,
  )
}

function inProcess(report: Report, name: string, most: number): Goal {
  const found = report.inProcess?.requests[name]
  return atMost(`in process, 400 routes: ${name}`, found, most, 'ns')
}

function flatness({ growth }: Report): readonly Goal[] {
  const found = Object.entries(growth?.requests ?? { 'more routes and providers': undefined })
  return found.map(([name, ratio]) => ({
    name: `cost of a request: ${name}`,
    wanted: '1.00 ± 0.05',
    found: ratio?.toFixed(2) ?? '',
    met: ratio === undefined ? undefined : Math.abs(rounded(ratio) - 1) <= 0.05,
  }))
}

function startUp({ growth }: Report): readonly Goal[] {
  const of = (routes: string, most: number): Goal =>
    atMost(`declaring and starting ${routes} routes`, growth?.startUp[routes], most, 'ms')
  return [of('100', 30), of('5000', 300)]
}

function memory(report: Report): Goal {
  const more = Object.values(report.workloads).flatMap(({ restmachine, raw }) =>
    restmachine?.memory === undefined || raw?.memory === undefined ? [] : [restmachine.memory - raw.memory],
  )
  const worst = more.length === 0 ? undefined : Math.max(...more)
  return atMost('resident memory after load, more than raw, in the worst workload', worst, 15, 'MB')
}

function atMost(name: string, found: number | undefined, most: number, unit: string): Goal {
  return {
    name,
    wanted: `≤ ${most} ${unit}`,
    found: found === undefined ? '' : `${found.toFixed(0)} ${unit}`,
    met: found === undefined ? undefined : Math.round(found) <= most,
  }
}

// What is shown decides: 0.949 is shown as 0.95.
function rounded(ratio: number): number {
  return Math.round(ratio * 100) / 100
}
