import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_FORM_FIELDS, parseForm } from '../../src/representation/form.ts'

const repeat = (field: string, count: number) => Array.from({ length: count }, () => field).join('&')

describe('parseForm', () => {
  it.each([
    ['', {}],
    ['&&', {}],
    ['a', { a: '' }],
    ['=b', { '': 'b' }],
    ['a=b=c', { a: 'b=c' }],
    ['name=Ada+L.%20%26', { name: 'Ada L. &' }],
    ['tag=a&x=1&tag=b&tag=a', { tag: ['a', 'b', 'a'], x: '1' }],
    ['%C3%A9=%F0%9F%98%80', { é: '😀' }],
    ['a=%zz&b=%', { a: '%zz', b: '%' }],
    ['?a=1', { '?a': '1' }],
    ['a[__proto__]=1&a.__proto__.b=2', { 'a[__proto__]': '1', 'a.__proto__.b': '2' }],
  ])('reads %j (WHATWG URL §5.1)', (text, fields) => {
    expect({ ...parseForm(text) }).toEqual(fields)
  })

  it('reads what URLSearchParams writes', () => {
    const pair = fc.tuple(
      fc.string({ unit: 'grapheme' }).map((name) => `n${name}`),
      fc.string({ unit: 'grapheme' }),
    )
    fc.assert(
      fc.property(fc.array(pair), (pairs) => {
        const parameters = new URLSearchParams(pairs)
        const fields = parseForm(parameters.toString())
        for (const [name] of pairs) expect([fields[name]].flat()).toEqual(parameters.getAll(name))
      }),
    )
  })

  it('has no value for a name that was not sent', () => {
    const fields = parseForm('a=1')
    for (const name of ['toString', 'constructor', '__proto__', 'hasOwnProperty'])
      expect(fields[name]).toBeUndefined()
  })

  it.each(['__proto__', 'constructor', 'prototype', '%5f_proto__'])('refuses the name %s', (name) => {
    expect(() => parseForm(`a=1&${name}=2`)).toThrow(expect.objectContaining({ status: 400 }))
  })

  it(`reads ${MAX_FORM_FIELDS} fields and refuses one more`, () => {
    expect(MAX_FORM_FIELDS).toBe(1000)
    expect(parseForm(repeat('a=1', 1000)).a).toHaveLength(1000)
    expect(parseForm(`&&${repeat('a=1&', 1000)}`).a).toHaveLength(1000)
    expect(() => parseForm(repeat('a=1', 1001))).toThrow(
      expect.objectContaining({ status: 413, detail: 'Cannot read the form: it has more than 1000 fields' }),
    )
  })
})
