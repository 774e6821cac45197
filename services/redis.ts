import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A Redis for tests. Where it is the one of `REDIS_URL` others use it too: prefix what you keep there. */
export interface Redis {
  readonly url: string
  stop(): Promise<void>
}

/** A Redis server of one's own, that may be treated badly. */
export interface RedisServer extends Redis {
  readonly port: number
  /** Ends the server and all its connections at once (SIGKILL); it forgets everything. */
  kill(): Promise<void>
  /** Starts it again on the same port. */
  restart(): Promise<void>
  /** Leaves its connections open without ever answering, as a lost network does. */
  freeze(): void
  /** Lets it go on; what was sent meanwhile is carried out. */
  thaw(): void
}

const INSTALL = 'apt-get install -y redis-server, or brew install redis'
let runs: boolean | undefined

function canRun(): boolean {
  runs ??= spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0
  return runs
}

/**
 * Why tests with a Redis server of their own cannot run here, with what installs it; `undefined` when they can.
 *
 * @param own Whether the one of `REDIS_URL` will not do, because the test treats it badly; default `true`.
 * @throws {Error} The same sentence, where `CI` is set: there nothing is left out.
 *
 * @example
 * ```ts
 * const missing = missingRedis()
 * describe.skipIf(missing !== undefined)(`a cache${missing ?? ''}`, () => …)
 * ```
 */
export function missingRedis(own = true): string | undefined {
  if (canRun() || (!own && isGiven(process.env.REDIS_URL))) return undefined
  const reason = ` (needs Redis: ${INSTALL}${own ? '' : ', or REDIS_URL=redis://…'})`
  if (isGiven(process.env.CI)) throw new Error(`Cannot run all tests${reason}`)
  return reason
}

/** The Redis of `REDIS_URL`, or a server of its own. */
export async function openRedis(): Promise<Redis> {
  const { REDIS_URL } = process.env
  return isGiven(REDIS_URL) ? { url: REDIS_URL, stop: async () => undefined } : startRedis()
}

/**
 * Starts a Redis server of one's own on a free port of the loopback interface. It keeps nothing on disk.
 *
 * @throws {Error} When there is no `redis-server` on the path, or it does not start; with what it wrote.
 */
export async function startRedis(): Promise<RedisServer> {
  if (!canRun()) throw new Error(`Cannot start Redis: there is no redis-server here: ${INSTALL}`)
  const folder = mkdtempSync(join(tmpdir(), 'redis-'))
  const port = await freePort()
  let server: ChildProcess

  // A process that ends without stopping what it started leaves nothing behind.
  const abandon = (): void => {
    server?.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', abandon)

  const start = async (): Promise<void> => {
    server = await run(folder, port)
  }
  async function end(signal: NodeJS.Signals): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return
    const gone = once(server, 'exit')
    server.kill(signal)
    await gone
  }

  await start()
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    kill: () => end('SIGKILL'),
    restart: start,
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    async stop() {
      server.kill('SIGCONT')
      await end('SIGTERM')
      process.removeListener('exit', abandon)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function run(folder: string, port: number): Promise<ChildProcess> {
  const settings = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
  const server = spawn('redis-server', ['--port', String(port), ...settings], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let written = ''
  await new Promise<void>((resolve, reject) => {
    server.stdout.on('data', (piece: Buffer) => {
      written += piece
      if (written.includes('Ready to accept connections')) resolve()
    })
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`Cannot start Redis: it ended with ${code}\n${written}`)))
  })
  return server
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('Cannot find a free port')
  return address.port
}

function isGiven(variable: string | undefined): variable is string {
  return variable !== undefined && variable !== ''
}
