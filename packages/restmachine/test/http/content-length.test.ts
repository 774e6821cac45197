import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseContentLength, withLength } from '../../src/http/content-length.ts'

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

describe('withLength', () => {
  const fields = ['vary', 'accept']

  it('adds the length behind the other fields', () => {
    expect(withLength(fields, 7)).toEqual(['vary', 'accept', 'content-length', '7'])
    expect(withLength([], 0)).toEqual(['content-length', '0'])
  })

  it('adds nothing where no length is known', () => {
    expect(withLength(fields, undefined)).toEqual(fields)
  })

  it('gives a list of its own: that of the outcome may belong to a route', () => {
    for (const length of [undefined, 7]) expect(withLength(fields, length)).not.toBe(fields)
    expect(fields).toEqual(['vary', 'accept'])
  })
})
