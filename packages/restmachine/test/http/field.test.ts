import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkField, isFieldName, isFieldValue } from '../../src/http/field.ts'
import { anyText } from './hostile.ts'

describe('RFC 9110 §5.1, names of fields', () => {
  it('are tokens', () => {
    expect(isFieldName('X-Request-Id')).toBe(true)
    expect(isFieldName('__proto__')).toBe(true)
    for (const name of ['', 'a b', 'a:', 'a\r\n', ':path', 'é']) expect(isFieldName(name), name).toBe(false)
  })
})

describe('RFC 9110 §5.5, values of fields', () => {
  it('have no control character but tab, and nothing beyond one byte', () => {
    for (let code = 0; code < 0x180; code++) {
      const isAllowed = code === 0x09 || (code >= 0x20 && code < 0x7f) || (code >= 0x80 && code <= 0xff)
      expect(isFieldValue(`a${String.fromCharCode(code)}b`), `U+${code.toString(16)}`).toBe(isAllowed)
    }
  })

  it('may be empty', () => {
    expect(isFieldValue('')).toBe(true)
  })

  it('are at least as strict as the platform, which trims line breaks at the ends', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        if (isFieldValue(value)) new Headers().set('x-test', value)
      }),
    )
  })
})

describe('checkField', () => {
  it('lets a good field pass', () => {
    expect(() => checkField('cache-control', 'max-age=60, public')).not.toThrow()
  })

  it('tells where a value breaks, and not what it says', () => {
    expect(() => checkField('location', '/a\r\nset-cookie: secret')).toThrow(
      new TypeError(
        'Cannot set header "location": its value has U+000D at index 2 (RFC 9110 §5.5)\n' +
          '  allowed: tab, space, visible ASCII and U+0080 to U+00FF',
      ),
    )
    expect(() => checkField('x', 'a\nb')).toThrow(/U\+000A at index 1/)
    expect(() => checkField('x', '\u0000')).toThrow(/U\+0000 at index 0/)
    expect(() => checkField('x', '10 €')).toThrow(/U\+20AC at index 3/)
  })

  it('tells a bad name', () => {
    expect(() => checkField('a\nb', 'x')).toThrow(
      new TypeError('Cannot set header "a\\nb": the name is no token (RFC 9110 §5.1)'),
    )
  })
})
