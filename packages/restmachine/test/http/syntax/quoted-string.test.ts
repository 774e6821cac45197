import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  endOfQuotedString,
  formatQuotedString,
  parseQuotedString,
} from '../../../src/http/syntax/quoted-string.ts'
import { fieldText } from '../hostile.ts'

describe('RFC 9110 §5.6.4, quoted strings', () => {
  it('reads back what it writes', () => {
    fc.assert(fc.property(fieldText, (text) => parseQuotedString(formatQuotedString(text)) === text))
  })

  it('takes the character behind a backslash for itself', () => {
    expect(parseQuotedString('"a\\"b\\\\c\\d"')).toBe('a"b\\cd')
    expect(parseQuotedString('""')).toBe('')
  })

  it.each([
    '',
    '"',
    'a',
    'a"b"',
    '"a',
    '"a"b',
    '"a\\"',
    '"\\',
    '"a\u0000"',
    '"a\n"',
    '"\\\n"',
    '"\u007f"',
    '"€"',
  ])('refuses %j', (value) => {
    expect(parseQuotedString(value)).toBeUndefined()
  })

  it('ends behind the first quote without a backslash', () => {
    expect(endOfQuotedString('x="a\\"b", "c"', 2)).toBe(8)
    expect(endOfQuotedString('"open', 0)).toBe(-1)
  })

  it('cannot be written with a character that would end the line', () => {
    expect(() => formatQuotedString('a\r\nb')).toThrow(
      new TypeError('Cannot quote a text: a field cannot carry all of "a\\r\\nb"'),
    )
  })
})
