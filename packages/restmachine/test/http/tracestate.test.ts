import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatTracestate, parseTracestate } from '../../src/http/tracestate.ts'

const list = (count: number): string => Array.from({ length: count }, (_, index) => `k${index}=1`).join(',')

const key = fc.stringMatching(/^[a-z][a-z0-9_\-*/]{0,8}(?:@[a-z][a-z0-9]{0,4})?$/)
const value = fc.stringMatching(/^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,8}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/)

describe('W3C Trace Context, tracestate', () => {
  it('reads back what it writes', () => {
    const members = fc.uniqueArray(fc.tuple(key, value), {
      minLength: 1,
      maxLength: 16,
      selector: ([name]) => name,
    })
    fc.assert(
      fc.property(members, (each) => {
        // Whitespace before a value is a part of it, that before a member is none.
        expect(parseTracestate(formatTracestate(each))).toEqual(each)
      }),
    )
  })

  it('passes nothing on that was not read', () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab1=,@ \t-\x7f"\xff'), maxLength: 20 })
    fc.assert(
      fc.property(text, (sent) => {
        const read = parseTracestate(sent)
        if (read !== undefined) expect(parseTracestate(formatTracestate(read))).toEqual(read)
      }),
    )
  })

  it.each<[string, readonly (readonly [string, string])[]]>([
    ['congo=t61rcWkgMzE', [['congo', 't61rcWkgMzE']]],
    [
      ' a=1 ,\t, b@c=x y,',
      [
        ['a', '1'],
        ['b@c', 'x y'],
      ],
    ],
    ['1a@b=1', [['1a@b', '1']]],
    [`${'a'.repeat(256)}=1`, [['a'.repeat(256), '1']]],
    [`a=${'1'.repeat(256)}`, [['a', '1'.repeat(256)]]],
  ])('reads %s', (sent, members) => {
    expect(parseTracestate(sent)).toEqual(members)
  })

  it.each([
    '',
    ' , ,',
    'a',
    'a=',
    '=1',
    'A=1',
    '1a=1',
    'a=1=2',
    'a=1,a=2',
    'a=\x01',
    'a=\xff',
    'a b=1',
    'a@b@c=1',
    'a@1=1',
    `${'a'.repeat(257)}=1`,
    `a=${'1'.repeat(257)}`,
    'fine=1,evil\r\nx: y=1',
  ])('does not read %j', (sent) => {
    expect(parseTracestate(sent)).toBeUndefined()
  })

  it('reads 32 members and 512 characters, and no more', () => {
    expect(parseTracestate(list(32))).toHaveLength(32)
    expect(parseTracestate(list(33))).toBeUndefined()
    const long = `a=${'1'.repeat(256)},b=${'1'.repeat(251)}`
    expect([long.length, parseTracestate(long)?.length]).toEqual([512, 2])
    expect(parseTracestate(`${long}1`)).toBeUndefined()
  })
})
