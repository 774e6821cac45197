import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One error of the compiler. */
export interface Diagnostic {
  /** Relative to the folder of the project. */
  readonly file: string
  readonly line: number
  /** Without its code; further lines as the compiler indents them. */
  readonly message: string
}

/** What the compiler says of a project, and what it took. */
export interface Compilation {
  readonly errors: readonly Diagnostic[]
  /** Seconds. */
  readonly checkTime: number
  readonly instantiations: number
}

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const tsc = join(dirname(fileURLToPath(import.meta.resolve('typescript/package.json'))), 'bin/tsc')

/** Runs the compiler over a project: the path of its tsconfig.json. */
export async function compile(project: string, ...options: readonly string[]): Promise<Compilation> {
  const folder = dirname(project)
  const output = await run(
    [tsc, '-p', project, '--pretty', 'false', '--extendedDiagnostics', ...options],
    folder,
  )
  const end = output.search(/^Files: /m)
  if (end < 0) throw new Error(`The compiler did not come to its end:\n${output}`)
  const [said, took] = [output.slice(0, end), output.slice(end)]
  return {
    errors: parseErrors(said),
    checkTime: readMeasure(took, 'Check time'),
    instantiations: readMeasure(took, 'Instantiations'),
  }
}

/**
 * Writes a project of its own into `node_modules/.cache`, where tools do not look, and gives the path of its
 * tsconfig.json. It takes the package from its source unless `options` say otherwise.
 */
export function createProject(
  name: string,
  files: Readonly<Record<string, string>>,
  options: Readonly<Record<string, unknown>> = {},
): string {
  const folder = join(root, 'node_modules/.cache/restmachine-types', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const project = join(folder, 'tsconfig.json')
  const extended = relative(folder, join(root, 'packages/restmachine/tsconfig.json'))
  const config = { extends: extended, compilerOptions: options, files: Object.keys(files), include: [] }
  writeFileSync(project, JSON.stringify(config))
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
  return project
}

// The exit code tells less than what was said, so it is not looked at.
function run(args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, maxBuffer: 64 << 20 }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    )
  })
}

function parseErrors(text: string): readonly Diagnostic[] {
  const errors: Diagnostic[] = []
  for (const line of text.trimEnd().split('\n')) {
    const [, file, at, message] = /^(?:(.+)\((\d+),\d+\): )?error TS\d+: (.*)$/.exec(line) ?? []
    const last = errors.at(-1)
    if (message !== undefined) errors.push({ file: file ?? '', line: Number(at ?? 0), message })
    else if (last !== undefined) errors.push({ ...last, message: `${errors.pop()?.message}\n${line}` })
    else if (line !== '') errors.push({ file: '', line: 0, message: line })
  }
  return errors
}

function readMeasure(text: string, name: string): number {
  const [, value] = new RegExp(`^${name}:\\s+([\\d.]+)`, 'm').exec(text) ?? []
  return Number(value)
}
