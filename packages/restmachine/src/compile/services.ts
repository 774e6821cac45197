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
}
