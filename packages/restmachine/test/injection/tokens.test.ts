// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are sources, and some hold templates
import { describe, expect, it } from 'vitest'
import { keyOf, type Token, TokenReader } from '../../src/injection/tokens.ts'

function readAll(source: string): readonly Token[] {
  const reader = new TokenReader(source)
  const tokens: Token[] = []
  for (;;) {
    const token = reader.next()
    tokens.push(token)
    if (token.kind === 'end' || token.kind === 'unreadable') return tokens
  }
}

function texts(source: string): readonly string[] {
  return readAll(source).map(({ kind, text }) => (kind === 'unreadable' ? '(unreadable)' : text))
}

describe('TokenReader', () => {
  it.each([
    ['names, also private ones', 'a $b _c é #d', ['a', '$b', '_c', 'é', '#d', '']],
    ['names with escapes', String.raw`\u0064b d\u{62}`, ['db', 'db', '']],
    ['numbers', '1 1.5 .5 0x1F 1_000 1e3 1n', ['1', '1.5', '.5', '0x1F', '1_000', '1e3', '1n', '']],
    ['a number before a property', '1..a', ['1.', '.', 'a', '']],
    [
      'strings with escaped quotes',
      String.raw`'a\'b' "c\\" "\
"`,
      [String.raw`'a\'b'`, String.raw`"c\\"`, '"\\\n"', ''],
    ],
    ['comments', 'a/* } */b// }\nc', ['a', 'b', 'c', '']],
    ['templates inside templates', 'a`${`}${"`"}`}$${1}\\``b', ['a', '`${`}${"`"}`}$${1}\\``', 'b', '']],
    ['marks', '=>...?.++a--', ['=>', '...', '?.', '++', 'a', '--', '']],
    ['a condition before a decimal', 'a?.5:1', ['a', '?', '.5', ':', '1', '']],
  ])('reads %s', (_what, source, expected) => {
    expect(texts(source)).toEqual(expected)
  })

  it.each([
    ['behind a name', 'a /b/ c'],
    ['behind a property named like a keyword', 'a.return /b/ c'],
    ['behind a number', '1 /b/ c'],
    ['behind a string', '"a" /b/ c'],
    ['behind a parenthesis', 'a(1) /b/ c'],
    ['behind a bracket', 'a[1] /b/ c'],
    ['behind a postfix', 'a++ /b/ c'],
    ['behind a method named like a statement', 'a.if(1) /b/ c'],
  ])('reads a slash %s as a division', (_where, source) => {
    expect(texts(source).filter((text) => text === '/')).toHaveLength(2)
  })

  it.each([
    ['at the start', '/[/"]\\/}/g', '/[/"]\\/}/g'],
    ['behind a mark', 'a = /"/', '/"/'],
    ['behind a keyword', 'return /"/', '/"/'],
    ['behind an arrow', '=> /"/u', '/"/u'],
    ['behind the parentheses of a statement', 'if (a) /"/.test(b)', '/"/'],
    ['behind a prefix', '= ++/"/.lastIndex', '/"/'],
  ])('reads a slash %s as a regular expression', (_where, source, expected) => {
    expect(readAll(source).filter(({ kind }) => kind === 'regex')).toMatchObject([{ text: expected }])
  })

  it.each([
    ['a slash behind a brace', '{} /a/'],
    ['a slash behind yield', 'yield /a/'],
    ['a slash behind for await', 'for await (a of b) /a/'],
    ['a slash behind ++ on a line of its own', 'a\n++/a/.lastIndex'],
    ['what scripts and modules read differently', 'a <!-- b'],
    ['what scripts and modules read differently at the end', 'a\n--> b'],
    ['a string without an end', '"a'],
    ['a template without an end', '`a${b'],
    ['a regular expression without an end', '/a'],
    ['a comment without an end', '= /* a'],
    ['what is no JavaScript', '\u0000'],
  ])('does not guess at %s', (_what, source) => {
    expect(texts(source).at(-1)).toBe('(unreadable)')
  })

  it('stays where it cannot read on', () => {
    const reader = new TokenReader('"a')
    expect([reader.next().kind, reader.next().kind]).toEqual(['unreadable', 'unreadable'])
  })
})

describe('skipTo', () => {
  it('steps over brackets', () => {
    const reader = new TokenReader('(a, [b, { c, d }]), e')
    expect(reader.skipTo(',')).toBe(true)
    reader.next()
    expect(reader.next().text).toBe('e')
  })

  it.each(['(a', 'a)', '(a]', 'a'])('finds no comma in %s', (source) => {
    expect(new TokenReader(source).skipTo(',')).toBe(false)
  })
})

describe('keyOf', () => {
  it.each([
    ['db', 'db'],
    [String.raw`"d\u0062"`, 'db'],
    [String.raw`'\x64\u{62}'`, 'db'],
    [String.raw`'\'\n\0\\1'`, "'\n\0\\1"],
    ["'a\\\nb'", 'ab'],
    ['0x10', '16'],
    ['1_000', '1000'],
    ['10n', '10'],
    ['1.50', '1.5'],
  ])('reads %s as an engine does', (source, expected) => {
    expect(Object.keys(new Function(`return { ${source}: 1 }`)() as object)).toEqual([expected])
    expect(keyOf(new TokenReader(source).next())).toBe(expected)
  })

  it.each(['010', '08', String.raw`'\1'`, String.raw`'\\\01'`, '#db', '`db`', '['])(
    'does not guess at %s',
    (source) => {
      expect(keyOf(new TokenReader(source).next())).toBeUndefined()
    },
  )
})
