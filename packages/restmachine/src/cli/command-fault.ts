/** Something that the user can mend. It is told without a stack. */
export class CommandFault extends Error {
  override readonly name = 'CommandFault'
  /** Further lines: a name and what it says, such as `mend` and what to do. */
  readonly facts: readonly (readonly [name: string, fact: string])[]

  /**
   * @param message The action that failed, colon, the facts.
   * @param facts What else there is to say; facts that are `undefined` are left out.
   * @param cause What was thrown; told with `--stack`.
   */
  constructor(message: string, facts: Readonly<Record<string, string | undefined>> = {}, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.facts = Object.entries(facts).flatMap(([name, fact]) => (fact === undefined ? [] : [[name, fact]]))
  }
}

/**
 * Writes what went wrong for people.
 *
 * @param stack Whether the stack of what was thrown is told, too.
 */
export function tellFault(error: unknown, stack: boolean): string {
  const isKnown = error instanceof CommandFault
  const message = error instanceof Error ? error.message : String(error)
  const facts = isKnown ? error.facts.map(([name, fact]) => `  ${`${name}:`.padEnd(6)} ${fact}`) : []
  const told = [`restmachine: ${message}`, ...facts]
  if (stack) told.push(stackOf(isKnown ? (error.cause ?? error) : error))
  else if (!isKnown) told.push('  --stack shows where it comes from')
  return told.join('\n')
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)) : `thrown: ${String(error)}`
}
