import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, onTestFinished } from 'vitest'

const MISSING = 'there is no curl on this machine; apt-get install curl'
const isThere = spawnSync('curl', ['--version']).status === 0
let directory: string | undefined
let runs = 0

afterAll(() => {
  if (directory !== undefined) rmSync(directory, { recursive: true })
})

/** Where a file of this test file lies. */
export function at(name: string): string {
  directory ??= mkdtempSync(join(tmpdir(), 'restmachine-curl-'))
  return join(directory, name)
}

/** Tests that need curl: skipped, with the mend in their name, where there is none, but never by a build server. */
export function describeWithCurl(name: string, tests: () => void): void {
  if (!isThere && process.env.CI === undefined) describe.skip(`${name} (${MISSING})`, tests)
  else describe(name, tests)
}

/** The head of a response. */
export interface Head {
  readonly version: string
  readonly status: number
  /** The lines of a field, whose name is given in lower case. */
  lines(name: string): readonly string[]
  /** The only line of a field; `undefined` when there is none or more than one. */
  header(name: string): string | undefined
}

/** What came of a run of curl. */
export interface Curled {
  /** 0 when all went well; see `man curl`, EXIT CODES. */
  readonly code: number | null
  readonly out: Buffer
  readonly text: string
  readonly complaint: string
  /** Every response, those to redirected requests and interim ones too. */
  readonly heads: readonly Head[]
  /** The last response. */
  readonly head: Head
}

/** A curl that runs. */
export interface Curling {
  readonly child: ChildProcessWithoutNullStreams
  /** What it has written so far. */
  out(): string
  readonly finished: Promise<Curled>
}

/** Runs curl to its end, with no input. */
export function curl(...args: readonly string[]): Promise<Curled> {
  const running = startCurl(...args)
  running.child.stdin.end()
  return running.finished
}

/** Starts curl, which reads `-` from the child's `stdin`. */
export function startCurl(...args: readonly string[]): Curling {
  if (!isThere) throw new Error(`Cannot run curl: ${MISSING}`)
  const heads = at(`heads-${runs++}`)
  const own = ['--disable', '--silent', '--show-error', '--max-time', '15', '--dump-header', heads]
  const child = spawn('curl', [...own, ...args], { env: { ...process.env, no_proxy: '*', NO_PROXY: '*' } })
  onTestFinished(() => void child.kill())
  const [out, complaint]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => void out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => void complaint.push(chunk))
  // It may have its answer before it has read all of its input.
  child.stdin.on('error', () => undefined)
  const finished = new Promise<Curled>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) =>
      resolve(curled(code, Buffer.concat(out), String(Buffer.concat(complaint)), heads)),
    )
  })
  return { child, out: () => Buffer.concat(out).toString(), finished }
}

function curled(code: number | null, out: Buffer, complaint: string, path: string): Curled {
  const heads = readHeads(path)
  return {
    code,
    out,
    text: out.toString(),
    complaint,
    heads,
    get head() {
      const last = heads.at(-1)
      if (last === undefined) throw new Error(`curl got no response (${code}): ${complaint}`)
      return last
    },
  }
}

function readHeads(path: string): readonly Head[] {
  if (!existsSync(path)) return []
  const blocks = readFileSync(path, 'latin1').split('\r\n\r\n')
  return blocks.filter((block) => block !== '').map(readHead)
}

function readHead(block: string): Head {
  const [statusLine = '', ...fields] = block.split('\r\n')
  const [, version = '', status = ''] = /^(HTTP\/\d\.\d) (\d{3})/.exec(statusLine) ?? []
  const lines = (name: string): readonly string[] =>
    fields.flatMap((line) => {
      const colon = line.indexOf(':')
      return line.slice(0, colon).toLowerCase() === name ? [line.slice(colon + 1).trim()] : []
    })
  return {
    version,
    status: Number(status),
    lines,
    header(name) {
      const [only, ...others] = lines(name)
      return others.length === 0 ? only : undefined
    },
  }
}
