import type { Config } from '../server/config.ts'
import { CommandFault } from './command-fault.ts'
import type { Application } from './load-application.ts'
import { mendOf, placeOf, shortPath, whatOf, withoutImporter } from './module-fault.ts'

type Options = Omit<Config, 'app'>

/**
 * Serves an application in this process.
 *
 * @throws {CommandFault} When it cannot start, with the place in the user's code.
 */
export async function startServing(file: string, app: Application, options: Options & { signals?: boolean }) {
  const { workers, startTimeout, ...own } = options
  // Loaded on demand: the help and the other commands do without the server.
  const { serve } = await import('../server/serve.ts')
  try {
    return await serve(app, own)
  } catch (error) {
    throw startFault(file, error)
  }
}

/**
 * Serves an application in processes of their own.
 *
 * @throws {CommandFault} When one of them cannot start.
 */
export async function startWorkers(file: string, options: Options) {
  const { serveWorkers } = await import('../server/workers.ts')
  try {
    return await serveWorkers(file, options)
  } catch (error) {
    throw startFault(file, error)
  }
}

/** Tells why an application did not start. */
export function startFault(file: string, error: unknown): CommandFault {
  const { message = '', cause } = error as { readonly message?: string; readonly cause?: unknown }
  // What the framework says over several lines has its places and mends within.
  if (/^Cannot serve\b|\n/.test(message)) return new CommandFault(message, {}, error)
  // A worker cannot hand over what was thrown there, but tells it as the cause.
  if (/^Cannot start\b/.test(message)) {
    const facts = { at: placeOf(file, cause), mend: mendOf(cause) }
    return new CommandFault(withoutImporter(message), facts, error)
  }
  return new CommandFault(
    `Cannot start ${shortPath(file)}: ${whatOf(error)}`,
    { at: placeOf(file, error) },
    error,
  )
}
