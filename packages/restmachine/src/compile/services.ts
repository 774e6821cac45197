import type { Observing } from './observing.ts'

/** Where the framework writes what an operator should know. A `console` will do, and so will pino. */
export interface Logger {
  debug(message: string, details?: unknown): void
  info(message: string, details?: unknown): void
  warn(message: string, details?: unknown): void
  error(message: string, details?: unknown): void
}

/** What compiled routes use of the application around them. */
export interface Services {
  readonly logger: Logger
  /** Whether error responses may show what happened inside. */
  readonly development: boolean
  /** Whether a host is served here; `undefined` when all are. */
  readonly serves: ((host: string) => boolean) | undefined
  /** What is done with the times of requests; `undefined` when nothing is, and none are taken. */
  readonly observing?: Observing | undefined
}
