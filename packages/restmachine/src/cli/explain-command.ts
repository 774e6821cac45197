import { type Command, flagOf } from './command.ts'
import { CommandFault } from './command-fault.ts'
import type { Flag, Given } from './flags.ts'
import { configFlag, wantedFile } from './given-options.ts'
import { kinds } from './kinds.ts'
import { loadApplication } from './load-application.ts'
import { startFault } from './serving.ts'

const FLAGS: readonly Flag[] = [
  {
    name: 'header',
    short: 'H',
    kind: kinds.text,
    repeated: true,
    help: "a header field: 'Accept: text/html'",
  },
  { name: 'data', short: 'd', kind: kinds.text, help: 'the content of the request' },
  {
    name: 'all',
    short: 'a',
    kind: kinds.onOff,
    help: 'a line for each decision that the declaration settles, too',
  },
  configFlag,
]

/** `restmachine explain` */
export const explainCommand: Command = {
  name: 'explain',
  operands: 'METHOD PATH [app.ts]',
  count: [2, 3],
  help: 'tells each decision that a request takes, and why; the handlers of unsafe methods do not run',
  note: 'Example: restmachine explain GET /users/7 -H \'If-None-Match: "3"\'',
  flags: () => FLAGS,
  async run(given) {
    const request = requestOf(given)
    const file = await wantedFile(given, given.operands[2])
    const app = await loadApplication(file)
    try {
      const told = await app.explain(request)
      console.log(told.toString({ all: flagOf(given, 'all') === true }))
    } catch (error) {
      throw startFault(file, error)
    } finally {
      await app.shutdown()
    }
    return 0
  },
}

function requestOf(given: Given): Request {
  const [method = '', path = ''] = given.operands
  const body = flagOf(given, 'data') as string | undefined
  const headers = (given.flags.get('header') ?? []).map((line) => fieldOf(line as string))
  try {
    const url = new URL(path, 'http://localhost')
    const known = method.toUpperCase() === 'PATCH' ? 'PATCH' : method
    return new Request(url, {
      method: known,
      headers: new Headers(headers),
      ...(body === undefined ? {} : { body }),
    })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const mend = 'such as: restmachine explain GET /users/7'
    throw new CommandFault(`Cannot explain ${method} ${path}: ${why}`, { mend }, error)
  }
}

function fieldOf(line: string): [name: string, value: string] {
  const [, name = '', value = ''] = /^([^:\s]+):\s*(.*)$/.exec(line) ?? []
  if (name !== '') return [name, value]
  throw new CommandFault(
    `Cannot read the command: --header: a name, a colon and a value are needed, got "${line}"`,
    {
      mend: "write -H 'Accept: text/html'",
    },
  )
}
