import { setTimeout as after } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { openErrorLog } from './error-log.ts'
import { freeSocket } from './listening.ts'
import { LONGEST_PROFILE, PROFILE_SIGNAL } from './profiles.ts'
import { stopOnSignals } from './signals.ts'
import { checkFolder } from './whole-file.ts'
import { type Member, startMember, type WorkersLog } from './workers-member.ts'
import { readWorkersSettings, type WorkersOptions, type WorkersSettings } from './workers-settings.ts'

export type { WorkersOptions }

/** Workers that run. */
export interface ServingWorkers {
  /** Where they answer: `http://127.0.0.1:8000`, or `unix:/path/of/socket`. */
  readonly url: string
  /** 0 where they listen on a path. */
  readonly port: number
  /** The ids of the processes that serve. */
  readonly pids: readonly number[]
  /**
   * Starts new workers and ends the old ones, one after another, without losing a request. SIGHUP does the same.
   *
   * @returns Whether all are new; when one cannot start, the old ones that are left go on.
   */
  reload(): Promise<boolean>
  /**
   * Ends all workers, each as `close` of `serve` does.
   *
   * @returns Whether all requests finished within `gracefulTimeout`.
   */
  close(): Promise<boolean>
}

// On standard error, whatever the level: an access log on standard output stays readable by machines.
const CONSOLE: WorkersLog = { info: console.error, warn: console.error, error: console.error }

/** How long it takes until a worker that died is replaced, in milliseconds; doubled with each time. */
const FIRST_DELAY = 100
const LONGEST_DELAY = 10_000

/** A worker that has served for so long, in milliseconds, did not die of how it started. */
const STEADY_TIME = 10_000

/** `node:http` keeps an idle connection for a second longer than it tells the client, and looks now and then. */
const IDLE_MARGIN = 1_500

/**
 * Serves an application in several processes on one port. Each has its own session values, and runs the start-up
 * and shutdown handlers. A worker that dies is replaced.
 *
 * SIGTERM and SIGINT end all of them, SIGHUP replaces them one after another: with the code, certificates and
 * environment files as they are then.
 *
 * @param application The file that exports the application, as `app` or as its default: a path, or a URL.
 * @param options Those of `serve`, and how many; see {@link WorkersOptions}.
 * @throws {Error} When an option is wrong, or a worker cannot start: then none is left.
 *
 * @example
 * ```ts no-run="needs the file of an application"
 * import { serveWorkers } from 'restmachine/node'
 *
 * const serving = await serveWorkers(new URL('app.ts', import.meta.url), { workers: 4, port: 8000 })
 * console.log(`${serving.pids.length} workers on ${serving.url}`)
 * ```
 */
export async function serveWorkers(
  application: string | URL,
  options: WorkersOptions = {},
): Promise<ServingWorkers> {
  const settings = readWorkersSettings(options)
  const file = application instanceof URL ? application.href : pathToFileURL(application).href
  if (settings.serve.unix !== '') await freeSocket(settings.serve.unix)
  if (settings.serve.profile !== '') await checkFolder(settings.serve.profile)
  const errorLog = openErrorLog(settings.serve)
  const log = errorLog?.logger ?? CONSOLE
  const pool = new Pool(file, settings, log)
  pool.whenClosed(() => errorLog?.close())
  if (settings.serve.profile !== '') {
    process.on(PROFILE_SIGNAL, pool.turnProfile)
    pool.whenClosed(() => process.off(PROFILE_SIGNAL, pool.turnProfile))
  }
  const { url, port } = await pool.open()
  if (settings.serve.signals) {
    const reload = (): void => void pool.reload()
    process.on('SIGHUP', reload)
    const ignoreSignals = stopOnSignals(pool.close, log)
    pool.whenClosed(() => {
      process.off('SIGHUP', reload)
      ignoreSignals()
    })
  }
  return {
    url,
    port,
    get pids() {
      return pool.pids
    },
    reload: pool.reload,
    close: pool.close,
  }
}

class Pool {
  readonly #file: string
  readonly #settings: WorkersSettings
  readonly #log: WorkersLog
  readonly #members = new Set<Member>()
  /** Of each number, how often in a row a worker died soon. */
  readonly #deaths = new Map<number, number>()
  readonly #starting = new Set<Promise<Member>>()
  #closing: Promise<boolean> | undefined
  #reloading: Promise<boolean> = Promise.resolve(true)
  readonly #closers: (() => void)[] = []
  /** When the profiles that were begun end by themselves. */
  #profiledUntil = 0

  constructor(file: string, settings: WorkersSettings, log: WorkersLog) {
    this.#file = file
    this.#settings = settings
    this.#log = log
  }

  get pids(): readonly number[] {
    return [...this.#members].filter(({ isStopping }) => !isStopping).map(({ pid }) => pid)
  }

  /** Starts all: one first, so that what is wrong with the application is told once. */
  async open(): Promise<Member> {
    const first = await this.#start(1).catch(async (error: unknown) => {
      await this.close()
      throw error
    })
    const others = Array.from({ length: this.#settings.workers - 1 }, (_, index) => this.#start(index + 2))
    const started = await Promise.allSettled(others)
    const failed = started.find(({ status }) => status === 'rejected')
    if (failed === undefined) return first
    await this.close()
    throw (failed as PromiseRejectedResult).reason
  }

  async #start(number: number): Promise<Member> {
    const starting = startMember(number, this.#file, this.#settings, this.#log)
    this.#starting.add(starting)
    const member = await starting.finally(() => this.#starting.delete(starting))
    this.#members.add(member)
    void member.ended.then((how) => this.#onEnd(member, how))
    // The others were told before it was one of them.
    if (this.#closing !== undefined) member.stop(0)
    return member
  }

  #onEnd(member: Member, how: number | string): void {
    this.#members.delete(member)
    if (member.isStopping || this.#closing !== undefined) return
    const { number } = member
    if (performance.now() - member.since > STEADY_TIME) this.#deaths.delete(number)
    void this.#replace(number, `${member.name} ended with ${how}`)
  }

  async #replace(number: number, what: string): Promise<void> {
    const deaths = this.#deaths.get(number) ?? 0
    this.#deaths.set(number, deaths + 1)
    const delay = Math.min(FIRST_DELAY * 2 ** deaths, LONGEST_DELAY)
    this.#log.warn(`${what}; another one starts in ${delay} ms`)
    await after(delay)
    if (this.#closing !== undefined) return
    try {
      const { name } = await this.#start(number)
      this.#log.info(`${name} serves`)
    } catch (error) {
      if (this.#closing !== undefined) return
      const { message } = error as Error
      if (this.#members.size > 0) return this.#replace(number, message)
      this.#log.error(`${message}; none is left`)
      process.exit(1)
    }
  }

  readonly reload = (): Promise<boolean> => (this.#reloading = this.#reloading.then(() => this.#renew()))

  async #renew(): Promise<boolean> {
    const idleTime = this.#settings.serve.keepAliveTimeout + IDLE_MARGIN
    const old = [...this.#members].filter(({ isStopping }) => !isStopping)
    for (const member of old) {
      if (this.#closing !== undefined) return false
      // It died meanwhile, and what replaces it is new.
      if (!this.#members.has(member)) continue
      try {
        await this.#start(member.number)
      } catch (error) {
        this.#log.error(`${(error as Error).message}; the workers that serve go on`)
        return false
      }
      member.stop(idleTime)
      await member.ended
    }
    this.#log.info(`${old.length} workers were replaced`)
    return true
  }

  /** Begins profiles, or ends those that run: workers that came meanwhile have none. */
  readonly turnProfile = (): void => {
    // Whoever is still starting hears of none.
    if (this.#members.size === 0) return
    const now = performance.now()
    const runs = now > this.#profiledUntil
    this.#profiledUntil = runs ? now + LONGEST_PROFILE : 0
    for (const member of this.#members) member.profile(runs)
  }

  readonly close = (): Promise<boolean> => (this.#closing ??= this.#stop())

  async #stop(): Promise<boolean> {
    const members = new Set(this.#members)
    // A client that is told to close by one worker must not come back to another that closes just then.
    await Promise.all([...members].map((member) => member.hush()))
    for (const member of members) member.stop(0)
    const started = await Promise.race([
      Promise.allSettled(this.#starting),
      after(this.#settings.serve.gracefulTimeout),
    ])
    for (const start of started ?? []) if (start.status === 'fulfilled') members.add(start.value)
    const ends = await Promise.all([...members].map(({ ended }) => ended))
    for (const callback of this.#closers) callback()
    return ends.every((how) => how === 0)
  }

  whenClosed(callback: () => void): void {
    this.#closers.push(callback)
  }
}
