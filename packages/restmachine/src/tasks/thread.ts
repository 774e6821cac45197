/** What a thread is told to do. */
export interface ThreadCall {
  /** The URL of the module. */
  readonly file: string
  /** The export to call. */
  readonly name: string
  readonly args: readonly unknown[]
}

/** Where this module is, for the pool: threads load it by its address. It imports nothing, so they start fast. */
export const here: string = import.meta.url

/** Calls a function of another module. What it gives is not sent back: nobody reads it. */
export async function runOnThread({ file, name, args }: ThreadCall): Promise<void> {
  const exported = ((await import(file)) as Readonly<Record<string, unknown>>)[name]
  if (typeof exported !== 'function')
    throw new TypeError(`Cannot run a background task: ${file} exports no function "${name}"`)
  await exported(...args)
}
