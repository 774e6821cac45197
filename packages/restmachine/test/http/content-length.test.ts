import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseContentLength } from '../../src/http/content-length.ts'

describe('RFC 9110 §8.6, Content-Length', () => {
  it('reads every safe integer', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (length) => parseContentLength(String(length)) === length))
    expect(parseContentLength('0')).toBe(0)
    expect(parseContentLength('007')).toBe(7)
  })

  it('has no length without a field', () => {
    expect(parseContentLength(undefined)).toBeUndefined()
  })

  it.each([
    '',
    ' ',
    '-1',
    '+1',
    '1.0',
    '1e3',
    '0x10',
    '5, 5',
    '5,5',
    ' 5',
    '5 ',
    '5\n',
    '٣',
    '9007199254740992',
    '9'.repeat(400),
  ])('finds %j malformed', (value) => {
    expect(parseContentLength(value)).toBe('malformed')
  })
})
