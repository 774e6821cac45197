import { nearest } from '../text/nearest.ts'
import { checkCommand } from './check-command.ts'
import { type Command, everywhere } from './command.ts'
import { CommandFault, tellFault } from './command-fault.ts'
import { devCommand, watchedCommand } from './dev-command.ts'
import { explainCommand } from './explain-command.ts'
import { readFlags } from './flags.ts'
import { helpOf, helpOfAll } from './help.ts'
import { newCommand } from './new-command.ts'
import { ownVersion } from './own-package.ts'
import { routesCommand } from './routes-command.ts'
import { serveCommand } from './serve-command.ts'

const commands: readonly Command[] = [
  serveCommand,
  devCommand,
  watchedCommand,
  routesCommand,
  explainCommand,
  checkCommand,
  newCommand,
]

const words = process.argv.slice(2)
try {
  const code = await run(words)
  if (code !== undefined) end(code)
} catch (error) {
  console.error(tellFault(error, words.includes('--stack')))
  end(1)
}

/** @returns The exit code; `undefined` when the process goes on. */
async function run([name, ...rest]: readonly string[]): Promise<number | undefined> {
  if (name === '--version' || name === '-v') return say(ownVersion())
  if (name === '--help' || name === '-h' || name === 'help') return say(helpFor(rest[0]))
  if (name === undefined) {
    console.error(helpOfAll(commands))
    return 1
  }
  const command = commandOf(name)
  // Before anything else is read: whoever asks for help may have the rest wrong.
  if (rest.includes('--help') || rest.includes('-h')) return say(helpOf(command))
  const given = readFlags(rest, { command: name, flags: [...command.flags(), ...everywhere] })
  checkOperands(command, given.operands)
  const code = await command.run(given)
  return command.isLasting === true ? undefined : code
}

function helpFor(name: string | undefined): string {
  return name === undefined ? helpOfAll(commands) : helpOf(commandOf(name))
}

function commandOf(name: string): Command {
  const command = commands.find((each) => each.name === name)
  if (command !== undefined) return command
  const known = commands.flatMap((each) => (each.isHidden === true ? [] : [each.name]))
  const near = nearest(name, known)
  const isFile = /\.[mc]?[jt]s$/.test(name)
  const mend = isFile ? `restmachine serve ${name}` : near && `did you mean restmachine ${near}?`
  throw new CommandFault(`Cannot read the command: there is no command "${name}"`, {
    mend: mend ?? `there are ${known.join(', ')}`,
  })
}

function checkOperands({ name, operands, count: [least, most] }: Command, given: readonly string[]): void {
  const usage = `restmachine ${name} ${operands}`
  if (given.length < least)
    throw new CommandFault(`Cannot read the command: ${name} needs ${operands}`, { mend: `write ${usage}` })
  if (given.length > most)
    throw new CommandFault(`Cannot read the command: "${given[most]}" is too much`, {
      mend: `write ${usage}`,
    })
}

function say(text: string): number {
  console.log(text)
  return 0
}

// What an application has left open does not keep a command that is through. What is said goes out before.
function end(code: number): void {
  process.exitCode = code
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
}
