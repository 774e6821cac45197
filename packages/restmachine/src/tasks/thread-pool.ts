import type { WorkerTask } from './task.ts'
import type { ThreadCall } from './thread.ts'

/** How long a thread with nothing to do is kept, in milliseconds. */
const IDLE_TIME = 10_000

type Report = (message: string, details: unknown) => void

/** The parts of a piscina that are used here: its own types would be part of ours. */
interface Pool {
  run(call: ThreadCall, options: { readonly signal: AbortSignal }): Promise<unknown>
  destroy(): Promise<void>
}

/** Threads for tasks: opened when the first task needs one, on Node alone, with the package `piscina`. */
export class ThreadPool {
  readonly #size: number
  readonly #report: Report
  #pool: Promise<Pool> | undefined = undefined

  /**
   * @param size The most threads; one less than there are processors when nobody says.
   * @param report Hears of a thread that broke down with no task on it.
   * @throws {Error} When there are no threads here, or no `piscina`.
   */
  constructor(size: number | undefined, report: Report) {
    checkInstalled()
    this.#size = size ?? Math.max(1, process.getBuiltinModule('node:os').availableParallelism() - 1)
    this.#report = report
  }

  get size(): number {
    return this.#size
  }

  /** Runs a task; aborting the signal ends its thread, whatever it does. */
  async run(call: ThreadCall, signal: AbortSignal): Promise<void> {
    this.#pool ??= open(this.#size, this.#report)
    const pool = await this.#pool
    await pool.run(call, { signal })
  }

  /** Ends all threads. */
  async close(): Promise<void> {
    const pool = await this.#pool?.catch(() => undefined)
    await pool?.destroy()
  }
}

/**
 * The call that a task stands for.
 *
 * @throws {TypeError} When there is no such file.
 */
export function callOf(
  { worker, name = 'default' }: Pick<WorkerTask, 'worker' | 'name'>,
  args: readonly unknown[],
): ThreadCall {
  const url = urlOf(worker)
  if (url.protocol !== 'file:')
    throw new TypeError(`Cannot run a task on a thread: a file is needed, got ${url.href}`)
  if (!process.getBuiltinModule('node:fs').existsSync(url)) {
    throw new TypeError(
      `Cannot run a task on a thread: there is no file ${url.href}; ` +
        "write new URL('./file.ts', import.meta.url), for a path counts from the working directory",
    )
  }
  return { file: url.href, name, args }
}

function urlOf(file: URL | string): URL {
  if (file instanceof URL) return file
  if (/^[a-z][a-z\d+.-]+:/i.test(file)) return new URL(file)
  return process.getBuiltinModule('node:url').pathToFileURL(file)
}

// By `require`, because a bundler for a runtime without threads would look for an `import` and not find it.
function requirePiscina(): typeof import('piscina') {
  return process.getBuiltinModule('node:module').createRequire(import.meta.url)('piscina')
}

function checkInstalled(): void {
  try {
    process
      .getBuiltinModule('node:module')
      .createRequire(import.meta.url)
      .resolve('piscina')
  } catch (error) {
    throw new Error(
      'Cannot run a task on a thread: it takes Node and the package piscina; npm install piscina',
      { cause: error },
    )
  }
}

async function open(size: number, report: Report): Promise<Pool> {
  const { Piscina } = requirePiscina()
  // On demand, so that it stays a file of its own when the package is built.
  const { here, runOnThread } = await import('./thread.ts')
  const pool = new Piscina({
    filename: here,
    name: runOnThread.name,
    minThreads: 0,
    maxThreads: size,
    idleTimeout: IDLE_TIME,
    // Threads that wait with atomics hold back what they print and their timers.
    atomics: 'disabled',
  })
  pool.on('error', (error) => report('A worker thread broke down', error))
  return pool
}
