import fc from 'fast-check'
import Negotiator from 'negotiator'
import { describe, expect, it } from 'vitest'
import { type CharsetRange, formatAcceptCharset, parseAcceptCharset } from '../../src/http/accept-charset.ts'
import { token } from './hostile.ts'

const quality = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000)
const range: fc.Arbitrary<CharsetRange> = fc.record({ charset: token, quality })

describe('RFC 9110 §12.5.2, Accept-Charset', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 10 }), (ranges) => {
        expect(parseAcceptCharset(formatAcceptCharset(ranges))).toEqual(ranges)
      }),
    )
  })

  it('reads the example of the section', () => {
    expect(parseAcceptCharset('iso-8859-5, unicode-1-1;q=0.8')).toEqual([
      { charset: 'iso-8859-5', quality: 1 },
      { charset: 'unicode-1-1', quality: 0.8 },
    ])
  })

  it('orders wishes as negotiator does', () => {
    const wishes = fc.uniqueArray(range, { selector: (one) => one.charset, minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(wishes, (ranges) => {
        const value = formatAcceptCharset(ranges)
        const wanted = parseAcceptCharset(value)
          .filter((one) => one.quality > 0)
          .toSorted((one, other) => other.quality - one.quality)
          .map((one) => one.charset)
        expect(wanted).toEqual(new Negotiator({ headers: { 'accept-charset': value } }).charsets())
      }),
    )
  })

  it.each(['', 'a b', '"utf-8"'])('does not write %j', (charset) => {
    expect(() => formatAcceptCharset([{ charset, quality: 1 }])).toThrow(TypeError)
  })
})
