import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isThere, run } from './processes.ts'
import type { Shot } from './workloads.ts'

const CONNECTIONS = 64

/** What a load generator counted in one round. */
export interface Count {
  readonly requests: number
  /** Answers other than 2xx and 304; where a refusal is wanted, all others than refusals. */
  readonly refused: number
  /** Connections that broke, and time-outs. */
  readonly broken: number
}

/** A program that sends the same request over 64 connections for some seconds. */
export interface LoadGenerator {
  readonly name: 'wrk' | 'autocannon'
  fire(url: string, shot: Shot, seconds: number): Promise<Count>
}

/** `wrk` where it is installed, for it takes the least of the shared core; else `autocannon` from npm. */
export function findLoadGenerator(): LoadGenerator | undefined {
  if (isThere('wrk')) return wrk
  const script = findAutocannon()
  return script === undefined ? undefined : autocannon(script)
}

const wrk: LoadGenerator = {
  name: 'wrk',
  async fire(url, shot, seconds) {
    const script = fileURLToPath(new URL('./load.lua', import.meta.url))
    const pipelining = String(shot.pipelining ?? 1)
    const words = [shot.method, shot.body ?? '', pipelining, ...Object.entries(shot.headers).flat()]
    const limits = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-s', script]
    const output = await run('wrk', [...limits, url + shot.path, '--', ...words])
    const counted = /^counted (.*)$/m.exec(output)?.[1]
    if (counted === undefined) throw new Error(`wrk counted nothing:\n${output}`)
    const count: Count = JSON.parse(counted)
    return shot.wantsRefusal ? { ...count, refused: count.requests - count.refused } : count
  },
}

function autocannon(script: string): LoadGenerator {
  return {
    name: 'autocannon',
    async fire(url, shot, seconds) {
      const limits = ['--json', '-c', String(CONNECTIONS), '-d', String(seconds), '-m', shot.method]
      limits.push('-p', String(shot.pipelining ?? 1))
      const headers = Object.entries(shot.headers).flatMap(([name, value]) => ['-H', `${name}=${value}`])
      const body = shot.body === undefined ? [] : ['-b', shot.body]
      const output = await run(process.execPath, [script, ...limits, ...headers, ...body, url + shot.path])
      const told: AutocannonResult = JSON.parse(output)
      const notModified = told.statusCodeStats['304']?.count ?? 0
      return {
        requests: told['2xx'] + told.non2xx,
        refused: shot.wantsRefusal ? told['2xx'] + notModified : told.non2xx - notModified,
        broken: told.errors + told.timeouts,
      }
    },
  }
}

interface AutocannonResult {
  readonly '2xx': number
  readonly non2xx: number
  readonly errors: number
  readonly timeouts: number
  readonly statusCodeStats: Readonly<Record<string, { readonly count: number }>>
}

function findAutocannon(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('autocannon')
  } catch {
    return undefined
  }
}
