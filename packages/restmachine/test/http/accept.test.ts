import fc from 'fast-check'
import Negotiator from 'negotiator'
import { describe, expect, it } from 'vitest'
import { formatAccept, type MediaRange, parseAccept } from '../../src/http/accept.ts'
import { fieldText, token } from './hostile.ts'

const quality = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000)
const name = token.filter((text) => text !== '*')
const range: fc.Arbitrary<MediaRange> = fc.record({
  type: name,
  subtype: token,
  parameters: fc
    .array(
      fc.tuple(
        token.filter((text) => text !== 'q'),
        fieldText,
      ),
      { maxLength: 3 },
    )
    .map((entries) => new Map(entries)),
  quality,
})

/** The ranges as text, weights included. */
function read(value: string): readonly string[] {
  return parseAccept(value).map((one) => `${one.type}/${one.subtype} ${one.quality}`)
}

describe('RFC 9110 §12.5.1, Accept', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 10 }), (ranges) => {
        expect(parseAccept(formatAccept(ranges))).toEqual(ranges)
      }),
    )
  })

  it('reads the examples of the section', () => {
    expect(read('audio/*; q=0.2, audio/basic')).toEqual(['audio/* 0.2', 'audio/basic 1'])
    expect(read('text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c')).toEqual([
      'text/plain 0.5',
      'text/html 1',
      'text/x-dvi 0.8',
      'text/x-c 1',
    ])
    expect(parseAccept('text/plain;format=flowed')).toEqual([
      { type: 'text', subtype: 'plain', parameters: new Map([['format', 'flowed']]), quality: 1 },
    ])
  })

  it('orders wishes as negotiator does', () => {
    const types = ['text/html', 'text/plain', 'application/json', 'image/png']
    const wishes = fc.array(fc.tuple(fc.constantFrom(...types), quality), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(wishes, (pairs) => {
        const value = [...new Map(pairs)].map(([type, weight]) => `${type};q=${weight}`).join(', ')
        const wanted = parseAccept(value)
          .filter((one) => one.quality > 0)
          .toSorted((one, other) => other.quality - one.quality)
          .map((one) => `${one.type}/${one.subtype}`)
        expect(wanted).toEqual(new Negotiator({ headers: { accept: value } }).mediaTypes())
      }),
    )
  })

  it('takes a parameter named q for the weight, wherever it stands', () => {
    expect(parseAccept('text/html;Q=0.5;level=1')).toEqual([
      { type: 'text', subtype: 'html', parameters: new Map([['level', '1']]), quality: 0.5 },
    ])
  })

  it('keeps a range whose parameter has a comma between quotes', () => {
    expect(
      parseAccept('text/html;level="a,b", text/plain').map((one) => one.parameters.get('level')),
    ).toEqual(['a,b', undefined])
  })

  it.each([
    'text',
    '*',
    '*/json',
    'text/html;q=2',
    'text/html;q=',
    'text/html;q=0.1;q=0.2',
    'a/b c',
    '"a/b"',
  ])('passes over the member %j alone', (member) => {
    expect(read(`a/a, ${member}, b/b;q=0.1`)).toEqual(['a/a 1', 'b/b 0.1'])
  })

  it('keeps what stands before a quoted string that never ends', () => {
    expect(read('a/a, b/b;c="d, e/e')).toEqual(['a/a 1'])
  })

  it('counts the first 50 ranges of a longer list', () => {
    const value = Array.from({ length: 60 }, (_, index) => `a/b${index}`).join(', ')
    expect(parseAccept(value)).toHaveLength(50)
    expect(parseAccept(value).at(-1)?.subtype).toBe('b49')
  })

  it('is empty without members', () => {
    expect(parseAccept(' , ')).toEqual([])
  })
})
