import { takeMembers } from './syntax/list.ts'
import { endOfQuotedString, parseQuotedString } from './syntax/quoted-string.ts'
import { endOfToken } from './syntax/token.ts'
import { skipWhitespace } from './syntax/whitespace.ts'

/** How a client would like its request to be handled. */
export interface Preferences {
  /** What a successful response should carry: as little as possible, or the new state. */
  readonly return?: 'minimal' | 'representation'
  /** Whether 202 is welcome instead of a long wait. */
  readonly respondAsync: boolean
  /** The seconds that the client will wait. */
  readonly wait?: number
  /** What to do about faults in the request that could be mended: report or mend them. */
  readonly handling?: 'strict' | 'lenient'
}

const DIGITS = /^\d+$/

/**
 * Reads the value of `Prefer`. The field states wishes, so what is unknown or cannot be read is passed
 * over, and of a list that is too long the first 50 members count. Of a preference given twice the first
 * counts, also when its value is unknown (§2). Parameters are not read: none is defined.
 *
 * ```abnf
 * Prefer     = 1#preference
 * preference = token [ BWS "=" BWS word ] *( OWS ";" [ OWS parameter ] )
 * word       = token / quoted-string
 * ```
 *
 * @example
 * ```ts
 * parsePrefer('respond-async, wait=10, return="minimal"; foo')
 * // { return: 'minimal', respondAsync: true, wait: 10 }
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc7240#section-2
 */
export function parsePrefer(value: string): Preferences {
  const words = new Map<string, string>()
  for (const member of takeMembers(value).members) {
    const nameEnd = endOfToken(member, 0)
    const name = member.slice(0, nameEnd).toLowerCase()
    const word = parseWord(member, nameEnd)
    if (name !== '' && word !== undefined && !words.has(name)) words.set(name, word)
  }
  const result = words.get('return')
  const wait = words.get('wait') ?? ''
  const handling = words.get('handling')
  return {
    ...((result === 'minimal' || result === 'representation') && { return: result }),
    // An empty word is as good as none (§2).
    respondAsync: words.get('respond-async') === '',
    ...(DIGITS.test(wait) && { wait: Math.min(Number(wait), Number.MAX_SAFE_INTEGER) }),
    ...((handling === 'strict' || handling === 'lenient') && { handling }),
  }
}

/**
 * The preferences that were honoured, as the value of `Preference-Applied`; empty when there is none.
 *
 * ```abnf
 * Preference-Applied = 1#applied-pref
 * applied-pref       = token [ BWS "=" BWS word ]
 * ```
 *
 * @throws {RangeError} When `wait` is no whole number of seconds from 0 on.
 *
 * @example
 * ```ts
 * formatPreferenceApplied({ return: 'representation' }) // 'return=representation'
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc7240#section-3
 */
export function formatPreferenceApplied(applied: Partial<Preferences>): string {
  const { wait, handling } = applied
  if (wait !== undefined && !(Number.isSafeInteger(wait) && wait >= 0))
    throw new RangeError(`Cannot format Preference-Applied: wait: whole seconds are needed, got ${wait}`)
  const formatted: string[] = []
  if (applied.return !== undefined) formatted.push(`return=${applied.return}`)
  if (applied.respondAsync) formatted.push('respond-async')
  if (wait !== undefined) formatted.push(`wait=${wait}`)
  if (handling !== undefined) formatted.push(`handling=${handling}`)
  return formatted.join(', ')
}

/** The word of a preference whose name ends at `from`, empty when it has none. */
function parseWord(member: string, from: number): string | undefined {
  const equals = skipWhitespace(member, from)
  const hasWord = member[equals] === '='
  const start = hasWord ? skipWhitespace(member, equals + 1) : from
  const isQuoted = hasWord && member[start] === '"'
  const end = isQuoted ? endOfQuotedString(member, start) : hasWord ? endOfToken(member, start) : from
  const rest = skipWhitespace(member, end)
  if (end === -1 || (rest < member.length && member[rest] !== ';')) return undefined
  const raw = member.slice(start, end)
  return isQuoted ? parseQuotedString(raw) : raw
}
