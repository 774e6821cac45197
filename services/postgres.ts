import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { Client } from 'pg'
import { afterDeath } from './after-death.ts'
import { childrenOf } from './children.ts'
import { hasEnded, initialise, run } from './postgres-process.ts'
import { findPostgres, INSTALL } from './postgres-programs.ts'

/** A database for one test file: empty, and gone when it is stopped. */
export interface Database {
  readonly url: string
  stop(): Promise<void>
}

/** A PostgreSQL server of one's own, that may be treated badly. */
export interface PostgresServer extends Database {
  readonly port: number
  /** Ends the server and all its connections at once (SIGKILL); what was committed is kept. */
  kill(): Promise<void>
  /** Starts it again on the same data and the same port. */
  restart(): Promise<void>
}

/**
 * Why tests with PostgreSQL cannot run here, with what installs it; `undefined` when they can.
 *
 * @param own Whether the one of `DATABASE_URL` will not do, because the test treats it badly; default `true`.
 * @throws {Error} The same sentence, where `CI` is set: there nothing is left out.
 *
 * @example
 * ```ts
 * const missing = missingPostgres()
 * describe.skipIf(missing !== undefined)(`a pool${missing ?? ''}`, () => …)
 * ```
 */
export function missingPostgres(own = true): string | undefined {
  if (findPostgres() !== undefined || (!own && isGiven(process.env.DATABASE_URL))) return undefined
  const reason = ` (needs PostgreSQL: ${INSTALL}${own ? '' : ', or DATABASE_URL=postgres://…'})`
  if (isGiven(process.env.CI)) throw new Error(`Cannot run all tests${reason}`)
  return reason
}

function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== ''
}

/** An empty database: on the server of `DATABASE_URL`, or on a server of its own. */
export async function openDatabase(): Promise<Database> {
  const { DATABASE_URL } = process.env
  if (!isGiven(DATABASE_URL)) return startPostgres()
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await query(DATABASE_URL, `create database ${name}`)
  const url = new URL(DATABASE_URL)
  url.pathname = `/${name}`
  return { url: url.href, stop: () => query(DATABASE_URL, `drop database ${name} with (force)`) }
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/**
 * Starts a PostgreSQL server of one's own on a free port of the loopback interface.
 *
 * @throws {Error} When there are no programs for it, or it does not start; with what it wrote.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = findPostgres()
  if (programs === undefined) throw new Error(`Cannot start PostgreSQL: there is none here: ${INSTALL}`)
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'))
  const forget = (): void => rmSync(folder, { recursive: true, force: true })
  if (programs.owner !== undefined) chownSync(folder, programs.owner.uid, programs.owner.gid)
  const takeBack = afterDeath(CLEAN_UP, folder)

  await initialise(programs, folder)
  const port = await freePort()
  let server: ChildProcess
  const start = async (): Promise<void> => {
    server = await run(programs, folder, port)
  }
  async function end(signal: NodeJS.Signals): Promise<void> {
    if (hasEnded(server)) return
    const gone = once(server, 'exit')
    server.kill(signal)
    await gone
  }

  await start()
  return {
    port,
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async kill() {
      // Its processes would notice that it is gone, but could commit before they do.
      const children = childrenOf(server.pid ?? -1)
      const gone = end('SIGKILL')
      for (const child of children) killIfThere(child)
      await gone
    },
    restart: start,
    async stop() {
      // Connections that are being closed get a moment for it; then SIGINT ends those that are left, in order.
      await Promise.race([end('SIGTERM'), after(300, undefined, { ref: false })])
      await end('SIGINT')
      takeBack()
      forget()
    },
  }
}

// A process that ends without stopping its server leaves nothing behind. The number in the file may be that
// of another process by then.
const CLEAN_UP = `
  pid=$(head -n 1 "$1/data/postmaster.pid")
  if [ ! -e /proc/self ] || grep -q postgres "/proc/$pid/comm"; then kill -INT "$pid"; sleep 1; fi
  rm -rf "$1"
`

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('Cannot find a free port')
  return address.port
}
