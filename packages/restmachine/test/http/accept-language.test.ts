import fc from 'fast-check'
import Negotiator from 'negotiator'
import { describe, expect, it } from 'vitest'
import {
  formatAcceptLanguage,
  type LanguageRange,
  MAX_LANGUAGE_LENGTH,
  parseAcceptLanguage,
} from '../../src/http/accept-language.ts'

const quality = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000)
const letters = fc.string({ unit: fc.constantFrom(...'abyz'), minLength: 1, maxLength: 8 })
const subtag = fc.string({ unit: fc.constantFrom(...'az09'), minLength: 1, maxLength: 8 })
const tag = fc.oneof(
  fc.constant('*'),
  fc.tuple(letters, fc.array(subtag, { maxLength: 3 })).map(([first, rest]) => [first, ...rest].join('-')),
)
const range: fc.Arbitrary<LanguageRange> = fc.record({ tag, quality })

describe('RFC 9110 §12.5.4, Accept-Language', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 10 }), (ranges) => {
        expect(parseAcceptLanguage(formatAcceptLanguage(ranges))).toEqual(ranges)
      }),
    )
  })

  it('reads the example of the section', () => {
    expect(parseAcceptLanguage('da, en-gb;q=0.8, en;q=0.7')).toEqual([
      { tag: 'da', quality: 1 },
      { tag: 'en-gb', quality: 0.8 },
      { tag: 'en', quality: 0.7 },
    ])
  })

  it('reads the longest tags of RFC 4647 and RFC 5646, and those that start with a letter alone', () => {
    for (const value of ['zh-hant-cn-x-private1-private2', 'i-enochian', 'x-whatever', 'de-1996', '*']) {
      expect(parseAcceptLanguage(value)).toEqual([{ tag: value, quality: 1 }])
    }
  })

  it('orders wishes as negotiator does', () => {
    const wishes = fc.uniqueArray(range, { selector: (one) => one.tag, minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(wishes, (ranges) => {
        const value = formatAcceptLanguage(ranges)
        const wanted = parseAcceptLanguage(value)
          .filter((one) => one.quality > 0)
          .toSorted((one, other) => other.quality - one.quality)
          .map((one) => one.tag)
        expect(wanted).toEqual(new Negotiator({ headers: { 'accept-language': value } }).languages())
      }),
    )
  })

  it.each(['en_US', 'english-us-', '-en', 'abcdefghi', 'en-abcdefghi', '1en', 'en-*', 'en;level=1', 'e n'])(
    'passes over %j alone',
    (member) => {
      expect(parseAcceptLanguage(`${member}, FR`)).toEqual([{ tag: 'fr', quality: 1 }])
    },
  )

  it('reads a tag of 64 characters and not of 65', () => {
    const longest = `de-x-${'12345-'.repeat(20)}`.slice(0, MAX_LANGUAGE_LENGTH - 1)
    expect(parseAcceptLanguage(`${longest}a`)).toHaveLength(1)
    expect(parseAcceptLanguage(`${longest}ab`)).toEqual([])
  })

  it.each(['', 'en_US', 'en\r\nx: y', 'e'.repeat(9)])('does not write %j', (one) => {
    expect(() => formatAcceptLanguage([{ tag: one, quality: 1 }])).toThrow(TypeError)
  })
})
