import { describe, expect, it } from 'vitest'
import { endOfToken, isToken } from '../../../src/http/syntax/token.ts'

describe('RFC 9110 §5.6.2, tokens', () => {
  it('may have every tchar and no other character', () => {
    const tchars = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    for (let code = 0; code < 0x180; code++) {
      const character = String.fromCharCode(code)
      expect(isToken(`a${character}`), `U+${code.toString(16)}`).toBe(tchars.includes(character))
    }
  })

  it('cannot be empty', () => {
    expect(isToken('')).toBe(false)
  })

  it('ends before the first character that is no tchar', () => {
    expect(endOfToken('a=b c', 2)).toBe(3)
    expect(endOfToken('abc', 0)).toBe(3)
    expect(endOfToken('a b', 1)).toBe(1)
    expect(endOfToken('abc', 9)).toBe(9)
  })
})
