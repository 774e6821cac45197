import type { Config } from '../server/config.ts'
import { nearest } from '../text/nearest.ts'
import { flagOf } from './command.ts'
import { CommandFault } from './command-fault.ts'
import type { Flag, Given } from './flags.ts'
import { kinds } from './kinds.ts'
import { findApplication } from './load-application.ts'
import { loadConfig } from './load-config.ts'
import { namedOptions, withOptions } from './options.ts'

/** How the names of our variables begin. */
const PREFIX = 'RESTMACHINE_'

/** The flag that names the configuration file. */
export const configFlag: Flag = {
  name: 'config',
  short: 'c',
  kind: kinds.file,
  help: 'the configuration file (default restmachine.config.ts or .js, when there is one)',
}

/** The flags of a command that serves. */
export function serveFlags(): readonly Flag[] {
  const own = namedOptions().map(({ flag, short, kind, help, default: standard }) => ({
    ...{ name: flag, kind, help },
    ...(short === undefined ? {} : { short }),
    ...(standard === undefined ? {} : { default: standard }),
  }))
  return [...own, configFlag]
}

/** What is to be served, and how. */
export interface Wanted {
  /** The path of the application. */
  readonly file: string
  readonly options: Omit<Config, 'app'>
}

/**
 * Puts together what flags, the environment and the configuration file say, in this order.
 *
 * @throws {CommandFault} When one of them says something that cannot be.
 */
export async function readWanted(
  given: Given,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Wanted> {
  const { app, ...config } = await loadConfig(flagOf(given, 'config') as string | undefined)
  const file = findApplication(given.operands[0] ?? app)
  return { file, options: withOptions(config, [...readEnvironment(environment), ...readGiven(given)]) }
}

/** The path of the application that a command is about, which may be named in the configuration. */
export async function wantedFile(given: Given, operand: string | undefined): Promise<string> {
  const { app }: Config =
    operand === undefined ? await loadConfig(flagOf(given, 'config') as string | undefined) : {}
  return findApplication(operand ?? app)
}

type Named = readonly (readonly [name: string, value: unknown])[]

function readGiven({ flags }: Given): Named {
  const given = namedOptions().filter(({ flag }) => flags.has(flag))
  return given.map(({ name, flag }) => [name, flags.get(flag)?.[0]] as const)
}

function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Named {
  const known = namedOptions()
  checkVariables(
    Object.keys(environment),
    known.map(({ variable }) => variable),
  )
  return known.flatMap(({ name, kind, variable, env }) => {
    const from = [variable, env].find((each) => each !== undefined && (environment[each] ?? '') !== '')
    if (from === undefined) return []
    const text = environment[from] as string
    const value = kind.read(text)
    if (value !== undefined) return [[name, value] as const]
    const what = `${from}: ${kind.needed} is needed, got "${text}"`
    throw new CommandFault(`Cannot read the environment: ${what}`, {
      mend: kind.mend?.(text) ?? `set ${from} to one, or unset it`,
    })
  })
}

// The beginning of the name is ours: what is unknown is a slip, and would be passed over in silence.
function checkVariables(names: readonly string[], known: readonly string[]): void {
  const unknown = names.find((name) => name.startsWith(PREFIX) && !known.includes(name))
  if (unknown === undefined) return
  const near = nearest(
    unknown.slice(PREFIX.length),
    known.map((each) => each.slice(PREFIX.length)),
  )
  throw new CommandFault(`Cannot read the environment: there is no ${unknown}`, {
    mend: near === undefined ? `there are ${known.join(', ')}` : `did you mean ${PREFIX}${near}?`,
  })
}
