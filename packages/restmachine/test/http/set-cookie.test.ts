import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFieldValue } from '../../src/http/field.ts'
import {
  type CookieAttributes,
  formatSetCookie,
  MAX_ATTRIBUTE_LENGTH,
  MAX_COOKIE_AGE,
  MAX_COOKIE_LENGTH,
} from '../../src/http/set-cookie.ts'
import { token } from './hostile.ts'

describe('RFC 6265bis §4.1, Set-Cookie', () => {
  it('is one field value without a semicolon or comma of the cookie, whatever its value', () => {
    fc.assert(
      fc.property(token, fc.string({ unit: 'grapheme' }), (name, value) => {
        const formatted = formatSetCookie(name, value, { path: '/' })
        expect(isFieldValue(formatted)).toBe(true)
        expect(formatted.split(/[;,\s"\\]/)).toHaveLength(3)
      }),
    )
  })

  it('writes the examples of §3.1', () => {
    expect(formatSetCookie('SID', '31d4d96e407aad42')).toBe('SID=31d4d96e407aad42')
    expect(formatSetCookie('SID', '31d4', { path: '/', domain: 'site.example' })).toBe(
      'SID=31d4; Domain=site.example; Path=/',
    )
    expect(formatSetCookie('SID', '31d4', { path: '/', secure: true, httpOnly: true })).toBe(
      'SID=31d4; Path=/; Secure; HttpOnly',
    )
    expect(formatSetCookie('lang', '', { expires: new Date(784111777000) })).toBe(
      'lang=; Expires=Sun, 06 Nov 1994 08:49:37 GMT',
    )
  })

  it('writes all attributes', () => {
    const all: CookieAttributes = {
      domain: 'a.example',
      path: '/b',
      expires: new Date(0),
      maxAge: 60,
      secure: true,
      httpOnly: true,
      sameSite: 'none',
      partitioned: true,
      priority: 'high',
    }
    expect(formatSetCookie('a', 'b', all)).toBe(
      'a=b; Domain=a.example; Path=/b; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60; Secure; HttpOnly; ' +
        'SameSite=None; Partitioned; Priority=High',
    )
    expect(formatSetCookie('a', 'b', { secure: false, httpOnly: false, partitioned: false })).toBe('a=b')
  })

  it('escapes no more than it must', () => {
    expect(formatSetCookie('a', "eyJh.bGc+/=-_~!#$&'()*:<>?@[]^`{|}")).toBe(
      "a=eyJh.bGc+/=-_~!#$&'()*:<>?@[]^`{|}",
    )
    expect(formatSetCookie('a', 'é "\\,;%\r\n')).toBe('a=%C3%A9%20%22%5C%2C%3B%25%0D%0A')
  })

  it.each<[string, string, CookieAttributes]>([
    ['a b', 'the name is no token', {}],
    ['', 'the name is no token', {}],
    ['a=b', 'the name is no token', {}],
    ['a\r\nx', 'the name is no token', {}],
    ['a', 'domain "b.example; Secure" is no host name', { domain: 'b.example; Secure' }],
    ['a', 'domain "b\\r\\nx" is no host name', { domain: 'b\r\nx' }],
    ['a', 'domain "" is no host name', { domain: '' }],
    ['a', 'domain "https://b.example" is no host name', { domain: 'https://b.example' }],
    ['a', 'path "/; Domain=b" must start with / and', { path: '/; Domain=b' }],
    ['a', 'path "/\\n" must start with / and', { path: '/\n' }],
    ['a', 'path "b" must start with / and', { path: 'b' }],
    ['a', 'path "/é" must start with / and', { path: '/é' }],
    ['a', 'sameSite none needs secure', { sameSite: 'none' }],
    ['a', 'sameSite none needs secure', { sameSite: 'none', secure: false }],
    ['a', 'partitioned needs secure', { partitioned: true }],
    ['__Secure-a', 'the prefix of its name needs secure', {}],
    ['__SECURE-a', 'the prefix of its name needs secure', { secure: false }],
    ['__Host-a', 'the prefix of its name needs secure', { path: '/' }],
    ['__Host-a', 'the prefix __Host- needs the path /', { secure: true }],
    ['__host-a', 'the prefix __Host- needs the path /', { secure: true, path: '/b' }],
    ['__Host-a', 'the prefix __Host- needs the path /', { secure: true, path: '/', domain: 'b.example' }],
  ])('refuses %j: %s', (name, reason, attributes) => {
    expect(() => formatSetCookie(name, 'secret', attributes)).toThrow(TypeError)
    expect(() => formatSetCookie(name, 'secret', attributes)).toThrow(
      `Cannot format cookie ${JSON.stringify(name)}: ${reason}`,
    )
    expect(() => formatSetCookie(name, 'secret', attributes)).not.toThrow(/secret/)
  })

  it('refuses words that types do not stop', () => {
    const injected = (attributes: object) => () => formatSetCookie('a', 'b', attributes)
    expect(injected({ sameSite: 'Lax; Domain=b' })).toThrow('sameSite must be strict, lax or none')
    expect(injected({ priority: 'high\r\nx: y' })).toThrow('priority must be low, medium or high')
    expect(injected({ sameSite: 'constructor' })).toThrow(TypeError)
  })

  it('takes names with a prefix whose conditions hold', () => {
    expect(formatSetCookie('__Secure-a', 'b', { secure: true })).toBe('__Secure-a=b; Secure')
    expect(formatSetCookie('__Host-a', 'b', { secure: true, path: '/' })).toBe('__Host-a=b; Path=/; Secure')
    expect(formatSetCookie('__Hostel-a', 'b')).toBe('__Hostel-a=b')
  })

  it('refuses half a surrogate pair', () => {
    expect(() => formatSetCookie('a', '\ud800')).toThrow(TypeError)
    expect(formatSetCookie('a', '😀')).toBe('a=%F0%9F%98%80')
  })

  it('takes 4096 bytes of name and value and not 4097 (§5.6)', () => {
    expect(formatSetCookie('ab', 'c'.repeat(MAX_COOKIE_LENGTH - 2))).toHaveLength(4097)
    expect(() => formatSetCookie('ab', 'c'.repeat(MAX_COOKIE_LENGTH - 1))).toThrow(RangeError)
    expect(() => formatSetCookie('ab', 'é'.repeat(700))).toThrow(/take 4202 bytes, browsers keep 4096/)
  })

  it('takes attributes of 1024 bytes and not of 1025 (§5.6)', () => {
    const path = `/${'a'.repeat(MAX_ATTRIBUTE_LENGTH - 1)}`
    expect(formatSetCookie('a', 'b', { path })).toContain(path)
    expect(() => formatSetCookie('a', 'b', { path: `${path}a` })).toThrow(/1024 bytes/)
    const domain = 'a'.repeat(MAX_ATTRIBUTE_LENGTH)
    expect(formatSetCookie('a', 'b', { domain })).toContain(domain)
    expect(() => formatSetCookie('a', 'b', { domain: `${domain}a` })).toThrow(TypeError)
  })

  it('takes an age of 400 days and no second more (§5.5)', () => {
    expect(formatSetCookie('a', 'b', { maxAge: MAX_COOKIE_AGE })).toBe('a=b; Max-Age=34560000')
    expect(formatSetCookie('a', '', { maxAge: 0 })).toBe('a=; Max-Age=0')
    for (const maxAge of [MAX_COOKIE_AGE + 1, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => formatSetCookie('a', 'b', { maxAge })).toThrow(/^Cannot format cookie "a": maxAge must be/)
    }
  })

  it('refuses a date that is none', () => {
    expect(() => formatSetCookie('a', 'b', { expires: new Date('never') })).toThrow(RangeError)
  })
})
