import { describe, expect, it } from 'vitest'
import { skipWhitespace, trimWhitespace } from '../../../src/http/syntax/whitespace.ts'

describe('RFC 9110 §5.6.3, whitespace', () => {
  it('is trimmed at both ends and kept within', () => {
    expect(trimWhitespace(' \t a \t b\t ')).toBe('a \t b')
    expect(trimWhitespace(' \t ')).toBe('')
    expect(trimWhitespace('')).toBe('')
  })

  it('is space and tab alone, not U+00A0 and not a line break', () => {
    expect(trimWhitespace('\u00a0a\n')).toBe('\u00a0a\n')
  })

  it('is skipped from where it starts', () => {
    expect(skipWhitespace('a \tb', 1)).toBe(3)
    expect(skipWhitespace('a \tb', 0)).toBe(0)
    expect(skipWhitespace('a ', 1)).toBe(2)
  })
})
