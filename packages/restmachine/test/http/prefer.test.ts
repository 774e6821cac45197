import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatPreferenceApplied, parsePrefer } from '../../src/http/prefer.ts'

const preferences = fc
  .record(
    {
      return: fc.constantFrom('minimal' as const, 'representation' as const),
      respondAsync: fc.boolean(),
      wait: fc.maxSafeNat(),
      handling: fc.constantFrom('strict' as const, 'lenient' as const),
    },
    { requiredKeys: ['respondAsync'] },
  )
  .map((one) => one)

describe('RFC 7240, Prefer', () => {
  it('reads back what formatPreferenceApplied writes', () => {
    fc.assert(
      fc.property(preferences, (one) => {
        expect(parsePrefer(formatPreferenceApplied(one))).toEqual(one)
      }),
    )
  })

  it('reads the examples of §4', () => {
    expect(parsePrefer('respond-async, wait=10')).toEqual({ respondAsync: true, wait: 10 })
    expect(parsePrefer('return=representation')).toEqual({ return: 'representation', respondAsync: false })
    expect(parsePrefer('handling=lenient')).toEqual({ handling: 'lenient', respondAsync: false })
    expect(parsePrefer('respond-async, wait=100, handling=lenient')).toEqual({
      respondAsync: true,
      wait: 100,
      handling: 'lenient',
    })
  })

  it('passes over parameters and preferences that it does not know (§2)', () => {
    expect(parsePrefer('foo; bar, priority=5, Foo="a, return=minimal", return=minimal; a="b, c"')).toEqual({
      return: 'minimal',
      respondAsync: false,
    })
  })

  it('takes an empty word for none, and names in any case (§2)', () => {
    expect(parsePrefer('Respond-Async=""').respondAsync).toBe(true)
    expect(parsePrefer('respond-async=').respondAsync).toBe(true)
    expect(parsePrefer('RETURN = "minimal" ;x').return).toBe('minimal')
  })

  it('takes the first of two, also when its word is unknown (§2)', () => {
    expect(parsePrefer('return=minimal, return=representation').return).toBe('minimal')
    expect(parsePrefer('return=tiny, return=minimal').return).toBeUndefined()
    expect(parsePrefer('wait=1, wait=2').wait).toBe(1)
  })

  it.each([
    'respond-async=yes',
    'respond-async x',
    'return',
    'return=Minimal',
    'return="minimal" x',
    'wait',
    'wait=-1',
    'wait=1.5',
    'wait=1e3',
    'handling=strict lenient',
    '=minimal',
    '"return"=minimal',
    'return="minimal',
  ])('finds nothing in %j', (value) => {
    expect(parsePrefer(value)).toEqual({ respondAsync: false })
  })

  it('waits no longer than can be counted', () => {
    expect(parsePrefer(`wait=${'9'.repeat(400)}`).wait).toBe(Number.MAX_SAFE_INTEGER)
  })

  it('counts the first 50 preferences', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`).join()
    expect(parsePrefer(`${many(49)}, respond-async`).respondAsync).toBe(true)
    expect(parsePrefer(`${many(50)}, respond-async`).respondAsync).toBe(false)
  })

  it('is applied in part', () => {
    expect(formatPreferenceApplied({})).toBe('')
    expect(formatPreferenceApplied({ respondAsync: false })).toBe('')
    expect(formatPreferenceApplied({ handling: 'strict', return: 'minimal' })).toBe(
      'return=minimal, handling=strict',
    )
    for (const wait of [-1, 0.5, Number.NaN])
      expect(() => formatPreferenceApplied({ wait })).toThrow(RangeError)
  })
})
