import { readAccessLog } from '../server/access-log-option.ts'
import { LOG_LEVELS } from '../server/error-log.ts'
import { checkHandedDown, type HandedDown } from '../server/handed-down.ts'
import { readTrustProxy } from '../server/trust-proxy-option.ts'
import { readSpan } from '../text/duration.ts'
import { nearest } from '../text/nearest.ts'

/** What a value can be, however it was given. */
export interface Kind {
  /** What stands for the value in the help; empty when there is none to give. */
  readonly sign: string
  /** Whether `--no-` before the name of its flag says `false`, though it has values. */
  readonly isOptional?: boolean
  /** What is needed: `a whole number from 0`. */
  readonly needed: string
  /** Reads what was written in a flag or in the environment; `undefined` when it cannot be read. */
  read(text: string): unknown
  /** Whether a value of a configuration file is one. */
  holds(value: unknown): boolean
  /** What to write in place of a value that is none, where something better than its sign can be said. */
  mend?(value: unknown): string | undefined
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const TRUE = ['true', '1', 'yes', 'on']
const FALSE = ['false', '0', 'no', 'off', '']

const port = wholeNumber('<port>', 0, 65_535)
const count = wholeNumber('<n>', 0)
const oneToMany = wholeNumber('<n>', 1, 1_024)
const bytes = wholeNumber('<bytes>', 0)

const milliseconds: Kind = {
  ...wholeNumber('<ms>', 0),
  needed: 'milliseconds, or a span such as 500ms, 30s or 5m,',
  read(text) {
    const time = /^\d+$/.test(text) ? Number(text) : readSpan(text, MILLISECONDS)
    return Number.isSafeInteger(time) ? time : undefined
  },
}

const text: Kind = {
  sign: '<text>',
  needed: 'a text',
  read: (given) => (given === '' ? undefined : given),
  holds: (value) => typeof value === 'string' && value !== '',
}

const file: Kind = { ...text, sign: '<file>', needed: 'the name of a file' }

const folder: Kind = { ...text, sign: '<folder>', needed: 'the name of a folder' }

const onOff: Kind = {
  sign: '',
  needed: 'true or false',
  read(given) {
    const word = given.toLowerCase()
    return TRUE.includes(word) ? true : FALSE.includes(word) ? false : undefined
  },
  holds: (value) => typeof value === 'boolean',
}

const workers: Kind = {
  sign: '<n>',
  needed: '"auto" or a whole number from 1 to 1024',
  read: (given) => (given === 'auto' ? given : oneToMany.read(given)),
  holds: (value) => value === 'auto' || oneToMany.holds(value),
}

const VERSIONS = ['TLSv1.2', 'TLSv1.3']
const tlsVersion: Kind = {
  sign: '<version>',
  needed: VERSIONS.join(' or '),
  read: (given) => (VERSIONS.includes(given) ? given : undefined),
  holds: (value) => VERSIONS.includes(value as string),
}

/** More than nothing; `serve` takes spans in a text, too. */
const duration: Kind = {
  ...milliseconds,
  needed: 'milliseconds from 1, or a span such as 500ms, 30s or 5m,',
  read: (given) => milliseconds.read(given) || undefined,
  holds: holdsHandedDown('handlerTimeout'),
}

const serverTiming: Kind = { ...onOff, holds: holdsHandedDown('serverTiming') }

const compression: Kind = {
  ...onOff,
  needed: 'true, false or codings such as br,gzip',
  read: (given) => onOff.read(given) ?? readCodings(given),
  holds: holdsHandedDown('compression'),
  mend(given) {
    const codings = typeof given === 'string' ? { encodings: given.split(',') } : given
    return reasonOf(() => checkHandedDown('compression', codings))?.replace(
      /^Cannot serve: compression: /,
      '',
    )
  },
}

function readCodings(given: string): unknown {
  const value = { encodings: given.split(',').map((word) => word.trim()) }
  return compression.holds(value) ? value : undefined
}

const logLevel: Kind = {
  sign: '<level>',
  needed: `one of ${LOG_LEVELS.join(', ')}`,
  mend(given) {
    const near = typeof given === 'string' ? nearest(given.toLowerCase(), LOG_LEVELS) : undefined
    return near && `did you mean ${near}?`
  },
  read(given) {
    const level = given.toLowerCase()
    return logLevel.holds(level) ? level : undefined
  },
  holds: holdsHandedDown('logLevel'),
}

const errorLog: Kind = {
  ...file,
  needed: '- (standard error) or the path of a file',
  // `--error-log app.ts` is a forgotten value, and would write over a source.
  read: (given) => (isSource(given) ? undefined : file.read(given)),
}

function isSource(given: string): boolean {
  return /\.[mc]?[jt]s$/.test(given)
}

function holdsHandedDown(name: keyof HandedDown): Kind['holds'] {
  return (value) => canBeRead((given) => checkHandedDown(name, given), value)
}

const accessLog: Kind = {
  sign: '<format>',
  isOptional: true,
  needed: 'common, combined, json, - (standard output) or the path of a file, with a / or a . in it,',
  read(given) {
    const value = onOff.read(given) ?? given
    // `--access-log app.ts` is a forgotten value, and would write over a source.
    return holdsAccessLog(value) && !isSource(given) ? value : undefined
  },
  holds: holdsAccessLog,
}

function holdsAccessLog(value: unknown): boolean {
  return canBeRead(readAccessLog, value)
}

const trustProxy: Kind = {
  sign: '<addresses>',
  isOptional: true,
  needed: 'a list of proxies such as 127.0.0.1,10.0.0.0/8 or loopback, private, unix,',
  read(given) {
    const value = onOff.read(given) ?? given
    return holdsTrustProxy(value) ? value : undefined
  },
  holds: holdsTrustProxy,
}

function holdsTrustProxy(value: unknown): boolean {
  return canBeRead(readTrustProxy, value)
}

function canBeRead(read: (value: unknown) => unknown, value: unknown): boolean {
  return reasonOf(() => read(value)) === undefined
}

function reasonOf(read: () => unknown): string | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** A whole number within bounds. */
function wholeNumber(sign: string, least: number, most: number = Number.MAX_SAFE_INTEGER): Kind {
  const holds = (value: unknown): boolean =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
  const bound = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`
  return {
    sign,
    needed: `a whole number from ${least}${bound}`,
    read(given) {
      const value = /^\d+$/.test(given) ? Number(given) : undefined
      return holds(value) ? value : undefined
    },
    holds,
  }
}

/** The kinds of values, by name. */
export const kinds = {
  port,
  count,
  bytes,
  milliseconds,
  text,
  file,
  folder,
  onOff,
  duration,
  serverTiming,
  compression,
  logLevel,
  errorLog,
  accessLog,
  trustProxy,
  workers,
  tlsVersion,
} as const satisfies Record<string, Kind>

/** Shows a value as it was given. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'bigint') return `${value}n`
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
