import type { Session } from 'node:inspector/promises'
import { resolve } from 'node:path'
import { checkFolder, writeWhole } from './whole-file.ts'

/** The signal that begins a profile, and ends it: that of the inspector is SIGUSR1. */
export const PROFILE_SIGNAL = 'SIGUSR2'

/** When a profile ends that nobody ends, in milliseconds: its samples are kept in memory. */
export const LONGEST_PROFILE = 600_000

/** Where what becomes of profiles is told. */
export interface ProfilesLog {
  info(message: string): void
  error(message: string, details?: unknown): void
}

/** The profiles of this process. */
export interface Profiles {
  /** Begins one, unless one runs. What goes wrong is told in the log. */
  begin(): Promise<void>
  /** Ends the one that runs, if one does: its files are there then. */
  end(): Promise<void>
  /** Begins one with each first signal, and ends it with each second one. */
  onSignal(): void
  /** Ends the one that runs, and begins no more. */
  close(): Promise<void>
}

/** A profile that runs. */
interface Running {
  readonly session: Session
  readonly timer: ReturnType<typeof setTimeout>
}

/**
 * Gets ready to write profiles of the CPU and of what stays on the heap into a folder, which is made where it is not
 * there. The inspector is loaded when the first one begins.
 *
 * @throws {Error} When nothing can be written there.
 */
export async function openProfiles(
  folder: string,
  log: ProfilesLog,
  longest = LONGEST_PROFILE,
): Promise<Profiles> {
  // The process may change its folder.
  const place = resolve(folder)
  await checkFolder(place)
  let running: Running | undefined
  let isClosed = false
  // One after another: a second signal may come while the first one is still at work.
  let last: Promise<void> = Promise.resolve()

  function queue(step: () => Promise<void>): Promise<void> {
    last = last.then(step).catch((error: unknown) => log.error('A profile failed', error))
    return last
  }

  async function begin(): Promise<void> {
    if (isClosed || running !== undefined) return
    const { Session } = await import('node:inspector/promises')
    const session = new Session()
    session.connect()
    try {
      await session.post('Profiler.enable')
      await session.post('HeapProfiler.enable')
      await session.post('HeapProfiler.startSampling')
      await session.post('Profiler.start')
    } catch (error) {
      session.disconnect()
      throw error
    }
    const timer = setTimeout(() => void queue(end), longest)
    timer.unref()
    running = { session, timer }
    log.info(`A profile of process ${process.pid} has begun; ${PROFILE_SIGNAL} ends it`)
  }

  async function end(): Promise<void> {
    if (running === undefined) return
    const { session, timer } = running
    running = undefined
    clearTimeout(timer)
    try {
      const cpu = await session.post('Profiler.stop')
      const heap = await session.post('HeapProfiler.stopSampling')
      await write('cpu', 'cpuprofile', cpu.profile)
      await write('heap', 'heapprofile', heap.profile)
    } finally {
      session.disconnect()
    }
  }

  async function write(kind: string, ending: string, profile: unknown): Promise<void> {
    const time = new Date().toISOString().replaceAll(/[-:.]/g, '')
    const file = await writeWhole(place, `${kind}-${process.pid}-${time}`, ending, JSON.stringify(profile))
    log.info(`Profile written: ${file}`)
  }

  const turn = (): void => void queue(() => (running === undefined ? begin() : end()))

  return {
    begin: () => queue(begin),
    end: () => queue(end),
    onSignal: () => void process.on(PROFILE_SIGNAL, turn),
    async close() {
      isClosed = true
      await queue(end)
      process.off(PROFILE_SIGNAL, turn)
    },
  }
}

/** The profiles that a server is asked for; `undefined` when nobody asks for any. */
export async function profilesOf(
  folder: string,
  log: ProfilesLog | undefined,
): Promise<Profiles | undefined> {
  return folder === '' ? undefined : openProfiles(folder, log ?? CONSOLE)
}

// On standard error: an access log on standard output stays readable by machines.
const CONSOLE: ProfilesLog = { info: console.error, error: console.error }
