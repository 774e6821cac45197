import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatVary, mergeVary, parseVary } from '../../src/http/vary.ts'
import { token } from './hostile.ts'

const names = fc.uniqueArray(
  token.filter((text) => text !== '*'),
  { maxLength: 10 },
)

describe('RFC 9110 §12.5.5, Vary', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.oneof(names, fc.constant('*' as const)), (vary) => {
        expect(parseVary(formatVary(vary))).toEqual(vary)
      }),
    )
  })

  it('has each name once, as it was first written', () => {
    expect(parseVary('Accept, origin, ACCEPT,, Origin')).toEqual(['Accept', 'origin'])
  })

  it.each([
    '*',
    'Accept, *',
    '*, Accept',
    'a b',
    '"a"',
    Array.from({ length: 51 }, (_, i) => `a${i}`).join(),
  ])('counts as * when it is %j', (value) => {
    expect(parseVary(value)).toBe('*')
  })
})

describe('mergeVary', () => {
  it('adds the names that are not there yet', () => {
    expect(mergeVary('Accept', 'accept', 'Origin')).toBe('Accept, Origin')
    expect(mergeVary(undefined, 'Accept', 'Origin', 'ACCEPT')).toBe('Accept, Origin')
    expect(mergeVary('', 'Origin')).toBe('Origin')
    expect(mergeVary('Accept')).toBe('Accept')
    expect(mergeVary(undefined)).toBe('')
  })

  it('lets * swallow all names', () => {
    expect(mergeVary('*', 'Accept')).toBe('*')
    expect(mergeVary('Accept', '*')).toBe('*')
  })

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(names, (some) => mergeVary(mergeVary(undefined, ...some), ...some) === formatVary(some)),
    )
  })
})
