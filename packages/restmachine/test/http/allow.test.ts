import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatAllow, parseAllow } from '../../src/http/allow.ts'
import { token } from './hostile.ts'

describe('RFC 9110 §10.2.1, Allow', () => {
  it('is written with each method once, in alphabetical order', () => {
    expect(formatAllow(['POST', 'GET', 'HEAD', 'GET'])).toBe('GET, HEAD, POST')
    expect(formatAllow([])).toBe('')
  })

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.uniqueArray(token, { maxLength: 10 }), (methods) => {
        expect(parseAllow(formatAllow(methods))).toEqual(methods.toSorted())
      }),
    )
  })

  it('keeps the case of methods (§9.1) and passes over empty members', () => {
    expect(parseAllow('GET,, get ,')).toEqual(['GET', 'get'])
    expect(parseAllow('')).toEqual([])
  })

  it.each(['GET POST', '"GET"', 'GET, "', 'A,'.repeat(51)])('refuses %j', (value) => {
    expect(parseAllow(value)).toBeUndefined()
  })
})
