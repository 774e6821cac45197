import type { Checkable } from '../devtools/check-application.ts'
import { type Command, flagOf } from './command.ts'
import { CommandFault } from './command-fault.ts'
import type { Flag } from './flags.ts'
import { configFlag, wantedFile } from './given-options.ts'
import { kinds } from './kinds.ts'
import { loadApplication } from './load-application.ts'
import { startFault } from './serving.ts'

const FLAGS: readonly Flag[] = [
  { name: 'off', kind: kinds.text, repeated: true, help: 'a rule to leave out' },
  { name: 'strict', kind: kinds.onOff, help: 'exits with 1 when there is advice' },
  configFlag,
]

/** `restmachine check` */
export const checkCommand: Command = {
  name: 'check',
  operands: '[app.ts]',
  count: [0, 1],
  help: 'advises on what the declaration of an application could do better; nothing is opened',
  flags: () => FLAGS,
  async run(given) {
    const file = await wantedFile(given, given.operands[0])
    const app = await loadApplication(file)
    const [{ checkApplication }, { formatAdvice }] = await Promise.all([
      import('../devtools/check-application.ts'),
      import('../devtools/advice.ts'),
    ])
    const off = (given.flags.get('off') ?? []).map((rule) => [rule as string, false] as const)
    try {
      // By its layer, it finds out itself whether the application is of this copy of the package.
      const advice = checkApplication(app as unknown as Checkable, {
        rules: Object.fromEntries(off),
      })
      console.log(formatAdvice(advice))
      return advice.length > 0 && flagOf(given, 'strict') === true ? 1 : 0
    } catch (error) {
      if (error instanceof TypeError) throw new CommandFault(error.message, {}, error)
      throw startFault(file, error)
    }
  },
}
