import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { WorkersOptions } from 'restmachine/node'
import { onTestFinished } from 'vitest'
import { eventually } from './served.ts'

/** A process that serves `workers-app.ts`. */
export interface Started {
  readonly process: ChildProcess
  readonly url: string
  readonly port: number
  /** What it and its workers wrote on standard output, and on standard error. */
  readonly lines: readonly string[]
  readonly log: readonly string[]
  /** The exit code, or the signal. */
  readonly ended: Promise<number | string>
  /** The processes that answer now. */
  pids(): Promise<readonly number[]>
}

interface Way {
  readonly alone?: boolean
  /** The file of the application, in this folder. */
  readonly name?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Starts it, and waits until it serves, or has ended. */
export async function start(options: WorkersOptions, { env = {}, ...way }: Way = {}): Promise<Started> {
  const script = new URL('workers-child.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [script, JSON.stringify({ options, ...way })], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    // A process group of its own, so that a signal can go to all, as from a terminal.
    detached: true,
  })
  onTestFinished(() => {
    try {
      process.kill(-(child.pid as number), 'SIGKILL')
    } catch {
      // All have ended.
    }
  })
  const lines: string[] = []
  const log: string[] = []
  createInterface(child.stdout).on('line', (line) => lines.push(line))
  createInterface(child.stderr).on('line', (line) => log.push(line))
  let isOver = false
  const ended = once(child, 'close').then(([code, signal]) => {
    isOver = true
    return (signal ?? code) as number | string
  })
  const told = (): string | undefined => lines.find((line) => line.startsWith('{'))
  await eventually(() => isOver || told() !== undefined, 'The start', 15_000)
  const { url, port } = JSON.parse(told() ?? '{"url":"","port":0}') as { url: string; port: number }

  async function pids(): Promise<readonly number[]> {
    const seen = new Set<number>()
    // Connections go round: a few more than there are workers meet all of them.
    for (let asked = 0; asked < 12; asked++) {
      const response = await fetch(url, { headers: { connection: 'close' } })
      seen.add(((await response.json()) as { pid: number }).pid)
    }
    return [...seen].sort()
  }
  return { process: child, url, port, lines, log, ended, pids }
}
