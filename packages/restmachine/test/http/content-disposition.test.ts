import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatContentDisposition } from '../../src/http/content-disposition.ts'
import { isFieldValue } from '../../src/http/field.ts'
import { parseExtendedValue } from '../../src/http/syntax/extended-value.ts'
import { parseParameters } from '../../src/http/syntax/parameters.ts'
import { expectLinear } from './hostile.ts'

/** The name under which a recipient that knows `filename*` saves. */
function nameIn(value: string): string | undefined {
  const parameters = parseParameters(value, value.indexOf(';'))
  const extended = parameters?.get('filename*')
  return extended === undefined ? parameters?.get('filename') : parseExtendedValue(extended)
}

describe('RFC 6266, Content-Disposition', () => {
  it('carries any name that a file can have', () => {
    const name = fc.string({ unit: 'grapheme' }).filter((text) => !/[/\\\p{Cc}]/u.test(text))
    fc.assert(
      fc.property(name, (filename) => {
        expect(nameIn(formatContentDisposition('attachment', filename))).toBe(filename)
      }),
    )
  })

  it('is a field value of two parameters at most, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (filename) => {
        const value = formatContentDisposition('inline', filename)
        expect(isFieldValue(value)).toBe(true)
        const names = [...(parseParameters(value, value.indexOf(';'))?.keys() ?? [])]
        expect([['filename'], ['filename', 'filename*']]).toContainEqual(names)
        expect(nameIn(value)).not.toMatch(/[/\\\p{Cc}]/u)
      }),
    )
  })

  it('takes linear time', () => {
    expectLinear((filename) => formatContentDisposition('attachment', filename))
  })

  it('writes the examples of §5', () => {
    expect(formatContentDisposition('attachment', 'example.html')).toBe('attachment; filename="example.html"')
    expect(formatContentDisposition('attachment', '€ rates')).toBe(
      'attachment; filename="_ rates"; filename*=UTF-8\'\'%E2%82%AC%20rates',
    )
    expect(formatContentDisposition('inline')).toBe('inline')
  })

  it.each([
    ['a"b.txt', `filename="a_b.txt"; filename*=UTF-8''a%22b.txt`],
    ['a%41.txt', `filename="a_41.txt"; filename*=UTF-8''a%2541.txt`],
    ['100%.txt', 'filename="100%.txt"'],
    ['é.txt', `filename="_.txt"; filename*=UTF-8''%C3%A9.txt`],
    ['😀.txt', `filename="_.txt"; filename*=UTF-8''%F0%9F%98%80.txt`],
    ['\u017f\u212a', `filename="__"; filename*=UTF-8''%C5%BF%E2%84%AA`],
    ['../../etc/passwd', 'filename=".._.._etc_passwd"'],
    ['C:\\a.txt', 'filename="C:_a.txt"'],
    ['a\r\nset-cookie: b', 'filename="a__set-cookie: b"'],
    ['a\u0000\u0085b', 'filename="a__b"'],
    ['a\ud800', 'filename="a_"'],
    ['a; filename*=b', 'filename="a; filename*=b"'],
    ['', 'filename=""'],
  ])('writes %j', (filename, parameters) => {
    expect(formatContentDisposition('attachment', filename)).toBe(`attachment; ${parameters}`)
  })
})
