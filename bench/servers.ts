import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Child, findProgram, launch } from './processes.ts'
import type { Workload } from './workloads.ts'

/** What is run by default, what `--peers` adds, and what runs on Bun. */
export const groups = {
  core: ['raw', 'raw-tuned', 'restmachine', 'restmachine-bypass', 'fastify-schema', 'hono'],
  peers: ['fastify', 'h3', 'express', 'koa', 'nest', 'elysia'],
  bun: ['bun-serve', 'bun-hono', 'bun-elysia', 'bun-restmachine'],
} as const

export const contenders = [...groups.core, ...groups.peers, ...groups.bun] as const

/** The contenders that all others on Node are compared with; they always run. */
export const bases = ['raw', 'raw-tuned'] as const

/** The contender that all others on Bun are compared with. */
export const bunBase = 'bun-serve'

export type ContenderName = (typeof contenders)[number]
export type Runtime = 'node' | 'bun'

/** What runs a contender. */
export function runtimeOf(name: ContenderName): Runtime {
  return groups.bun.some((known) => known === name) ? 'bun' : 'node'
}

/** The contenders of the same runtime that this one is compared with. */
export function basesOf(name: ContenderName): readonly ContenderName[] {
  return runtimeOf(name) === 'bun' ? [bunBase] : bases
}

/** A contender that runs as a process of its own. */
export interface Server {
  readonly name: ContenderName
  readonly runtime: Runtime
  readonly processId: number
  readonly url: string
  stop(): Promise<void>
}

/**
 * Starts a contender and waits until it has told its port.
 *
 * @param workload What it is started for: it says how many further routes are registered; none by default.
 * @throws {Error} When it does not start, or when Bun is not installed.
 */
export async function startServer(name: ContenderName, workload?: Workload): Promise<Server> {
  const file = fileURLToPath(new URL(`./contenders/${name}.ts`, import.meta.url))
  const runtime = runtimeOf(name)
  const program = runtime === 'bun' ? findProgram('bun') : process.execPath
  if (program === undefined) throw new Error('bun is not installed: npm install --include=optional')
  const started = launch(program, [file], { BENCH_FURTHER_ROUTES: String(workload?.furtherRoutes ?? 0) })
  const port = await Promise.race([readPort(started), started.ended, timeUp()])
  if (port === undefined || started.child.pid === undefined) {
    started.child.kill('SIGKILL')
    throw new Error(firstError(started.output.err) ?? 'it told no port')
  }
  return {
    name,
    runtime,
    processId: started.child.pid,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      started.child.kill('SIGKILL')
      await started.ended
    },
  }
}

async function readPort({ child, output }: Child): Promise<number | undefined> {
  while (!output.out.includes('\n')) {
    if (child.stdout === null) return undefined
    await once(child.stdout, 'data')
  }
  return Number.parseInt(output.out, 10)
}

// `unref`: a contender that started in time must not keep the bench alive.
function timeUp(): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(resolve, START_LIMIT, undefined).unref()
  })
}

// Node prints the source line, a caret, then the error, then its stack: only the error is told.
function firstError(text: string): string | undefined {
  return /^(?:\w*Error\b.*?: .*)$/m.exec(text)?.[0] ?? text.trim().split('\n').at(-1)
}

const START_LIMIT = 20_000
