import { describe, expect, it } from 'vitest'
import { formatWeight, parseWeight } from '../../../src/http/syntax/weight.ts'

describe('RFC 9110 §12.4.2, weights', () => {
  it('reads back every weight it writes', () => {
    for (let thousandths = 0; thousandths <= 1000; thousandths++) {
      expect(parseWeight(formatWeight(thousandths / 1000))).toBe(thousandths / 1000)
    }
  })

  it.each([
    ['0', 0],
    ['0.', 0],
    ['0.5', 0.5],
    ['0.001', 0.001],
    ['1', 1],
    ['1.', 1],
    ['1.000', 1],
  ])('reads %s', (value, weight) => {
    expect(parseWeight(value)).toBe(weight)
  })

  it.each(['', '.5', '1.001', '2', '-0', '-1', '0.1234', '1.0000', '0,5', '1e0', ' 1', '00', 'NaN', '0x1'])(
    'refuses %j',
    (value) => {
      expect(parseWeight(value)).toBeUndefined()
    },
  )

  it('writes three decimals at most', () => {
    expect(formatWeight(1 / 3)).toBe('0.333')
    expect(formatWeight(0.9999)).toBe('1')
    expect(formatWeight(0)).toBe('0')
  })

  it.each([-0.1, 1.1, Number.NaN])('does not write %s', (weight) => {
    expect(() => formatWeight(weight)).toThrow(RangeError)
  })
})
