import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { commandOf, type PostgresPrograms } from './postgres-programs.ts'

const ENCODING = ['--encoding=UTF8', '--locale=C']

/** Makes the data of a new server, in `data` below the folder. */
export async function initialise(programs: PostgresPrograms, folder: string): Promise<void> {
  const trust = ['--username=postgres', '--auth=trust', '--no-sync']
  const child = launch(programs, folder, 'initdb', [
    `--pgdata=${join(folder, 'data')}`,
    ...trust,
    ...ENCODING,
  ])
  const written = collect(child)
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`Cannot start PostgreSQL: initdb ended with ${code}\n${written()}`)
}

// Nothing is synced: the data outlives a kill of the server, and need not outlive one of the machine. But a
// commit waits until its record is with the operating system: what was answered is to be there after a kill.
const SETTINGS = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=on', 'unix_socket_directories=']

/** How often starting is tried: the processes of a killed server take a moment to go. */
const TRIES = 50

/** Starts a server on the data of a folder; resolves when it takes connections. */
export async function run(programs: PostgresPrograms, folder: string, port: number): Promise<ChildProcess> {
  const settings = SETTINGS.flatMap((setting) => ['-c', setting])
  const parameters = ['-D', join(folder, 'data'), '-h', '127.0.0.1', '-p', String(port), ...settings]
  for (let left = TRIES; ; left--) {
    const child = launch(programs, folder, 'postgres', parameters)
    const written = collect(child)
    if (await isReady(child, written)) return child
    const waits = /pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(written())
    if (!waits || left === 0) throw new Error(`Cannot start PostgreSQL: it ended\n${written()}`)
    await after(100)
  }
}

async function isReady(child: ChildProcess, written: () => string): Promise<boolean> {
  const gone = once(child, 'exit')
  while (!hasEnded(child)) {
    if (written().includes('ready to accept connections')) return true
    await Promise.race([gone, once(child.stderr ?? child, 'data')])
  }
  return false
}

/** Whether a process has ended, by itself or by a signal. */
export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

function launch(
  programs: PostgresPrograms,
  folder: string,
  name: string,
  parameters: readonly string[],
): ChildProcess {
  const [command, all] = commandOf(programs, name, parameters)
  // Messages are read by their words.
  const env = { PATH: process.env.PATH, LC_ALL: 'C', LC_MESSAGES: 'C', TZ: 'UTC' }
  return spawn(command, all, { ...programs.owner, cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] })
}

/** What a process has written, its end at least. */
function collect(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.on('data', (data) => {
    text = (text + data).slice(-10_000)
  })
  return () => text
}
