import { describe, expect, it } from 'vitest'
import { type MaxAge, secondsOf } from '../../src/policies/cors-max-age.ts'

describe('secondsOf', () => {
  it.each<[MaxAge, number]>([
    [0, 0],
    [90, 90],
    ['0s', 0],
    ['30s', 30],
    ['5m', 300],
    ['1.5h', 5_400],
    ['365d', 31_536_000],
  ])('%j is %i', (maxAge, seconds) => {
    expect(secondsOf(maxAge, 'maxAge')).toBe(seconds)
  })

  it('names the option and what is needed', () => {
    expect(() => secondsOf('1w' as MaxAge, 'https.maxAge')).toThrow(
      'Cannot read https.maxAge: whole seconds from 0 on or a span such as "5m" or "1d" are needed, got "1w"',
    )
  })
})
