import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatTraceparent, parseTraceparent } from '../../src/http/traceparent.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PARENT = 'b7ad6b7169203331'

function hexadecimal(length: number): fc.Arbitrary<string> {
  return fc
    .string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
    .filter((digits) => /[^0]/.test(digits))
}

describe('W3C Trace Context, traceparent', () => {
  it('reads back what it writes', () => {
    const traceparent = fc.record({
      traceId: hexadecimal(32),
      parentId: hexadecimal(16),
      sampled: fc.boolean(),
    })
    fc.assert(
      fc.property(traceparent, (one) => {
        expect(parseTraceparent(formatTraceparent(one))).toEqual(one)
      }),
    )
  })

  it('writes version 00', () => {
    expect(formatTraceparent({ traceId: TRACE, parentId: PARENT, sampled: true })).toBe(
      `00-${TRACE}-${PARENT}-01`,
    )
    expect(formatTraceparent({ traceId: TRACE, parentId: PARENT, sampled: false })).toBe(
      `00-${TRACE}-${PARENT}-00`,
    )
  })

  it('is sampled when the first bit of the flags is set, whatever the others', () => {
    expect(parseTraceparent(`00-${TRACE}-${PARENT}-ff`)?.sampled).toBe(true)
    expect(parseTraceparent(`00-${TRACE}-${PARENT}-fe`)?.sampled).toBe(false)
  })

  it('may have more behind the flags in a later version, with a dash before it', () => {
    expect(parseTraceparent(`01-${TRACE}-${PARENT}-01-what-comes`)).toEqual({
      traceId: TRACE,
      parentId: PARENT,
      sampled: true,
    })
    expect(parseTraceparent(`cc-${TRACE}-${PARENT}-01`)?.sampled).toBe(true)
    expect(parseTraceparent(`01-${TRACE}-${PARENT}-01x`)).toBeUndefined()
  })

  it.each([
    '',
    `00-${TRACE}-${PARENT}-01-more`,
    `00-${TRACE}-${PARENT}-01-`,
    `ff-${TRACE}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `00-${TRACE}-${PARENT.toUpperCase()}-01`,
    `00-${TRACE}-${PARENT}-0G`,
    `00-${TRACE}-${PARENT}-1`,
    `00-${TRACE}-${PARENT}`,
    `0-${TRACE}-${PARENT}-01`,
    ` 00-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-01\n`,
    `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`,
  ])('refuses %j', (value) => {
    expect(parseTraceparent(value)).toBeUndefined()
  })
})
