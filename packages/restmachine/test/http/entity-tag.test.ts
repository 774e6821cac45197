import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type EntityTag,
  formatEntityTag,
  isSameStrongly,
  isSameWeakly,
  parseEntityTag,
  parseEntityTags,
} from '../../src/http/entity-tag.ts'

const opaque = fc.string({ unit: fc.constantFrom(...'aZ0!#,;\\=/*W\u0080\u00ff'), maxLength: 10 })
const tag: fc.Arbitrary<EntityTag> = fc.record({ opaque, weak: fc.boolean() })

describe('RFC 9110 §8.8.3, ETag', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(tag, (one) => {
        expect(parseEntityTag(formatEntityTag(one))).toEqual(one)
      }),
    )
  })

  it('takes a backslash for itself', () => {
    expect(parseEntityTag('"a\\"')).toEqual({ opaque: 'a\\', weak: false })
  })

  it.each([
    '',
    'a',
    '"a',
    'a"',
    '"a b"',
    '"a"b"',
    'w/"a"',
    'W/ "a"',
    'W/a',
    '*',
    ' "a"',
    '"a", "b"',
    '"a\u007f"',
    '"€"',
  ])('refuses %j', (value) => {
    expect(parseEntityTag(value)).toBeUndefined()
  })

  it.each(['a"b', 'a b', 'a\r\nb', '€'])('does not write %j', (text) => {
    expect(() => formatEntityTag({ opaque: text, weak: false })).toThrow(/^Cannot format an entity tag: /)
  })
})

describe('RFC 9110 §13.1.1 and §13.1.2, lists of entity tags', () => {
  it('reads back the tags that were joined, whatever stands between them', () => {
    const separator = fc.constantFrom(',', ', ', ' ,\t', ', ,')
    fc.assert(
      fc.property(fc.array(tag, { minLength: 1, maxLength: 8 }), separator, (tags, between) => {
        expect(parseEntityTags(tags.map(formatEntityTag).join(between))).toEqual(tags)
      }),
    )
  })

  it('reads the examples of the sections', () => {
    expect(parseEntityTags('"xyzzy", "r2d2xxxx", "c3piozzzz"')).toHaveLength(3)
    expect(parseEntityTags('W/"xyzzy", W/"r2d2xxxx"')).toEqual([
      { opaque: 'xyzzy', weak: true },
      { opaque: 'r2d2xxxx', weak: true },
    ])
  })

  it('leaves a comma inside a tag alone', () => {
    expect(parseEntityTags('"a,b"')).toEqual([{ opaque: 'a,b', weak: false }])
    expect(parseEntityTags('"a\\", ","')).toHaveLength(2)
  })

  it('passes over empty members (§5.6.1.2)', () => {
    expect(parseEntityTags('"a", , "b",')).toHaveLength(2)
    expect(parseEntityTags(',, "a"')).toHaveLength(1)
    expect(parseEntityTags('')).toEqual([])
    expect(parseEntityTags(' , ')).toEqual([])
  })

  it('tells no field from any tag', () => {
    expect(parseEntityTags(undefined)).toBe('absent')
    expect(parseEntityTags('*')).toBe('any')
    expect(parseEntityTags('\t* ')).toBe('any')
    expect(parseEntityTags('"*"')).toEqual([{ opaque: '*', weak: false }])
  })

  it.each(['a', '"a" "b"', '"a"x', '*, "a"', '"a", *', '"a', 'W/', 'w/"a"', '"a", b', '**', '"a"\n'])(
    'finds %j malformed',
    (value) => {
      expect(parseEntityTags(value)).toBe('malformed')
    },
  )

  it('takes 50 tags and not 51', () => {
    const fifty = Array.from({ length: 50 }, (_, index) => `"${index}"`).join(', ')
    expect(parseEntityTags(fifty)).toHaveLength(50)
    expect(parseEntityTags(`${fifty}, ,`)).toHaveLength(50)
    expect(parseEntityTags(`${fifty}, "x"`)).toBe('malformed')
  })
})

describe('RFC 9110 §8.8.3.2, comparison', () => {
  const [weak1, weak2, strong1] = [
    { opaque: '1', weak: true },
    { opaque: '2', weak: true },
    { opaque: '1', weak: false },
  ]

  it.each([
    [weak1, weak1, false, true],
    [weak1, weak2, false, false],
    [weak1, strong1, false, true],
    [strong1, weak1, false, true],
    [strong1, strong1, true, true],
    [strong1, { opaque: '2', weak: false }, false, false],
  ])('follows the table of the section: %j and %j', (one, other, strongly, weakly) => {
    expect(isSameStrongly(one, other)).toBe(strongly)
    expect(isSameWeakly(one, other)).toBe(weakly)
  })
})
