import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'

const COMMAND = join(import.meta.dirname, '../../src/cli.ts')
const SOURCE = JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../src/index.ts')).href)

/** An application with a route to look at, one that takes its time, and a shutdown handler that tells. */
export const APP = `import { RestApplication } from ${SOURCE}
export const app = new RestApplication()
  .onShutdown(() => console.log('closed'))
  .get('/', () => ({ hello: 'world' }))
  .get('/users/{id}', ({ id }) => ({ id }), { etag: () => 3 })
  .get('/wait/{time}', async ({ time }) => {
    await new Promise((resolve) => setTimeout(resolve, Number(time)))
    return { waited: time }
  })
  .post('/notes', ({ textBody }) => textBody)
// Something that would keep the process alive for ever.
setInterval(() => undefined, 1_000)
`

/** The beginning of a file of an application: `restmachine`, as the tests have it. */
export const IMPORT = `import { RestApplication } from ${SOURCE}\n`

/** A folder for one test, with these files in it. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'restmachine-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/** A command that runs. */
export interface Running {
  readonly process: ChildProcess
  /** What it has said until now, on both of its outputs, in this order. */
  readonly said: () => string
  readonly ended: Promise<Ended>
  /** Waits until it has said something. */
  says(what: RegExp): Promise<RegExpExecArray>
}

/** A command that has run. */
export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export type Environment = Readonly<Record<string, string>>

/** Starts `restmachine` in a folder. */
export function start(folder: string, words: readonly string[], environment: Environment = {}): Running {
  return watch(process.execPath, [COMMAND, ...words], folder, environment)
}

/** Runs `restmachine` in a folder, to its end. */
export function run(folder: string, words: readonly string[], environment: Environment = {}): Promise<Ended> {
  return start(folder, words, environment).ended
}

/** Starts any command. */
export function watch(
  command: string,
  words: readonly string[],
  cwd: string,
  environment: Environment = {},
): Running {
  const { PORT, HOST, NODE_ENV, NODE_OPTIONS, ...inherited } = process.env
  const env = { ...inherited, ...environment }
  const child = spawn(command, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let [out, err, all] = ['', '', '']
  child.stdout.on('data', (chunk) => {
    out += chunk
    all += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
    all += chunk
  })
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, out, err })))
  const said = (): string => all
  return { process: child, said, ended, says: (what) => waitFor(said, what, child) }
}

async function waitFor(said: () => string, what: RegExp, child: ChildProcess): Promise<RegExpExecArray> {
  for (let waited = 0; waited < 15_000; waited += 20) {
    const found = what.exec(said())
    if (found !== null) return found
    if (child.exitCode !== null) break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`It never said ${what}, but: ${said()}`)
}

/** Waits until the command serves. */
export async function urlOf(running: Running): Promise<string> {
  const [, url = ''] = await running.says(/ on (https?:\S+)/)
  return url
}
