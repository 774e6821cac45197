import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Example } from './examples.ts'
import { root } from './markdown.ts'

/** Below node_modules, so that an example finds `restmachine` as a user's program does. */
const folder = join(root, 'node_modules/.cache/docs')
const TIME_LIMIT = 15_000

/** Checks the types of all examples at once, then runs those that run. Gives back what went wrong. */
export async function runExamples(examples: readonly Example[]): Promise<readonly string[]> {
  const named = new Map(examples.map((example) => [nameOf(example), example]))
  writePrograms(named)
  const types = await run([join(root, 'node_modules/typescript/bin/tsc'), '-p', folder, '--pretty', 'false'])
  const faults = types.code === 0 ? [] : [inPlaces(types.output, named)]

  const waiting = [...named].filter(([, example]) => example.runs)
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, { place }] = next
      const { code, output } = await run(['--enable-source-maps', join(folder, `${name}.mjs`)], TIME_LIMIT)
      if (code === 0) continue
      const end = code === null ? `did not end within ${TIME_LIMIT / 1000} s` : `ended with code ${code}`
      faults.push(`${place}: An example must run, but it ${end}\n${shorten(inPlaces(output, named))}`)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return faults
}

interface Ended {
  /** `null` when the time was up. */
  readonly code: number | null
  readonly output: string
}

function nameOf(example: Example): string {
  return example.place.replace(/[^\w.]+/g, '-')
}

/** Node strips no types below node_modules, so tsc writes the programs that run, with maps to the lines of the examples. */
function writePrograms(named: ReadonlyMap<string, Example>): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [name, { program }] of named) writeFileSync(join(folder, `${name}.mts`), program)
  const compilerOptions = {
    isolatedDeclarations: false,
    declaration: false,
    noEmitOnError: false,
    inlineSourceMap: true,
  }
  const files = [...named.keys()].map((name) => `${name}.mts`)
  const config = { extends: '../../../tsconfig.base.json', compilerOptions, files }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
}

function run(command: readonly string[], timeout?: number): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined }
    const child = spawn(process.execPath, command, { cwd: folder, env, timeout, killSignal: 'SIGKILL' })
    let output = ''
    child.stdout.on('data', (data) => {
      output += data
    })
    child.stderr.on('data', (data) => {
      output += data
    })
    child.on('close', (code) => resolve({ code, output: output.trim() }))
  })
}

/** Replaces the places in our programs by those in the documentation. */
function inPlaces(text: string, named: ReadonlyMap<string, Example>): string {
  return text.replace(
    /(?:file:\/\/)?[^\s()]*?([\w.-]+)\.mts(?:\((\d+),\d+\)|:(\d+)(?::\d+)?)/g,
    (all, name, column, colon) => {
      const example = named.get(name)
      // Line 1 is ours; line 2 is the first of the example.
      return example ? `${example.file}:${example.start + Number(column ?? colon) - 2}` : all
    },
  )
}

/** Indents what Node says at the end of a program and leaves out where Node itself was. */
function shorten(output: string): string {
  const lines = output
    .split('\n')
    .filter((line) => !/node:internal|triggerUncaught|at __equal |^Node\.js v|^\s*\^?$/.test(line))
  return lines.map((line) => `  ${line}`).join('\n')
}
