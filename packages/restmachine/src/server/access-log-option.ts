import { didYouMean } from '../injection/faults.ts'
import { ACCESS_LOG_FORMATS, type AccessLogFormat } from './access-log-format.ts'

/** An access log with a format or a place of its own. */
export interface AccessLogOptions {
  /** `combined`, `common`, `json`, or what makes a line of an entry. Default `combined`. */
  readonly format?: AccessLogFormat
  /** A file to write to, or a function that gets each line. Default: the standard output. */
  readonly write?: string | ((line: string) => unknown)
}

/**
 * Which requests are told, and where: `true` for the combined format on the standard output, the name of another
 * format, the path of a file (it has a `/` or a `.` in it), or both in an object.
 */
export type AccessLogOption = boolean | 'combined' | 'common' | 'json' | (string & {}) | AccessLogOptions

const KNOWN_OPTIONS = ['format', 'write']

/**
 * What an option says, as format and place; `undefined` when there is to be no log.
 *
 * @throws {Error} When it cannot be read.
 */
export function readAccessLog(option: unknown): AccessLogOptions | undefined {
  if (option === false) return undefined
  if (option === true || option === '-') return {}
  if (typeof option === 'string') return readWord(option)
  if (typeof option !== 'object' || option === null) throw fault(`got ${String(option)}`)
  const { format, write } = option as AccessLogOptions
  const unknown = Object.keys(option).find((name) => !KNOWN_OPTIONS.includes(name))
  if (unknown !== undefined) throw fault(`there is no option "${unknown}"${advice(unknown, KNOWN_OPTIONS)}`)
  if (format !== undefined && typeof format !== 'function' && !ACCESS_LOG_FORMATS.includes(format))
    throw fault(`there is no format "${String(format)}"${advice(String(format), ACCESS_LOG_FORMATS)}`)
  if (write !== undefined && typeof write !== 'function' && typeof write !== 'string')
    throw fault(`write is a path or a function, got ${String(write)}`)
  return option
}

function readWord(word: string): AccessLogOptions {
  if (ACCESS_LOG_FORMATS.includes(word)) return { format: word as AccessLogFormat }
  // A misspelt format is not to become the name of a file.
  if (/[./\\]/.test(word)) return { write: word }
  throw fault(`got "${word}"${advice(word, ACCESS_LOG_FORMATS)}; a path has a "/" or a "." in it`)
}

function advice(name: string, known: readonly string[]): string {
  return didYouMean(name, known)
    .map((line) => `; ${line}`)
    .join('')
}

function fault(reason: string): Error {
  const what = 'true, false, "combined", "common", "json", a path or { format, write }'
  return new Error(`Cannot serve: accessLog is ${what}: ${reason}`)
}
