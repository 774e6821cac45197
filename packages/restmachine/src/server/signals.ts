const SIGNALS = ['SIGTERM', 'SIGINT'] as const

/** Marks our listeners, so that the last server of several in a process ends it, and not the first. */
const OURS = Symbol('ends the process')

/** Where is told what goes wrong while stopping. */
export interface StopLog {
  error(message: string, details?: unknown): void
}

export const UNFINISHED = 'Some requests did not finish in time; their connections were closed'

/**
 * Ends the process when it is told to, with 0 when `close` gives true and 1 otherwise. A second signal
 * ends it at once.
 *
 * @returns What takes the listeners away again.
 */
export function stopOnSignals(close: () => Promise<boolean>, log: StopLog = console): () => void {
  let isStopping = false

  async function stop(): Promise<void> {
    if (isStopping) process.exit(1)
    isStopping = true
    try {
      if (!(await close())) {
        log.error(UNFINISHED)
        process.exitCode = 1
      }
    } catch (error) {
      log.error('Stopping failed', error)
      process.exitCode = 1
    }
    remove()
    const others = SIGNALS.flatMap((signal) => process.listeners(signal)).some((other) => OURS in other)
    if (!others) process.exit()
  }

  const listener = Object.assign((): void => void stop(), { [OURS]: true })
  function remove(): void {
    for (const signal of SIGNALS) process.off(signal, listener)
  }
  for (const signal of SIGNALS) process.on(signal, listener)
  return remove
}
