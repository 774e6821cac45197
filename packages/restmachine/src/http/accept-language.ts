import { formatWish, parseWishes } from './syntax/wish.ts'

/** One member of `Accept-Language`. */
export interface LanguageRange {
  /** In lower case; `*` stands for any language. */
  readonly tag: string
  /** How much it is wanted, from 0 (not at all) to 1. */
  readonly quality: number
}

/**
 * The longest range that counts. RFC 5646 §4.4.1 wants 35 characters at least; a longer limit would only
 * make work for who cuts a range short subtag by subtag.
 */
export const MAX_LANGUAGE_LENGTH = 64

const LANGUAGE_RANGE = /^(?:\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)$/

/**
 * Reads the value of `Accept-Language`: its ranges in the order they were sent. The field states wishes,
 * so a member that cannot be read is passed over, and of a list that is too long the first 50 count.
 *
 * ```abnf
 * Accept-Language = #( language-range [ weight ] )
 * language-range  = ( 1*8ALPHA *( "-" 1*8alphanum ) ) / "*"   ; RFC 4647 §2.1
 * ```
 *
 * @example
 * ```ts
 * parseAcceptLanguage('de-CH, en;q=0.7')
 * // [{ tag: 'de-ch', quality: 1 }, { tag: 'en', quality: 0.7 }]
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4
 */
export function parseAcceptLanguage(value: string): readonly LanguageRange[] {
  return parseWishes(value).flatMap(({ name, quality }) =>
    isLanguageRange(name) ? [{ tag: name, quality }] : [],
  )
}

/**
 * Ranges as the value of `Accept-Language`.
 *
 * @throws {RangeError} When a quality is not within 0 and 1.
 * @throws {TypeError} When a tag is no language range.
 */
export function formatAcceptLanguage(ranges: readonly LanguageRange[]): string {
  return ranges.map(formatLanguageRange).join(', ')
}

function formatLanguageRange({ tag, quality }: LanguageRange): string {
  if (isLanguageRange(tag.toLowerCase())) return formatWish({ name: tag, quality })
  throw new TypeError(`Cannot format a language range: ${JSON.stringify(tag)} is none`)
}

function isLanguageRange(name: string): boolean {
  return name.length <= MAX_LANGUAGE_LENGTH && LANGUAGE_RANGE.test(name)
}
