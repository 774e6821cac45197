import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatExtendedValue, parseExtendedValue } from '../../../src/http/syntax/extended-value.ts'
import { isToken } from '../../../src/http/syntax/token.ts'

describe('RFC 8187 §3.2, extended values', () => {
  it('reads back what it writes, which is a token', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const formatted = formatExtendedValue(text)
        expect(isToken(formatted)).toBe(true)
        expect(parseExtendedValue(formatted)).toBe(text)
      }),
    )
  })

  it('reads the examples of the section', () => {
    expect(parseExtendedValue("UTF-8''%c2%a3%20and%20%e2%82%ac%20rates")).toBe('£ and € rates')
    expect(parseExtendedValue("utf-8'en'%C2%A3%20rates")).toBe('£ rates')
  })

  it("escapes what only a URI may have: ' ( ) *", () => {
    expect(formatExtendedValue("'(*)~!")).toBe("UTF-8''%27%28%2A%29~!")
  })

  it('replaces half a surrogate pair', () => {
    expect(formatExtendedValue('a\ud800b\udc00😀')).toBe(formatExtendedValue('a\ufffdb\ufffd😀'))
  })

  it.each([
    '',
    'a',
    "UTF-8'a",
    "iso-8859-1''%A3",
    "UTF-8''%A3",
    "UTF-8''%4",
    "UTF-8''a b",
    "UTF-8''a'b",
    "UTF-8''€",
  ])('refuses %j', (value) => {
    expect(parseExtendedValue(value)).toBeUndefined()
  })
})
