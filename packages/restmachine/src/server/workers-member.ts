import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as after } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Logger } from '../compile/services.ts'
import { NUMBER_VARIABLE, type Order, type Report } from './workers-messages.ts'
import type { WorkersSettings } from './workers-settings.ts'

/** How long a worker may outlast its `gracefulTimeout`, in milliseconds: for shutdown handlers, mostly. */
const LAST_TIME = 5_000

/** How long a worker is waited for that takes no more connections, in milliseconds: it may be busy. */
const HUSH_TIME = 500

/** A worker that serves. */
export interface Member {
  readonly number: number
  /** How lines of the log name it. */
  readonly name: string
  readonly pid: number
  readonly url: string
  readonly port: number
  /** When it began to serve, by `performance.now()`. */
  readonly since: number
  /** Whether it was told to end. */
  isStopping: boolean
  /** How it ended: its exit code, or the name of the signal. */
  readonly ended: Promise<number | string>
  /** Makes it take no more connections; resolves when it does, or has ended. */
  hush(): Promise<unknown>
  /** Makes it begin or end a profile. */
  profile(runs: boolean): void
  /** Lets it end what is in flight. */
  stop(idleTime: number): void
  kill(): void
}

/** Where the process that looks after the workers says what becomes of them. */
export type WorkersLog = Pick<Logger, 'info' | 'warn' | 'error'>

/**
 * Starts a worker, and waits until it serves.
 *
 * @throws {Error} When it cannot.
 */
export async function startMember(
  number: number,
  file: string,
  settings: WorkersSettings,
  log: WorkersLog,
): Promise<Member> {
  const worker = fork(number)
  const pid = worker.process.pid as number
  const name = `worker ${number} (process ${pid})`
  // Sending to one that is gone is told here too, and `exit` tells it as well.
  worker.on('error', () => undefined)
  const ended = once(worker, 'exit').then(([code, signal]) => (signal ?? code) as number | string)
  closeUnanswered(worker)
  passOnLog(worker, `worker ${number}: `)
  send(worker, { type: 'serve', file, options: settings.options })
  const kill = (): void => void worker.process.kill('SIGKILL')

  const { url, port } = await serving(worker, ended, settings.startTimeout).catch((cause: Error) => {
    kill()
    throw new Error(`Cannot start worker ${number}: ${whatOf(cause)}`, { cause })
  })
  function hush(): Promise<unknown> {
    const hushed = new Promise<void>((resolve) => {
      worker.on('message', ({ type }: Report) => {
        if (type === 'hushed') resolve()
      })
    })
    send(worker, { type: 'hush' })
    return Promise.race([hushed, ended, after(HUSH_TIME)])
  }
  function stop(this: Member, idleTime: number): void {
    this.isStopping = true
    send(worker, { type: 'stop', idleTime })
    const late = setTimeout(() => {
      log.error(`${name} did not end in time; it was killed`)
      kill()
    }, settings.serve.gracefulTimeout + LAST_TIME)
    void ended.then(() => clearTimeout(late))
  }
  return {
    number,
    name,
    pid,
    url,
    port,
    since: performance.now(),
    isStopping: false,
    ended,
    hush,
    profile: (runs) => send(worker, { type: 'profile', runs }),
    stop,
    kill,
  }
}

function fork(number: number): Worker {
  // What workers print goes on as it is; what they log, on the other channel, gets their number.
  cluster.setupPrimary({
    exec: scriptOfWorkers(),
    args: [],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  })
  return cluster.fork({ [NUMBER_VARIABLE]: String(number) })
}

/** The script is beside the entries of the package, which this file is part of when the package is built. */
function scriptOfWorkers(): string {
  const places = import.meta.url.endsWith('.ts') ? ['../worker.ts'] : ['./worker.js', '../worker.js']
  const found = places
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((at) => existsSync(at))
  if (found !== undefined) return found
  throw new Error(
    'Cannot start workers: worker.js of restmachine is missing; leave the package out of bundles',
  )
}

function send(worker: Worker, order: Order): void {
  if (worker.isConnected()) worker.send(order, undefined, undefined, () => undefined)
}

/**
 * A worker gets one connection at a time, and says that it has it. When it dies before, `node:cluster` never
 * closes that connection, and its client would wait for ever.
 */
function closeUnanswered(worker: Worker): void {
  const { process: child } = worker
  const send = child.send.bind(child) as (...given: readonly unknown[]) => boolean
  let last: { close(): void } | undefined
  child.send = (message: unknown, handle?: unknown, ...rest: readonly unknown[]) => {
    if (handle) last = handle as { close(): void }
    return send(message, handle, ...rest)
  }
  // Closing twice is nothing: one that arrived is closed here already.
  worker.once('exit', () => last?.close())
}

function passOnLog(worker: Worker, prefix: string): void {
  const { stderr } = worker.process
  if (stderr === null) return
  createInterface(stderr).on('line', (line) => process.stderr.write(`${prefix}${line}\n`))
}

/** What a worker failed of: `TypeError: …`. The names of the others say no more than their messages do. */
function whatOf({ name, message }: Error): string {
  return name === 'Error' || name === 'DeclarationError' ? message : `${name}: ${message}`
}

type Served = Extract<Report, { type: 'serving' }>

function serving(worker: Worker, ended: Promise<number | string>, startTimeout: number): Promise<Served> {
  const { promise, resolve, reject } = Promise.withResolvers<Served>()
  worker.on('message', (report: Report) => {
    if (report.type === 'serving') resolve(report)
    else if (report.type === 'failed')
      reject(Object.assign(new Error(report.message), { name: report.name, stack: report.stack }))
  })
  void ended.then((how) => reject(new Error(`it ended with ${how} before it served`)))
  const late = (): void => reject(new Error(`it did not serve within ${startTimeout} ms`))
  const timer = startTimeout === 0 ? undefined : setTimeout(late, startTimeout)
  return promise.finally(() => clearTimeout(timer))
}
