import { isToken } from './syntax/token.ts'
import { formatWish, parseWishes } from './syntax/wish.ts'

/** One member of `Accept-Encoding`. */
export interface CodingRange {
  /** In lower case; `*` stands for any that is not named, `identity` for none. */
  readonly coding: string
  /** How much it is wanted, from 0 (not at all) to 1. */
  readonly quality: number
}

// Two names for the same coding (RFC 9110 §8.4.1.1 and §8.4.1.3).
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['x-compress', 'compress'],
  ['x-gzip', 'gzip'],
])

/**
 * Reads the value of `Accept-Encoding`: its codings in the order they were sent. The field states wishes,
 * so a member that cannot be read is passed over, and of a list that is too long the first 50 count.
 * An empty list is not an absent field: it asks for no coding at all.
 *
 * ```abnf
 * Accept-Encoding = #( codings [ weight ] )
 * codings         = content-coding / "identity" / "*"
 * content-coding  = token
 * ```
 *
 * @example
 * ```ts
 * parseAcceptEncoding('br, x-gzip;q=0.5')
 * // [{ coding: 'br', quality: 1 }, { coding: 'gzip', quality: 0.5 }]
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3
 */
export function parseAcceptEncoding(value: string): readonly CodingRange[] {
  return parseWishes(value).map(({ name, quality }) => ({ coding: ALIASES.get(name) ?? name, quality }))
}

/**
 * Codings as the value of `Accept-Encoding`; in a response with 415 it says what could be read.
 *
 * @throws {RangeError} When a quality is not within 0 and 1.
 * @throws {TypeError} When a coding is no token.
 */
export function formatAcceptEncoding(codings: readonly CodingRange[]): string {
  return codings.map(formatCodingRange).join(', ')
}

function formatCodingRange({ coding, quality }: CodingRange): string {
  if (isToken(coding)) return formatWish({ name: coding, quality })
  throw new TypeError(`Cannot format a content coding: ${JSON.stringify(coding)} is no token`)
}
