import type { WorkersOptions } from './workers-settings.ts'

/** What `restmachine.config.ts` says: how `restmachine serve` and `restmachine dev` serve which application. */
export interface Config extends Omit<WorkersOptions, 'signals'> {
  /** The file of the application, seen from the folder of the configuration. Default `app.ts`, `src/app.ts` … */
  readonly app?: string
  /** How many processes serve; `auto` is one for each processor. Default 1, in the process of the command itself. */
  readonly workers?: number | 'auto'
}

/**
 * Gives `restmachine.config.ts` its types; it returns what it got. Flags and the environment go before the file.
 *
 * @param config See {@link Config}; the names are those of `serve` and `serveWorkers`.
 *
 * @example
 * ```ts
 * import { defineConfig } from 'restmachine/node'
 *
 * const config = defineConfig({ app: 'src/app.ts', port: 3000, gracefulTimeout: 10_000 })
 * // config.port === 3000
 * ```
 */
export function defineConfig(config: Config): Config {
  return config
}
