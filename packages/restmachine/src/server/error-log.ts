import { appendFileSync, writeSync } from 'node:fs'
import { inspect } from 'node:util'
import type { Logger } from '../compile/services.ts'
import { type AppendedFile, MODE, openForAppending } from './appended-file.ts'

/** From which level on lines are written; `silent` writes none. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent']

/** A log that is open. */
export interface ErrorLog {
  readonly logger: Logger
  /** Lets go of the file. */
  close(): void
}

/** What `serve` is told about the log. */
interface ErrorLogSettings {
  /** A path, or `-` for standard error; `undefined` when nobody says. */
  readonly errorLog: string | undefined
  readonly logLevel: LogLevel | undefined
}

/**
 * Opens the log that a server is asked for; `undefined` when nobody asks for one, and the console has to do.
 *
 * @throws {Error} When its file cannot be opened.
 */
export function openErrorLog({ errorLog, logLevel }: ErrorLogSettings): ErrorLog | undefined {
  if (errorLog === undefined && logLevel === undefined) return undefined
  const file = errorLog === undefined || errorLog === '-' ? undefined : open(errorLog)
  let isOpen = true
  const write = (text: string): void => {
    // How a stop went is known when everything is closed.
    const put = (): void =>
      isOpen && file !== undefined
        ? void writeSync(file.descriptor(), text)
        : appendFileSync(errorLog as string, text, { mode: MODE })
    if (file !== undefined && done(put)) return
    process.stderr.write(text)
  }
  return {
    logger: createLogger(logLevel ?? 'debug', write),
    close() {
      if (isOpen) file?.close()
      isOpen = false
    },
  }
}

function open(path: string): AppendedFile {
  try {
    return openForAppending(path)
  } catch (error) {
    throw new Error(`Cannot serve: the error log ${path} cannot be opened: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

// At once: the last line before a process dies is the one that somebody will look for.
function done(put: () => void): boolean {
  try {
    put()
    return true
  } catch {
    // A full disk: whoever looks after the process reads the other place.
    return false
  }
}

function createLogger(least: LogLevel, write: (text: string) => void): Logger {
  const at = LOG_LEVELS.indexOf(least)
  function writer(level: LogLevel): (message: string, ...details: readonly unknown[]) => void {
    if (LOG_LEVELS.indexOf(level) < at) return () => undefined
    return (message, ...details) => write(formatLine(level, message, details))
  }
  return { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') }
}

// What follows on further lines is indented: nothing within a message looks like an entry of its own.
function formatLine(level: LogLevel, message: string, details: readonly unknown[]): string {
  const told = [String(message), ...details.filter((detail) => detail !== undefined).map(tell)].join('\n')
  const text = told.replaceAll(/\r\n|[\r\n\u2028\u2029]/g, '\n  ').replaceAll(UNPRINTED, escaped)
  return `${new Date().toISOString()} ${level} ${text}\n`
}

// Some of these tell a terminal what to do: what clients send is not to reach the one of who reads the log.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNPRINTED = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g

function escaped(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
}

function tell(detail: unknown): string {
  return typeof detail === 'string' ? detail : inspect(detail)
}
