// Serves an application in a process of its own under a load of everything that clients do, well-behaved or not, and
// says whether its memory is flat, every answer was right, and it stopped well: exit code 0, or 1.
//
//   npm run soak [-- --minutes 10] [--clients 40] [--no-collect]
//
// Without --no-collect garbage is collected before each look, so that what is seen is held by somebody.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { overload, politeClient } from './soak-clients.ts'
import { http2Client } from './soak-http2.ts'
import { createLoad, type Load } from './soak-load.ts'
import { printHead, printSeen, type Seen, tellAll } from './soak-report.ts'
import type { Figures, Order, Report } from './soak-server.ts'
import { TIME_OUTS, unrulyClients } from './soak-unruly.ts'

/** How often the server is looked at, in milliseconds. */
const INTERVAL = 10_000
/** How many requests the server lets in, and how many are sent when it is to be too many. */
const LIMIT = 100
const CROWD = 160
/** How often that happens, when, and for how long, in milliseconds: not while the server is looked at. */
const CROWD_INTERVAL = 60_000
const CROWD_OFFSET = 13_000
const CROWD_TIME = 4_000
/** How many times more come in the first two minutes: memory follows the highest tide, so that comes first. */
const TIDE = 3
const KEEP_ALIVE = 3_000
const GRACEFUL = 10_000

const { values } = parseArgs({
  allowNegative: true,
  options: {
    minutes: { type: 'string', default: '10' },
    clients: { type: 'string', default: '40' },
    collect: { type: 'boolean', default: true },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'soak-'))
try {
  process.exitCode = (await soak(numberOf('minutes'), numberOf('clients'))) ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}

function numberOf(name: 'minutes' | 'clients'): number {
  const number = Number(values[name])
  if (number > 0) return number
  throw new Error(`Cannot soak: --${name} is a number above 0, got "${values[name]}"`)
}

async function soak(minutes: number, clients: number): Promise<boolean> {
  const { server, port, ended } = await startServer()
  const before = await look(server)
  const load = createLoad(port)
  const seen = await underLoad(server, load, minutes * 60_000, clients)
  const left = await leftOver(server, before)
  const stop = await stopUnderLoad(server, ended, port, clients)
  const log = join(folder, 'access.log')
  return tellAll({
    load,
    seen,
    isCollected: values.collect,
    log,
    stop: stop.told,
    faults: [...left, ...stop.faults],
  })
}

type End = readonly [code: number | null, signal: string | null]

interface Started {
  readonly server: ChildProcess
  readonly port: number
  readonly ended: Promise<End>
}

async function startServer(): Promise<Started> {
  const server = fork(join(import.meta.dirname, 'soak-server.ts'), { execArgv: ['--expose-gc'] })
  const ended = once(server, 'exit') as Promise<unknown> as Promise<End>
  const options = {
    port: 0,
    http2: true,
    limitConcurrency: LIMIT,
    keepAliveTimeout: KEEP_ALIVE,
    gracefulTimeout: GRACEFUL,
    accessLog: join(folder, 'access.log'),
    ...TIME_OUTS,
  }
  server.send({ type: 'serve', options } satisfies Order)
  const report = await toldBy(server)
  if (report.type !== 'serving') throw new Error(`The server told ${report.type} before it served`)
  return { server, port: report.port, ended }
}

async function look(server: ChildProcess): Promise<Figures> {
  server.send({ type: 'measure', collect: values.collect } satisfies Order)
  const report = await toldBy(server)
  if (report.type !== 'figures')
    throw new Error(`The server told ${report.type} where it was asked for figures`)
  return report
}

async function toldBy(server: ChildProcess): Promise<Report> {
  const over = new AbortController()
  const died = (): void => over.abort(new Error('The server died'))
  server.once('exit', died)
  const [report] = (await once(server, 'message', { signal: over.signal })) as [Report]
  server.off('exit', died)
  return report
}

async function underLoad(
  server: ChildProcess,
  load: Load,
  time: number,
  clients: number,
): Promise<readonly Seen[]> {
  const begun = performance.now()
  const running = startClients(load, clients)
  const crowds = crowdNowAndThen(load)
  const seen: Seen[] = []
  printHead()
  while (performance.now() - begun < time) {
    await after(INTERVAL - ((performance.now() - begun) % INTERVAL))
    const now: Seen = { ...(await look(server)), at: performance.now() - begun }
    seen.push(now)
    printSeen(now, load)
  }
  load.isOver = true
  await Promise.all([...running, crowds])
  return seen
}

function startClients(load: Load, clients: number): readonly Promise<void>[] {
  return [
    ...Array.from({ length: clients }, () => politeClient(load)),
    ...Array.from({ length: Math.ceil(clients / 10) }, () => http2Client(load)),
    ...unrulyClients(load),
    ...unrulyClients(load),
  ]
}

async function crowdNowAndThen(load: Load): Promise<void> {
  const begun = performance.now()
  for (let crowds = 0; ; crowds++) {
    const next = begun + crowds * CROWD_INTERVAL + CROWD_OFFSET
    while (performance.now() < next) {
      if (load.isOver) return
      await after(100)
    }
    await overload(load, crowds < 2 ? CROWD * TIDE : CROWD, CROWD_TIME)
  }
}

/** What the server still holds when nobody has asked for anything for a while. */
async function leftOver(server: ChildProcess, before: Figures): Promise<readonly string[]> {
  await after(KEEP_ALIVE + TIME_OUTS.requestTimeout + 2_000)
  const now = await look(server)
  const faults: string[] = []
  for (const name of ['sockets', 'lent', 'tasks', 'streams'] as const)
    if (now[name] !== 0) faults.push(`${now[name]} ${name} are left over`)
  for (const [name, count] of Object.entries(now.resources)) {
    const more = count - (before.resources[name] ?? 0)
    // The swept timers, and the access log, which looks for its file now and then.
    if (more > (name === 'Timeout' ? 2 : 0)) faults.push(`${more} more ${name} than before the load`)
  }
  return faults
}

/** Tells the server to stop in the middle of a load, in which nobody pauses. */
async function stopUnderLoad(
  server: ChildProcess,
  ended: Promise<End>,
  port: number,
  clients: number,
): Promise<{ readonly told: string; readonly faults: readonly string[] }> {
  const load = createLoad(port)
  load.isHurried = true
  const running = startClients(load, Math.ceil(clients / 2))
  await after(3_000)
  load.isStopping = true
  const begun = performance.now()
  server.kill('SIGTERM')
  const [code, signal] = await ended
  const took = Math.round(performance.now() - begun)
  load.isOver = true
  await Promise.all(running)
  const faults = load.faults.map((fault) => `while it stopped: ${fault}`)
  if (code !== 0 || took > GRACEFUL) faults.push(`It ended with ${signal ?? code} after ${took} ms`)
  const told = `The stop took ${took} ms; ${load.count.answered} requests were answered around it, ${load.count.givenBack} given back`
  return { told, faults }
}
