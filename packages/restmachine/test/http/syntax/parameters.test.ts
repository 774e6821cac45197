import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatParameters, parseParameters } from '../../../src/http/syntax/parameters.ts'
import { fieldText, token } from '../hostile.ts'

describe('RFC 9110 §5.6.6, parameters', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(token, fieldText), { maxLength: 10 }), (entries) => {
        const parameters = new Map(entries)
        expect(parseParameters(formatParameters(parameters), 0)).toEqual(parameters)
      }),
    )
  })

  it('reads names without regard to case, and values with it', () => {
    expect(parseParameters('x;Charset=UTF-8 ; TITLE="a;b=\\"c\\""', 1)).toEqual(
      new Map([
        ['charset', 'UTF-8'],
        ['title', 'a;b="c"'],
      ]),
    )
  })

  it('passes over empty parameters', () => {
    expect(parseParameters(';; a=b;\t; ', 0)).toEqual(new Map([['a', 'b']]))
    expect(parseParameters('', 0)).toEqual(new Map())
  })

  it.each([
    'a=b',
    ' ',
    ';a=b ',
    ';a',
    ';a=',
    ';a =b',
    ';a= b',
    ';=b',
    ';a="b',
    ';a="b"c',
    ';a=b c',
    ';a=b,c',
    ';a=b;A=c',
  ])('refuses %j', (value) => {
    expect(parseParameters(value, 0)).toBeUndefined()
  })

  it('takes 50 parameters and not 51', () => {
    const fifty = Array.from({ length: 50 }, (_, index) => `;p${index}=1`).join('')
    expect(parseParameters(fifty, 0)?.size).toBe(50)
    expect(parseParameters(`${fifty};x=1`, 0)).toBeUndefined()
  })

  it('writes tokens bare and everything else quoted', () => {
    expect(formatParameters(new Map(Object.entries({ charset: 'utf-8', title: 'a b', empty: '' })))).toBe(
      ';charset=utf-8;title="a b";empty=""',
    )
  })
})
