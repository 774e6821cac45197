import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'

interface Step {
  readonly name: string
  readonly command: string
}

// Examples, bench and docs take the package from `dist`, as its users do, so it is built before the rest.
const stages: readonly (readonly Step[])[] = [
  [
    { name: 'format and lint', command: 'biome ci . --colors=off' },
    { name: 'build', command: 'npm run build --silent' },
  ],
  [
    { name: 'types', command: 'npm run types --silent' },
    { name: 'layers', command: 'node scripts/check-layers.ts' },
    { name: 'unused', command: 'knip' },
    { name: 'graph', command: 'node scripts/draw-graph.ts --check' },
    { name: 'docs', command: 'node scripts/check-docs.ts --built' },
    { name: 'package', command: 'npm run package -w restmachine --silent' },
  ],
  // Alone, for it measures; it passes where the machine has no baseline.
  [{ name: 'speed', command: 'node bench/main.ts --guard' }],
]
const AT_A_TIME = 2

const root = join(import.meta.dirname, '..')
const PATH = `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}`
const env = { ...process.env, PATH, NO_COLOR: '1' }
const count = { passed: 0, failed: 0 }

for (const stage of stages) {
  const waiting = [...stage]
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step; step = waiting.shift()) await take(step)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
}
console.log(`check: ${count.passed} passed, ${count.failed} failed`)
process.exitCode = count.failed === 0 ? 0 : 1

/** Runs one step and prints its line, and all it said when it failed. */
async function take({ name, command }: Step): Promise<void> {
  const start = performance.now()
  const { code, output } = await run(command)
  const result = code === 0 ? 'passed' : 'failed'
  count[result]++
  console.log(`${result} ${name.padEnd(16)}${((performance.now() - start) / 1000).toFixed(1)} s`)
  if (result === 'failed') console.log(`\n$ ${command}\n${output.trim()}\n`)
}

function run(command: string): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, { cwd: root, env, shell: true, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (data: Buffer): void => {
      output += data
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('close', (code) => resolve({ code, output }))
  })
}
