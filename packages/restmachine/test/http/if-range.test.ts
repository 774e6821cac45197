import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatEntityTag } from '../../src/http/entity-tag.ts'
import { formatHttpDate } from '../../src/http/http-date.ts'
import { parseIfRange } from '../../src/http/if-range.ts'

describe('RFC 9110 §13.1.5, If-Range', () => {
  it('reads any entity tag and any date', () => {
    const opaque = fc.string({ unit: fc.constantFrom(...'aZ0,:; GMT'.replaceAll(' ', '')), maxLength: 10 })
    fc.assert(
      fc.property(fc.record({ opaque, weak: fc.boolean() }), (tag) => {
        expect(parseIfRange(formatEntityTag(tag))).toEqual(tag)
      }),
    )
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e9 }), (seconds) => {
        expect(parseIfRange(formatHttpDate(seconds * 1000))).toBe(seconds * 1000)
      }),
    )
  })

  it.each(['', '*', 'v2', '"a", "b"', 'w/"a"', '"a', '784111777', 'Sun, 06 Nov 1994 08:49:37 CET'])(
    'cannot compare with %j',
    (value) => {
      expect(parseIfRange(value)).toBeUndefined()
    },
  )
})
