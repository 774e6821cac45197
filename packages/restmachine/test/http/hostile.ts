import fc from 'fast-check'
import { expect } from 'vitest'

/** Any text at all, and text made of the characters that mean something in a field. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(...'aZ09"\\,;= \t/*:.-_%[]W+\r\n\u0000\u00e9\u20ac'), maxLength: 60 }),
)

/** A token in lower case. */
export const token: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom(..."abz019!#$&'*+-.^_`|~"),
  minLength: 1,
  maxLength: 12,
})

/** Whatever a quoted string can carry. */
export const fieldText: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom(...'aZ09"\\,;= \t/\u0080\u00e9\u00ff'),
  maxLength: 20,
})

const COUNT = 10_000
const LIMIT = 5

/** Values that cost a careless parser quadratic time or more. */
const SLOW_VALUES: readonly string[] = [
  ',',
  ' ',
  '\t',
  ', ',
  ' ,',
  '"',
  '""',
  '"a",',
  '"a" ',
  '\\',
  '"\\',
  ';',
  '; ',
  ';a=b',
  '=',
  'a',
  'a,',
  'a ',
  'a=",',
  '*',
  '/',
  '/.',
  '%',
  '%41',
  '/a-',
  ':',
  '0',
  '-',
].flatMap((unit) => [
  unit.repeat(COUNT),
  `a/b${unit.repeat(COUNT)}x`,
  `"${unit.repeat(COUNT)}`,
  `"a"${unit.repeat(COUNT)}\u0000`,
  `/${unit.repeat(COUNT)}\u0000`,
])

/** Fails when `parse` takes 5 ms or more for a value of some 10 000 repeated characters. */
export function expectLinear(parse: (value: string) => unknown): void {
  for (const value of SLOW_VALUES) {
    // The machine may be busy: a parser that is linear is quick in one run of a few.
    let best = Number.POSITIVE_INFINITY
    for (let run = 0; run < 20 && best >= LIMIT; run++) {
      const start = performance.now()
      parse(value)
      best = Math.min(best, performance.now() - start)
    }
    expect(best, JSON.stringify(value.slice(0, 12))).toBeLessThan(LIMIT)
  }
}
