import { type Command, everywhere } from './command.ts'
import type { Flag } from './flags.ts'

/** Writes what there is: one line for each command. */
export function helpOfAll(commands: readonly Command[]): string {
  const rows = commands
    .filter(({ isHidden }) => isHidden !== true)
    .map(({ name, operands, help }) => [`${name} ${operands}`.trim(), help] as const)
  return [
    'Usage: restmachine <command>',
    '',
    ...columns(rows),
    '',
    ...columns([
      ['--version, -v', 'the version of restmachine'],
      ['--help, -h', 'this help; behind a command, its flags'],
    ]),
  ].join('\n')
}

/** Writes the help of one command: each flag with its unit, its default and what it does. */
export function helpOf(command: Command): string {
  const { name, operands, help } = command
  const own = command.flags()
  return [
    `Usage: restmachine ${`${name} ${operands}`.trim()} [flags]`,
    '',
    `  ${help}`,
    '',
    ...columns([...own, ...everywhere].map(rowOf)),
    ...(command.note === undefined ? [] : ['', command.note]),
  ].join('\n')
}

function rowOf(flag: Flag): readonly [string, string] {
  const short = flag.short === undefined ? '' : `, -${flag.short}`
  const isNothing = ['', false, undefined].includes(flag.default as string | undefined)
  const standard = isNothing ? '' : ` (default ${String(flag.default)})`
  const repeated = flag.repeated === true ? '; may be repeated' : ''
  return [`--${flag.name}${short} ${flag.kind.sign}`.trim(), `${flag.help}${repeated}${standard}`]
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
