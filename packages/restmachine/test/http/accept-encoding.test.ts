import fc from 'fast-check'
import Negotiator from 'negotiator'
import { describe, expect, it } from 'vitest'
import {
  type CodingRange,
  formatAcceptEncoding,
  parseAcceptEncoding,
} from '../../src/http/accept-encoding.ts'
import { token } from './hostile.ts'

const quality = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000)
const range: fc.Arbitrary<CodingRange> = fc.record({ coding: token, quality })

describe('RFC 9110 §12.5.3, Accept-Encoding', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 10 }), (ranges) => {
        expect(parseAcceptEncoding(formatAcceptEncoding(ranges))).toEqual(ranges)
      }),
    )
  })

  it('reads the examples of the section', () => {
    const read = (value: string) => parseAcceptEncoding(value).map((one) => `${one.coding} ${one.quality}`)
    expect(read('compress, gzip')).toEqual(['compress 1', 'gzip 1'])
    expect(read('')).toEqual([])
    expect(read('*')).toEqual(['* 1'])
    expect(read('compress;q=0.5, gzip;q=1.0')).toEqual(['compress 0.5', 'gzip 1'])
    expect(read('gzip;q=1.0, identity; q=0.5, *;q=0')).toEqual(['gzip 1', 'identity 0.5', '* 0'])
  })

  it('knows the old names of two codings (§8.4.1)', () => {
    expect(parseAcceptEncoding('X-GZIP, x-compress;q=0.1')).toEqual([
      { coding: 'gzip', quality: 1 },
      { coding: 'compress', quality: 0.1 },
    ])
  })

  it('orders wishes as negotiator does', () => {
    const codings = fc.constantFrom('gzip', 'br', 'zstd', 'deflate', 'identity')
    const wishes = fc.uniqueArray(fc.record({ coding: codings, quality }), {
      selector: (one) => one.coding,
      minLength: 1,
    })
    fc.assert(
      fc.property(wishes, (ranges) => {
        const value = formatAcceptEncoding(ranges)
        const wanted = parseAcceptEncoding(value)
          .filter((one) => one.quality > 0)
          .toSorted((one, other) => other.quality - one.quality)
          .map((one) => one.coding)
        // It adds identity by itself, as the default of negotiation.
        const isSent = ranges.some((one) => one.coding === 'identity')
        const theirs = new Negotiator({ headers: { 'accept-encoding': value } }).encodings()
        expect(wanted).toEqual(theirs.filter((coding) => isSent || coding !== 'identity'))
      }),
    )
  })

  it.each(['', 'a b', 'gzip\r\n'])('does not write %j', (coding) => {
    expect(() => formatAcceptEncoding([{ coding, quality: 1 }])).toThrow(TypeError)
  })
})
