import { describe, expect, it } from 'vitest'
import { formatWish, parseWishes } from '../../../src/http/syntax/wish.ts'

describe('RFC 9110 §12.5, words with a weight', () => {
  it('takes 1 for the weight that is not there, and case and whitespace for nothing', () => {
    expect(parseWishes(' A ,b\t;\tQ=0.5,, *;q=0')).toEqual([
      { name: 'a', quality: 1 },
      { name: 'b', quality: 0.5 },
      { name: '*', quality: 0 },
    ])
  })

  it.each([
    'a b',
    '"a"',
    ';q=1',
    'a;q=2',
    'a;q=',
    'a;q',
    'a;level=1',
    'a;q=1;q=1',
    'a;q=0.1;x=y',
    'é',
    'a/b',
  ])('passes over the member %j alone', (member) => {
    expect(parseWishes(`x, ${member}, y;q=0.1`)).toEqual([
      { name: 'x', quality: 1 },
      { name: 'y', quality: 0.1 },
    ])
  })

  it('counts the first 50 of a longer list', () => {
    const value = Array.from({ length: 51 }, (_, index) => `a${index}`).join()
    expect(parseWishes(value)).toHaveLength(50)
    expect(parseWishes(value).at(-1)?.name).toBe('a49')
  })

  it('writes a weight only where it says something', () => {
    expect(formatWish({ name: 'a', quality: 1 })).toBe('a')
    expect(formatWish({ name: 'a', quality: 0 })).toBe('a;q=0')
    expect(() => formatWish({ name: 'a', quality: 1.1 })).toThrow(RangeError)
  })
})
