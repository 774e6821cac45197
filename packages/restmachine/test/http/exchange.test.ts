import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldIn, MARKED_FIELDS, marksOf } from '../../src/http/exchange.ts'

/** A field name of RFC 9110 §5.6.2. */
const token = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,6}$/)

describe('fieldIn', () => {
  it('finds a field whatever its case, and no other (RFC 9110 §5.1)', () => {
    fc.assert(
      fc.property(token, token, (sent, asked) => {
        const name = asked.toLowerCase()
        expect(fieldIn([sent, 'value'], name)).toBe(sent.toLowerCase() === name ? 'value' : undefined)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['x^y', 'x~y'],
    ['x~y', 'x^y'],
    ['x`y', 'x@y'],
    ['x_y', 'x\x7fy'],
    ['x-y', 'x\ry'],
  ])('does not take %j for %j, which differ in the bit of the case', (name, other) => {
    expect(fieldIn([other, '1', name, '2'], name)).toBe('2')
  })

  it('joins several lines, those of a cookie as HTTP/2 splits them', () => {
    const lines = ['Accept', 'a', 'COOKIE', 'b=1', 'accept', 'c', 'cookie', 'd=2']
    expect(fieldIn(lines, 'accept')).toBe('a, c')
    expect(fieldIn(lines, 'cookie')).toBe('b=1; d=2')
  })
})

describe('marksOf', () => {
  it('sets the bit of each marked field, whatever its case', () => {
    for (const [bit, name] of MARKED_FIELDS.entries()) {
      for (const sent of [name, name.toUpperCase()]) expect((marksOf([sent, '']) >> bit) & 1).toBe(1)
    }
  })
})
