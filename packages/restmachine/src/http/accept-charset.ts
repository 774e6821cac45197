import { isToken } from './syntax/token.ts'
import { formatWish, parseWishes } from './syntax/wish.ts'

/** One member of `Accept-Charset`. */
export interface CharsetRange {
  /** In lower case; `*` stands for any that is not named. */
  readonly charset: string
  /** How much it is wanted, from 0 (not at all) to 1. */
  readonly quality: number
}

/**
 * Reads the value of `Accept-Charset`: its charsets in the order they were sent. The field is deprecated
 * and states wishes, so a member that cannot be read is passed over, and of a list that is too long the
 * first 50 count.
 *
 * ```abnf
 * Accept-Charset = #( ( token / "*" ) [ weight ] )
 * ```
 *
 * @example
 * ```ts
 * parseAcceptCharset('UTF-8, *;q=0.1')
 * // [{ charset: 'utf-8', quality: 1 }, { charset: '*', quality: 0.1 }]
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.2
 */
export function parseAcceptCharset(value: string): readonly CharsetRange[] {
  return parseWishes(value).map(({ name, quality }) => ({ charset: name, quality }))
}

/**
 * Charsets as the value of `Accept-Charset`.
 *
 * @throws {RangeError} When a quality is not within 0 and 1.
 * @throws {TypeError} When a charset is no token.
 */
export function formatAcceptCharset(charsets: readonly CharsetRange[]): string {
  return charsets.map(formatCharsetRange).join(', ')
}

function formatCharsetRange({ charset, quality }: CharsetRange): string {
  if (isToken(charset)) return formatWish({ name: charset, quality })
  throw new TypeError(`Cannot format a charset: ${JSON.stringify(charset)} is no token`)
}
