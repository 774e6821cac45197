import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { quantile } from '../statistics.ts'
import { sketches, writeSketch } from './hello.ts'

/** Seconds that the TypeScript compiler takes for a program. */
export interface TypeCheck {
  /** With one route: mostly what reading the declarations of the packages costs. */
  readonly one: number
  /** With {@link ROUTES} routes. */
  readonly many: number
}

/** How many routes the larger of the two programs has. */
export const ROUTES = 200
const RUNS = 3
const folder = join(import.meta.dirname, '../results', `type-check-${process.pid}`)
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')

/** Type-checks generated programs; those where a route has a type of its own, which is where the time goes. */
export async function measureTypeChecks(
  note: (line: string) => void,
): Promise<Readonly<Record<string, TypeCheck>>> {
  const found: Record<string, TypeCheck> = {}
  try {
    for (const name of ['raw', 'restmachine', 'fastify', 'hono', 'elysia', 'express']) {
      try {
        found[name] = { one: await check(name, 1), many: await check(name, ROUTES) }
      } catch (error) {
        note(`${name} has no type-check time: ${error instanceof Error ? error.message : error}`)
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return found
}

async function check(name: string, routes: number): Promise<number> {
  const sketch = sketches[name]
  if (sketch === undefined) throw new Error('nothing is known of it')
  const at = join(folder, `${name}-${routes}`)
  mkdirSync(at, { recursive: true })
  writeFileSync(join(at, 'app.ts'), writeSketch(sketch, routes))
  writeFileSync(join(at, 'tsconfig.json'), JSON.stringify(config))
  const times: number[] = []
  for (let run = 0; run < RUNS; run++) times.push(await totalTime(at))
  return quantile(times, 0.5)
}

async function totalTime(at: string): Promise<number> {
  const told = await promisify(execFile)(process.execPath, [tsc, '-p', at, '--diagnostics']).catch(
    ({ stdout }: { readonly stdout: string }) => {
      throw new Error(stdout.split('\n')[0])
    },
  )
  const seconds = Number(/^Total time:\s*([\d.]+)/m.exec(told.stdout)?.[1])
  if (!(seconds > 0)) throw new Error('the compiler told no time')
  return seconds
}

const config = {
  compilerOptions: {
    noEmit: true,
    strict: true,
    target: 'es2024',
    module: 'nodenext',
    skipLibCheck: true,
    types: ['node'],
  },
  files: ['app.ts'],
}
