import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Child, launch } from './processes.ts'

export const contenders = [
  'raw',
  'raw-tuned',
  'restmachine',
  'restmachine-bypass',
  'fastify-schema',
  'hono',
] as const

/** The contenders that all others are compared with; they always run. */
export const bases = ['raw', 'raw-tuned'] as const

export type ContenderName = (typeof contenders)[number]
export type BaseName = (typeof bases)[number]

/** A contender that runs as a process of its own. */
export interface Server {
  readonly name: ContenderName
  readonly processId: number
  readonly url: string
  stop(): Promise<void>
}

/** Starts a contender and waits until it has told its port. */
export async function startServer(name: ContenderName): Promise<Server> {
  const file = fileURLToPath(new URL(`./contenders/${name}.ts`, import.meta.url))
  const started = launch(process.execPath, [file])
  const port = await Promise.race([readPort(started), started.ended, timeUp()])
  if (port === undefined || started.child.pid === undefined) {
    started.child.kill('SIGKILL')
    throw new Error(firstError(started.output.err) ?? 'it told no port')
  }
  return {
    name,
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
