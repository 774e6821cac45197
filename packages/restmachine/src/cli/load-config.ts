import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Config } from '../server/config.ts'
import { nearest } from '../text/nearest.ts'
import { CommandFault } from './command-fault.ts'
import { kinds, shown } from './kinds.ts'
import { checkFile, loadModule } from './load-application.ts'
import { shortPath } from './module-fault.ts'
import { options } from './options.ts'

const FILES = ['.ts', '.mts', '.js', '.mjs'].map((ending) => `restmachine.config${ending}`)

/**
 * Loads `restmachine.config.ts`.
 *
 * @param asked A file of another name.
 * @returns What it says, with the path of the application made absolute; nothing when there is no file.
 * @throws {CommandFault} When it cannot be loaded, or has an option that does not exist or cannot be so.
 */
export async function loadConfig(asked: string | undefined): Promise<Config> {
  if (asked !== undefined) checkFile(asked, 'configuration')
  const found = asked ?? FILES.find((file) => existsSync(file))
  if (found === undefined) return {}
  const file = resolve(found)
  const { default: config } = await loadModule(file)
  if (config === null || typeof config !== 'object')
    throw new CommandFault(`Cannot use ${shortPath(file)}: it has no default export with options`, {
      mend: 'export default defineConfig({ port: 8000 })',
    })
  checkOptions(file, config, '')
  const { app, ...rest } = config as Config
  return app === undefined ? rest : { ...rest, app: resolve(dirname(file), app) }
}

/** @param outer What the names stand in: `tls.`; nothing for the outermost. */
function checkOptions(file: string, values: object, outer: string): void {
  for (const [name, value] of Object.entries(values)) {
    const isGroup = Object.keys(options).some((known) => known.startsWith(`${outer}${name}.`))
    if (!isGroup) checkOption(file, outer + name, value)
    else if (value !== null && typeof value === 'object') checkOptions(file, value, `${outer}${name}.`)
    else if (value !== undefined)
      throw new CommandFault(
        `Cannot use ${shortPath(file)}: ${name}: an object is needed, got ${shown(value)}`,
      )
  }
}

function checkOption(file: string, name: string, value: unknown): void {
  const known = { app: { kind: kinds.file }, ...options }
  const option = Object.hasOwn(known, name) ? known[name as keyof typeof known] : undefined
  const action = `Cannot use ${shortPath(file)}`
  if (option === undefined) {
    const near = nearest(name, Object.keys(known))
    const mend = near === undefined ? `there are ${Object.keys(known).join(', ')}` : `did you mean "${near}"?`
    throw new CommandFault(`${action}: there is no option "${name}"`, { mend })
  }
  if (value === undefined || option.kind.holds(value)) return
  const { needed, holds, read } = option.kind
  const meant = typeof value === 'string' ? read(value) : undefined
  throw new CommandFault(`${action}: ${name}: ${needed} is needed, got ${shown(value)}`, {
    mend: meant !== undefined && holds(meant) ? `write ${name}: ${shown(meant)}` : option.kind.mend?.(value),
  })
}
