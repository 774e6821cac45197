import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { RestApplication } from '../application/rest-application.ts'
import { nearest } from '../text/nearest.ts'
import { CommandFault } from './command-fault.ts'
import { moduleFault, shortPath } from './module-fault.ts'

/** An application, whatever it provides. */
export type Application = Pick<
  RestApplication,
  'startup' | 'shutdown' | 'answer' | 'routes' | 'explain' | 'logger'
>

const ENDINGS = ['.ts', '.js', '.mts', '.mjs']
const PLACES = ['app', 'src/app']
const NEEDED = ['startup', 'shutdown', 'answer', 'explain'] as const

/**
 * The path of the file of an application: what was asked for, or the first that has one of the usual names.
 *
 * @throws {CommandFault} When there is no such file.
 */
export function findApplication(asked: string | undefined): string {
  if (asked !== undefined) {
    checkFile(asked, 'application')
    return resolve(asked)
  }
  const usual = PLACES.flatMap((place) => ENDINGS.map((ending) => place + ending))
  const found = usual.find((file) => existsSync(file))
  if (found !== undefined) return resolve(found)
  throw new CommandFault(
    `Cannot find an application: there is neither app.ts nor src/app.ts in ${resolve('')}`,
    {
      mend: 'name the file, such as restmachine serve server.ts, or make a project with restmachine new DIR',
    },
  )
}

/** @throws {CommandFault} When it is no file. */
export function checkFile(file: string, what: string): void {
  const seen = statSync(file, { throwIfNoEntry: false })
  if (seen?.isFile()) return
  const action = `Cannot load the ${what}`
  if (seen !== undefined)
    throw new CommandFault(`${action}: ${file} is a folder`, { mend: 'name a file in it' })
  const folder = dirname(resolve(file))
  const names = existsSync(folder) ? readdirSync(folder) : []
  const near = nearest(basename(file), names)
  const mend = near === undefined ? undefined : `did you mean ${shortPath(join(folder, near))}?`
  const place = names.length === 0 && !existsSync(folder) ? `; there is no folder ${shortPath(folder)}` : ''
  throw new CommandFault(`${action}: there is no file ${file}${place}`, { mend })
}

/**
 * Loads the application that a file exports as `app`, or as its default.
 *
 * @throws {CommandFault} When the file cannot be loaded, or exports no application.
 */
export async function loadApplication(file: string): Promise<Application> {
  const exported = await loadModule(file)
  const found = await (exported.app ?? exported.default)
  if (isApplication(found)) return found
  const mend = 'export const app = new RestApplication()'
  const name = 'app' in exported ? 'app' : 'default' in exported ? 'default' : undefined
  const action = `Cannot serve ${shortPath(file)}`
  if (name !== undefined)
    throw new CommandFault(`${action}: its export "${name}" is no application but ${kindOf(found)}`, { mend })
  const names = Object.keys(exported)
  const which = names.find((other) => isApplication(exported[other]))
  if (which !== undefined)
    throw new CommandFault(`${action}: it exports no "app"`, { mend: `export { ${which} as app }` })
  const what = names.length === 0 ? 'nothing' : `only ${names.join(', ')}`
  throw new CommandFault(`${action}: it exports ${what}`, { mend })
}

/** @throws {CommandFault} When the file cannot be loaded. */
export async function loadModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>
  } catch (error) {
    throw moduleFault(file, error)
  }
}

// By its methods: the project may have another copy of the package than the one whose command this is.
function isApplication(value: unknown): value is Application {
  const methods = (value ?? {}) as Readonly<Record<string, unknown>>
  return NEEDED.every((name) => typeof methods[name] === 'function')
}

function kindOf(value: unknown): string {
  if (value === null || typeof value !== 'object')
    return typeof value === 'function' ? 'a function' : String(value)
  const name: unknown = value.constructor?.name
  return name === 'Object' || typeof name !== 'string' ? 'an object' : `an instance of ${name}`
}
