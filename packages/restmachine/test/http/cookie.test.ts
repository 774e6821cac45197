import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_COOKIES, parseCookies } from '../../src/http/cookie.ts'
import { formatSetCookie } from '../../src/http/set-cookie.ts'
import { token } from './hostile.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 20 })

describe('RFC 6265bis §4.2, Cookie', () => {
  it('reads back what formatSetCookie sets, when the browser returns it', () => {
    const cookies = fc.uniqueArray(fc.tuple(token, text), { selector: ([name]) => name, maxLength: 10 })
    fc.assert(
      fc.property(cookies, (entries) => {
        const value = entries.map(([name, one]) => formatSetCookie(name, one)).join('; ')
        expect(Object.entries(parseCookies(value)).sort()).toEqual(entries.toSorted())
      }),
    )
  })

  it('reads the examples of §3.1', () => {
    expect(parseCookies('SID=31d4d96e407aad42')).toEqual({ SID: '31d4d96e407aad42' })
    expect(parseCookies('SID=31d4d96e407aad42; lang=en-US')).toEqual({
      SID: '31d4d96e407aad42',
      lang: 'en-US',
    })
  })

  it.each([
    ['a=b=c', 'b=c'],
    ['a=', ''],
    ['a=""', ''],
    ['a="b"', 'b'],
    ['a="', '"'],
    ['a="b', '"b'],
    ['a= b ', 'b'],
    [' a\t= b', 'b'],
    ['a=b c,d', 'b c,d'],
    ['a={"b":1}', '{"b":1}'],
    ['a=%22b%22', '"b"'],
    ['a=%C3%A9', 'é'],
    ['a=1;', '1'],
    [';;a=1', '1'],
  ])('reads %j', (value, expected) => {
    expect(parseCookies(value)).toEqual({ a: expected })
  })

  it('decodes once, and not at all when the escapes are broken', () => {
    expect(parseCookies('a=%2541; b=%; c=%41%; d=%E0%A4; e=100%25')).toEqual({
      a: '%41',
      b: '%',
      c: '%41%',
      d: '%E0%A4',
      e: '100%',
    })
  })

  it('never decodes a name, so that none gets a prefix it was not set with', () => {
    expect(parseCookies('__%48ost-sid=evil')).toEqual({ '__%48ost-sid': 'evil' })
  })

  it('takes the first of one name, also when it is empty', () => {
    expect(parseCookies('a=; a=2; A=3; a="4"')).toEqual({ a: '', A: '3' })
  })

  it('knows no quoted strings: a semicolon always ends a cookie', () => {
    expect(parseCookies('a="b; c=d"')).toEqual({ a: '"b', c: 'd"' })
  })

  it.each(['', ';', '=', '=b', 'a', ' ; ', 'a b=c', '"a"=b', 'a[b]=c', 'é=b', 'a,b=c'])(
    'passes over %j alone',
    (pair) => {
      expect(parseCookies(`x=1; ${pair}; y=2`)).toEqual({ x: '1', y: '2' })
    },
  )

  it('has no prototype, so that any name is only a name', () => {
    const cookies = parseCookies('__proto__=x; constructor=y')
    expect(Object.getPrototypeOf(cookies)).toBeNull()
    expect(Object.entries(cookies)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
    expect(cookies.toString).toBeUndefined()
  })

  it('reads 50 cookies and not 51', () => {
    const names = Array.from({ length: MAX_COOKIES + 1 }, (_, index) => `a${index}`)
    const cookies = parseCookies(names.map((name) => `${name}=1`).join('; '))
    expect(Object.keys(cookies)).toEqual(names.slice(0, MAX_COOKIES))
  })
})
