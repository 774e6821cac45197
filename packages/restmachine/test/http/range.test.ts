import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatContentRange,
  formatUnsatisfied,
  MAX_RANGES,
  parseRange,
  type RangeSpec,
  resolveRanges,
} from '../../src/http/range.ts'
import { MAX_LIST_MEMBERS } from '../../src/http/syntax/list.ts'

const position = fc.nat(120)
const spec: fc.Arbitrary<RangeSpec> = fc.oneof(
  fc.record({ first: position }),
  fc.tuple(position, position).map(([first, more]) => ({ first, last: first + more })),
  fc.record({ suffix: position }),
)

/** The specs as they are sent. */
function write(specs: readonly RangeSpec[]): string {
  const members = specs.map((one) => ('suffix' in one ? `-${one.suffix}` : `${one.first}-${one.last ?? ''}`))
  return `bytes=${members.join(', ')}`
}

/** The bytes that one spec asks for, by the words of §14.1.2. */
function bytesOf(one: RangeSpec, length: number): readonly number[] {
  const all = Array.from({ length }, (_, index) => index)
  if ('suffix' in one) return one.suffix === 0 ? [] : all.slice(-one.suffix)
  return all.filter((index) => index >= one.first && index <= (one.last ?? length))
}

describe('RFC 9110 §14.2, Range', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(fc.array(spec, { minLength: 1, maxLength: 50 }), (ranges) => {
        expect(parseRange(write(ranges))).toEqual({ unit: 'bytes', ranges })
      }),
    )
  })

  it('reads the examples of §14.1.2', () => {
    expect(parseRange('bytes=0-499')?.ranges).toEqual([{ first: 0, last: 499 }])
    expect(parseRange('bytes=-500')?.ranges).toEqual([{ suffix: 500 }])
    expect(parseRange('bytes=9500-')?.ranges).toEqual([{ first: 9500 }])
    expect(parseRange('bytes=0-0,-1')?.ranges).toEqual([{ first: 0, last: 0 }, { suffix: 1 }])
    expect(parseRange('bytes= 0-999, 4500-5499, -1000')?.ranges).toHaveLength(3)
    expect(parseRange('bytes=500-700,601-999')?.ranges).toHaveLength(2)
  })

  it('has the unit in lower case, whatever it is (§14.1)', () => {
    expect(parseRange('Bytes=0-')?.unit).toBe('bytes')
    expect(parseRange('items=0-24')).toEqual({ unit: 'items', ranges: [{ first: 0, last: 24 }] })
  })

  it.each([
    '',
    'bytes',
    'bytes=',
    'bytes=,',
    '=0-1',
    'bytes 0-1',
    'bytes =0-1',
    'bytes=-',
    'bytes=5',
    'bytes=2-1',
    'bytes=0-1,2-1',
    'bytes=0-1-2',
    'bytes=--1',
    'bytes=-1-',
    'bytes=0 - 1',
    'bytes=+0-1',
    'bytes=0x0-1',
    'bytes=1e1-',
    'bytes=0-1;q=1',
    'bytes="0-1"',
    'bytes=٠-١',
  ])('ignores %j', (value) => {
    expect(parseRange(value)).toBeUndefined()
  })

  it('takes huge positions for the largest that can be counted with', () => {
    const most = Number.MAX_SAFE_INTEGER
    expect(parseRange('bytes=0-9007199254740991')?.ranges).toEqual([{ first: 0, last: most }])
    expect(parseRange(`bytes=${'9'.repeat(400)}-, -${'9'.repeat(400)}`)?.ranges).toEqual([
      { first: most },
      { suffix: most },
    ])
  })

  it('reads 50 ranges and not 51; 8 is what callers answer in parts', () => {
    const fifty = Array.from({ length: MAX_LIST_MEMBERS }, (_, index) => `${index * 2}-${index * 2}`).join()
    expect(parseRange(`bytes=${fifty}`)?.ranges).toHaveLength(50)
    expect(parseRange(`bytes=${fifty},0-0`)).toBeUndefined()
    expect(MAX_RANGES).toBe(8)
  })
})

describe('RFC 9110 §14.1.2, ranges of what there is', () => {
  it('covers the very bytes that were asked for, each once', () => {
    fc.assert(
      fc.property(fc.array(spec, { minLength: 1, maxLength: 12 }), fc.nat(100), (specs, length) => {
        const wanted = new Set(specs.flatMap((one) => bytesOf(one, length)))
        const ranges = resolveRanges(specs, length)
        const found = (ranges === 'unsatisfiable' ? [] : ranges).flatMap(({ first, last }) =>
          bytesOf({ first, last }, length),
        )
        expect(ranges === 'unsatisfiable').toBe(wanted.size === 0)
        expect(found).toHaveLength(wanted.size)
        expect(new Set(found)).toEqual(wanted)
      }),
    )
  })

  it('leaves a gap between any two, and keeps the order of what was asked for', () => {
    fc.assert(
      fc.property(fc.array(spec, { minLength: 1, maxLength: 12 }), fc.nat(100), (specs, length) => {
        const ranges = resolveRanges(specs, length)
        if (ranges === 'unsatisfiable') return
        const sorted = ranges.toSorted((one, other) => one.first - other.first)
        for (const [index, range] of sorted.entries()) {
          expect(range.first).toBeGreaterThan((sorted[index - 1]?.last ?? -2) + 1)
          expect(range.last).toBeLessThan(length)
        }
        const asked = ranges.map(({ first, last }) =>
          specs.findIndex((one) => bytesOf(one, length).some((byte) => byte >= first && byte <= last)),
        )
        expect(asked).toEqual(asked.toSorted((one, other) => one - other))
      }),
    )
  })

  it('is the whole when a suffix is longer than it', () => {
    expect(resolveRanges([{ suffix: 500 }], 10)).toEqual([{ first: 0, last: 9 }])
  })

  it('passes over what is not there as long as something is', () => {
    expect(resolveRanges([{ first: 10, last: 20 }, { suffix: 0 }, { first: 9 }], 10)).toEqual([
      { first: 9, last: 9 },
    ])
  })

  it.each<[readonly RangeSpec[], number]>([
    [[{ first: 10 }], 10],
    [[{ first: 10, last: 20 }, { suffix: 0 }], 10],
    [[{ suffix: 0 }], 10],
    [[{ first: 0 }], 0],
    [[{ suffix: 5 }], 0],
    [[{ first: Number.MAX_SAFE_INTEGER, last: Number.MAX_SAFE_INTEGER }], 10],
    [[], 10],
  ])('finds %j of %d bytes unsatisfiable', (specs, length) => {
    expect(resolveRanges(specs, length)).toBe('unsatisfiable')
  })

  it('takes no quadratic time, in whatever order the ranges come', () => {
    const count = 20_000
    const backwards = Array.from({ length: count }, (_, index) => ({
      first: 2 * (count - index),
      last: 2 * (count - index),
    }))
    const start = performance.now()
    expect(resolveRanges(backwards, 4 * count)).toEqual(backwards)
    expect(
      resolveRanges(
        backwards.map(({ first }) => ({ first })),
        4 * count,
      ),
    ).toHaveLength(1)
    expect(performance.now() - start).toBeLessThan(500)
  })
})

describe('RFC 9110 §14.4, Content-Range', () => {
  it('writes the examples of the section', () => {
    expect(formatContentRange(0, 499, 1234)).toBe('bytes 0-499/1234')
    expect(formatContentRange(734, 1233, 1234)).toBe('bytes 734-1233/1234')
    expect(formatUnsatisfied(1234)).toBe('bytes */1234')
    expect(formatUnsatisfied(0)).toBe('bytes */0')
  })

  it.each([
    [-1, 0, 10],
    [1, 0, 10],
    [0, 10, 10],
    [0, 0, 0],
    [0.5, 1, 10],
    [0, Number.NaN, 10],
    [0, 1, Number.POSITIVE_INFINITY],
  ])('does not write %d to %d of %d', (first, last, length) => {
    expect(() => formatContentRange(first, last, length)).toThrow(RangeError)
  })

  it.each([-1, 1.5, Number.NaN, 2 ** 53])('does not write the length %d', (length) => {
    expect(() => formatUnsatisfied(length)).toThrow(RangeError)
  })
})
