import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_LIST_MEMBERS, splitList, takeMembers } from '../../../src/http/syntax/list.ts'
import { formatQuotedString } from '../../../src/http/syntax/quoted-string.ts'
import { fieldText, token } from '../hostile.ts'

const member = fc.oneof(
  token,
  fc.tuple(token, fieldText).map(([name, text]) => `${name}=${formatQuotedString(text)}`),
)

describe('RFC 9110 §5.6.1.2, lists', () => {
  it('gives back the members that were joined, whatever stands between them', () => {
    const separator = fc.constantFrom(',', ' ,', ',\t', ', , ', ',,,')
    fc.assert(
      fc.property(fc.array(member, { maxLength: 20 }), separator, (members, between) => {
        expect(splitList(members.join(between))).toEqual(members)
      }),
    )
  })

  it('leaves a comma between quotes alone, also behind an escaped quote', () => {
    expect(splitList('a="1,2" , b="x\\",y", "\\\\",c')).toEqual(['a="1,2"', 'b="x\\",y"', '"\\\\"', 'c'])
  })

  it('drops empty members', () => {
    expect(splitList(', a,,b, \t ,')).toEqual(['a', 'b'])
    expect(splitList('')).toEqual([])
    expect(splitList(','.repeat(1000))).toEqual([])
  })

  it('takes 50 members and not 51', () => {
    const fifty = Array.from({ length: 50 }, (_, index) => `m${index}`)
    expect(MAX_LIST_MEMBERS).toBe(50)
    expect(splitList(`${fifty.join(', ')}, ,`)).toEqual(fifty)
    expect(splitList(`${fifty.join(',')},x`)).toBeUndefined()
    expect(takeMembers(`${fifty.join(',')},x,y`)).toEqual({ members: fifty, complete: false })
  })

  it('is not read beyond a quoted string that never ends', () => {
    expect(splitList('a, b="c, d')).toBeUndefined()
    expect(takeMembers('a, b="c, d')).toEqual({ members: ['a'], complete: false })
  })
})
