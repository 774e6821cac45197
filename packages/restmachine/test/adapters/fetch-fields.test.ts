import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FetchFields, fetchFields } from '../../src/adapters/fetch-fields.ts'
import {
  ACCEPT,
  CONDITIONAL,
  type FieldGroup,
  HOST,
  IF_NONE_MATCH,
  MARKED_FIELDS,
  RANGE,
  union,
} from '../../src/http/exchange.ts'

type Lines = readonly (readonly [name: string, value: string])[]

/** Fields of a platform that tells how many there are, and what it was asked. */
function counted(lines: Lines, method = 'GET'): { readonly fields: FetchFields; readonly asked: string[] } {
  const headers = new Headers(lines as [string, string][])
  const asked: string[] = []
  const watched = {
    count: [...headers].length,
    get(name: string) {
      asked.push(name)
      return headers.get(name)
    },
    has(name: string) {
      asked.push(name)
      return headers.has(name)
    },
  }
  return { fields: fetchFields(watched as unknown as Headers, method), asked }
}

function isThere({ mask }: FieldGroup, lines: Lines): boolean {
  return MARKED_FIELDS.some(
    (marked, bit) => (mask & (1 << bit)) !== 0 && lines.some(([name]) => name === marked),
  )
}

const name = fc.constantFrom(...MARKED_FIELDS, 'x-one', 'x-two', 'traceparent', 'user-agent', 'cookie')
const lines = fc.array(fc.tuple(name, fc.stringMatching(/^[a-z]{1,9}$/)), { maxLength: 12 })
const group = fc
  .subarray([HOST, ACCEPT, RANGE, CONDITIONAL, IF_NONE_MATCH, union(ACCEPT, CONDITIONAL)], { minLength: 1 })
  .map((groups) => groups.reduce(union))
const question = fc.oneof(name, group)
const method = fc.constantFrom('GET', 'POST')

describe('the fields of a web request', () => {
  it('are the same, whatever is asked in whatever order, and whether or not they are counted', () => {
    fc.assert(
      fc.property(lines, fc.array(question, { maxLength: 20 }), method, (given, questions, method) => {
        const headers = new Headers(given as [string, string][])
        const [atOnce, { fields: byName }] = [fetchFields(headers, method), counted(given, method)]
        expect(byName.count).toBe(atOnce.count)
        for (const asked of questions) {
          if (typeof asked === 'string') {
            const value = headers.get(asked) ?? undefined
            expect([byName.get(asked), atOnce.get(asked)]).toEqual([value, value])
          } else {
            expect(byName.has(asked)).toBe(isThere(asked, given))
            // These may take another field for one of the group.
            if (isThere(asked, given)) expect(atOnce.has(asked)).toBe(true)
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  it('that are all met are asked for no more', () => {
    const { fields, asked } = counted([
      ['host', 'a'],
      ['accept', 'b'],
    ])
    expect([fields.get('host'), fields.get('host'), fields.has(ACCEPT)]).toEqual(['a', 'a', true])
    expect([fields.has(CONDITIONAL), fields.has(RANGE), fields.has(HOST)]).toEqual([false, false, true])
    expect([fields.get('traceparent'), fields.get('accept')]).toEqual([undefined, 'b'])
    expect(asked).toEqual(['host', 'accept', 'accept'])
  })

  it('are none but the host on a plain GET, whatever is asked first', () => {
    const { fields, asked } = counted([['host', 'a']])
    expect([fields.has(CONDITIONAL), fields.get('accept'), fields.get('host')]).toEqual([
      false,
      undefined,
      'a',
    ])
    expect(asked).toEqual(['host'])
  })

  it('that come with content are met first where there is some', () => {
    const { fields, asked } = counted(
      [
        ['host', 'a'],
        ['content-length', '2'],
        ['content-type', 'text/plain'],
      ],
      'POST',
    )
    expect([fields.has(CONDITIONAL), fields.has(RANGE), fields.get('expect')]).toEqual([
      false,
      false,
      undefined,
    ])
    expect(asked.toSorted()).toEqual(['content-length', 'content-type', 'host'])
    expect([fields.get('content-length'), fields.get('content-type')]).toEqual(['2', 'text/plain'])
  })

  it('are asked for once each, and the first of a group that is there is enough', () => {
    const { fields, asked } = counted([
      ['x-one', '1'],
      ['if-none-match', '"a"'],
      ['if-modified-since', 'now'],
    ])
    expect([fields.has(RANGE), fields.has(RANGE), fields.has(CONDITIONAL)]).toEqual([false, false, true])
    expect(fields.has(CONDITIONAL)).toBe(true)
    expect(asked).toEqual(['host', 'range', 'if-match', 'if-none-match'])
  })
})
