import { parseArgs } from 'node:util'
import { nearest } from '../text/nearest.ts'
import { CommandFault } from './command-fault.ts'
import type { Kind } from './kinds.ts'

/** A flag of a command. */
export interface Flag {
  /** Without its dashes: `graceful-timeout`. */
  readonly name: string
  readonly short?: string
  readonly kind: Kind
  readonly help: string
  /** What holds when nobody says; shown in the help. */
  readonly default?: unknown
  /** Whether it may be given more than once. */
  readonly repeated?: boolean
}

/** What stands on a command line behind the command. */
export interface Given {
  readonly operands: readonly string[]
  /** The values of the flags by name, as their kinds read them; each value of a repeated one. */
  readonly flags: ReadonlyMap<string, readonly unknown[]>
}

/** What it is called, for the messages. */
export interface Asked {
  readonly command: string
  readonly flags: readonly Flag[]
}

/**
 * Reads flags and operands.
 *
 * @throws {CommandFault} When a flag is unknown, has no value or one that it cannot have.
 */
export function readFlags(words: readonly string[], asked: Asked): Given {
  const { tokens } = parseArgs({
    args: [...words],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(asked.flags.map((flag) => [flag.name, parserOptions(flag)])),
  })
  const operands: string[] = []
  const flags = new Map<string, readonly unknown[]>()
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName, value, inlineValue } = token
    const { flag, value: read } = readFlag(asked, { name, rawName, value, isInline: inlineValue === true })
    if (flags.has(flag.name) && flag.repeated !== true)
      throw new CommandFault(`Cannot read the command: ${rawName} is given twice`, { mend: 'give it once' })
    flags.set(flag.name, [...(flags.get(flag.name) ?? []), read])
  }
  return { operands, flags }
}

function parserOptions({ kind, short }: Flag): { type: 'string' | 'boolean'; short?: string } {
  return { type: kind.sign === '' ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) }
}

/** Whether `--no-` goes before its name. */
function isSwitch({ sign, isOptional }: Kind): boolean {
  return sign === '' || isOptional === true
}

interface Written {
  readonly name: string
  readonly rawName: string
  readonly value: string | undefined
  /** Whether the value stands behind `=`, or right behind a letter. */
  readonly isInline: boolean
}

function readFlag(asked: Asked, { name, rawName, value, isInline }: Written): { flag: Flag; value: unknown } {
  const flag = asked.flags.find((known) => known.name === name)
  const denied = asked.flags.find((known) => isSwitch(known.kind) && name === `no-${known.name}`)
  if (denied !== undefined && value === undefined) return { flag: denied, value: false }
  if (flag === undefined) throw unknownFlag(rawName, asked)
  const { kind } = flag
  if (kind.sign === '' && value === undefined) return { flag, value: true }
  // `--host --port 80` is a forgotten value; `-` alone is one.
  const isForgotten = value === undefined || (!isInline && /^-./.test(value))
  const read = isForgotten ? undefined : kind.read(value)
  if (read !== undefined) return { flag, value: read }
  const got = isForgotten ? 'nothing' : `"${value}"`
  throw new CommandFault(`Cannot read the command: ${rawName}: ${kind.needed} is needed, got ${got}`, {
    mend:
      (isForgotten ? undefined : kind.mend?.(value)) ??
      (kind.sign === '' ? `write ${rawName} or --no-${name}` : `write ${rawName} ${kind.sign}`),
  })
}

function unknownFlag(rawName: string, { command, flags }: Asked): CommandFault {
  const near = nearest(
    rawName,
    flags.map((flag) => `--${flag.name}`),
  )
  return new CommandFault(`Cannot read the command: there is no flag ${rawName}`, {
    mend: near === undefined ? `restmachine ${command} --help lists the flags` : `did you mean ${near}?`,
  })
}
