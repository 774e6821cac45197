import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { eventually } from './served.ts'

const FROM_SOURCE = fileURLToPath(new URL('from-source.ts', import.meta.url))
const COMMAND = fileURLToPath(new URL('../../../packages/restmachine/src/cli.ts', import.meta.url))
const EXAMPLES = fileURLToPath(new URL('..', import.meta.url))

/** A process that serves an example. */
export interface Started {
  readonly process: ChildProcess
  readonly url: string
  readonly said: () => string
  /** Its exit code. */
  readonly ended: Promise<number | null>
}

/** Starts `restmachine serve`, or a file of the examples, and waits until it serves. */
export async function started(
  words: readonly string[],
  {
    folder = '',
    env = {},
  }: { readonly folder?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Started> {
  const [first = '', ...others] = words
  const script = first === 'restmachine' ? COMMAND : first
  const child = spawn(process.execPath, [script, ...others], {
    cwd: EXAMPLES + folder,
    env: { ...process.env, NODE_OPTIONS: `--import ${FROM_SOURCE}`, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  for (const output of [child.stdout, child.stderr]) output.on('data', (chunk) => (said += chunk))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const urlOf = (): string | undefined => /on (http:\S+)/.exec(said)?.[1]
  await eventually(() => urlOf() !== undefined || child.exitCode !== null, 'Serving', 30_000)
  const url = urlOf()
  if (url === undefined) throw new Error(`It does not serve: ${said}`)
  return { process: child, url, said: () => said, ended }
}
