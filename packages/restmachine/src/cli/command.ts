import type { Flag, Given } from './flags.ts'
import { kinds } from './kinds.ts'

/** One thing that `restmachine` does. */
export interface Command {
  readonly name: string
  /** What stands behind the name: `[app.ts]`. */
  readonly operands: string
  /** How many of these there must and may be. */
  readonly count: readonly [least: number, most: number]
  readonly help: string
  /** Further lines of its help. */
  readonly note?: string
  flags(): readonly Flag[]
  /** Whether the process goes on when `run` is through. */
  readonly isLasting?: boolean
  /** Whether it is left out of the help. */
  readonly isHidden?: boolean
  /** @returns The exit code; `undefined` is 0. */
  run(given: Given): Promise<number | undefined>
}

/** The flags that each command has. */
export const everywhere: readonly Flag[] = [
  { name: 'stack', kind: kinds.onOff, help: 'shows the stack of what failed' },
  { name: 'help', short: 'h', kind: kinds.onOff, help: 'shows this help' },
]

/** The one value of a flag; `undefined` when it was not given. */
export function flagOf(given: Given, name: string): unknown {
  return given.flags.get(name)?.[0]
}
