import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatServerTiming } from '../../src/http/server-timing.ts'
import { parseQuotedString } from '../../src/http/syntax/quoted-string.ts'
import { isToken } from '../../src/http/syntax/token.ts'

describe('formatServerTiming', () => {
  it.each([
    [[], ''],
    [[{ name: 'user', duration: 53.2 }], 'user;dur=53.2'],
    [[{ name: 'user', duration: 0.004 }], 'user;dur=0'],
    [[{ name: 'user', duration: 1234.567 }], 'user;dur=1234.57'],
    [
      [
        { name: 'a b', duration: 1 },
        { name: '', duration: 2 },
      ],
      'a_b;dur=1, _;dur=2',
    ],
    [[{ name: '😀é', duration: 1 }], '__;dur=1'],
    [[{ name: 'db', duration: 1, description: 'say "hi" \\' }], 'db;dur=1;desc="say \\"hi\\" \\\\"'],
  ])('%j is %s', (metrics, value) => {
    expect(formatServerTiming(metrics)).toBe(value)
  })

  it('refuses a description that no field can carry', () => {
    expect(() => formatServerTiming([{ name: 'a', duration: 1, description: 'a\r\nb' }])).toThrow(TypeError)
  })

  it('makes what the specification reads, whatever the names', () => {
    const metric = fc.record({
      name: fc.string({ unit: 'grapheme' }),
      duration: fc.double({ min: 0, max: 1e9, noNaN: true }),
      description: fc.option(fc.string({ unit: 'grapheme-ascii' }), { nil: undefined }),
    })
    fc.assert(
      fc.property(metric, ({ name, duration, description }) => {
        const value = formatServerTiming([{ name, duration, description }])
        const [, told = '', taken, quoted] = /^([^;]+);dur=([\d.]+)(?:;desc=(".*"))?$/.exec(value) ?? []
        expect(isToken(told)).toBe(true)
        expect(Number(taken)).toBeCloseTo(duration, 2)
        expect(quoted === undefined ? undefined : parseQuotedString(quoted)).toBe(description)
      }),
    )
  })
})
