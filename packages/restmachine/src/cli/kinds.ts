import { readAccessLog } from '../server/access-log-option.ts'
import { readTrustProxy } from '../server/trust-proxy-option.ts'
import { readSpan } from '../text/duration.ts'

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

const accessLog: Kind = {
  sign: '<format>',
  isOptional: true,
  needed: 'common, combined, json, - (standard output) or the path of a file, with a / or a . in it,',
  read(given) {
    const value = onOff.read(given) ?? given
    // `--access-log app.ts` is a forgotten value, and would write over a source.
    return holdsAccessLog(value) && !/\.[mc]?[jt]s$/.test(given) ? value : undefined
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
  try {
    read(value)
    return true
  } catch {
    return false
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
  onOff,
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
