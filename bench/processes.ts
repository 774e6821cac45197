import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

/** The core that servers and load generator share; `undefined` where `taskset` is missing (macOS). */
export const core: number | undefined = isThere('taskset') ? lastAllowedCore() : undefined

const running = new Set<ChildProcess>()

// Whatever ends the bench ends its children. Contenders also leave by themselves when their standard
// input closes, which covers a bench that was killed.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
process.on('SIGINT', () => process.exit(130))
process.on('SIGTERM', () => process.exit(143))
process.on('SIGHUP', () => process.exit(129))

/** Starts a program on the shared core. `taskset` becomes the program, so the id is the program's own. */
export function launch(command: string, args: readonly string[], variables: Variables = {}): Child {
  const [program = command, ...rest] =
    core === undefined ? [command, ...args] : ['taskset', '-c', String(core), command, ...args]
  const child = spawn(program, rest, { env: { ...process.env, NODE_ENV: 'production', ...variables } })
  const output = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.out = (output.out + text).slice(-KEPT)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.err = (output.err + text).slice(-KEPT)
  })
  running.add(child)
  const ended = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      output.err += error.message
      running.delete(child)
      resolve()
    })
    child.on('close', () => {
      running.delete(child)
      resolve()
    })
  })
  return { child, output, ended }
}

type Variables = Readonly<Record<string, string>>

export interface Child {
  readonly child: ReturnType<typeof spawn>
  /** What it has written so far, the last of it. */
  readonly output: { readonly out: string; readonly err: string }
  /** Settles when the process is gone and its output read; never fails. */
  readonly ended: Promise<void>
}

/** Runs a program to its end and answers with what it wrote. */
export async function run(command: string, args: readonly string[]): Promise<string> {
  const { child, output, ended } = launch(command, args)
  await ended
  if (child.exitCode === 0) return output.out
  throw new Error(`${command} failed: ${child.exitCode ?? child.signalCode}\n${output.err.trim()}`)
}

/** Whether a program is on the PATH. */
export function isThere(command: string): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined
}

/** The file of a program that npm installed; also without `npm run`, which puts it on the PATH. */
export function findProgram(name: string): string | undefined {
  const found = ['./node_modules/.bin/', '../node_modules/.bin/'].map((folder) =>
    fileURLToPath(new URL(folder + name, import.meta.url)),
  )
  return found.find((file) => existsSync(file)) ?? (isThere(name) ? name : undefined)
}

// A container may be allowed only some of the cores of the machine. The last one is the least used by others.
function lastAllowedCore(): number {
  try {
    const list = /^Cpus_allowed_list:.*?(\d+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))
    return Number(list?.[1] ?? 0)
  } catch {
    return availableParallelism() - 1
  }
}

const KEPT = 1 << 20
