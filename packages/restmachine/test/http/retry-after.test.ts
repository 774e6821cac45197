import { describe, expect, it } from 'vitest'
import { formatRetryAfter } from '../../src/http/retry-after.ts'

describe('RFC 9110 §10.2.3, Retry-After', () => {
  it('is a number of whole seconds, never too early', () => {
    expect(formatRetryAfter(120)).toBe('120')
    expect(formatRetryAfter(0.2)).toBe('1')
    expect(formatRetryAfter(0)).toBe('0')
    expect(formatRetryAfter(-0)).toBe('0')
  })

  it('is a date when a moment is meant', () => {
    expect(formatRetryAfter(new Date('1999-12-31T23:59:59Z'))).toBe('Fri, 31 Dec 1999 23:59:59 GMT')
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 1e21, new Date(Number.NaN)])(
    'does not write %s',
    (when) => {
      expect(() => formatRetryAfter(when)).toThrow(RangeError)
    },
  )
})
