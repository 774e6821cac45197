import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFieldValue } from '../../src/http/field.ts'
import { formatLink, type Link, parseLink } from '../../src/http/link.ts'
import { expectLinear, fieldText, token } from './hostile.ts'

const uri = fc.oneof(fc.webUrl(), fc.string({ unit: fc.constantFrom(...'aZ/?#,;=%&[]'), maxLength: 12 }))
const name = token.filter(
  (text) => !text.endsWith('*') && !['uri', 'rel', 'title', '__proto__'].includes(text),
)
const link: fc.Arbitrary<Link> = fc
  .record(
    {
      uri,
      rel: fieldText.filter((text) => text !== ''),
      title: fc.string({ unit: 'grapheme', maxLength: 10 }).filter((text) => !/\p{Cc}/u.test(text)),
      others: fc.dictionary(name, fieldText, { maxKeys: 3 }),
    },
    { requiredKeys: ['uri', 'rel', 'others'] },
  )
  .map(({ others, ...rest }) => ({ ...others, ...rest }))

describe('RFC 8288 §3, Link', () => {
  it('reads back what it writes, which is a field value', () => {
    fc.assert(
      fc.property(fc.array(link, { maxLength: 6 }), (links) => {
        const formatted = formatLink(links)
        expect(isFieldValue(formatted)).toBe(true)
        expect(parseLink(formatted)).toEqual(links)
      }),
    )
  })

  it('reads the examples of §3.5', () => {
    expect(
      parseLink('<http://example.com/TheBook/chapter2>; rel="previous"; title="previous chapter"'),
    ).toEqual([{ uri: 'http://example.com/TheBook/chapter2', rel: 'previous', title: 'previous chapter' }])
    expect(parseLink('</>; rel="http://example.net/foo"')).toEqual([
      { uri: '/', rel: 'http://example.net/foo' },
    ])
    expect(parseLink('</terms>; rel="copyright"; anchor="#foo"')).toEqual([
      { uri: '/terms', rel: 'copyright', anchor: '#foo' },
    ])
    const value =
      '</TheBook/chapter2>; rel="previous"; title*=UTF-8\'de\'letztes%20Kapitel, ' +
      '</TheBook/chapter4>; rel="next"; title*=UTF-8\'de\'n%c3%a4chstes%20Kapitel'
    expect(parseLink(value)).toEqual([
      { uri: '/TheBook/chapter2', rel: 'previous', title: 'letztes Kapitel' },
      { uri: '/TheBook/chapter4', rel: 'next', title: 'nächstes Kapitel' },
    ])
    expect(parseLink('<http://example.org/>; rel="start http://example.net/relation/other"')).toHaveLength(1)
  })

  it('leaves commas and semicolons alone in a URI and between quotes', () => {
    expect(parseLink('</a,b;c>; rel="d,\\"e;<f>", <g>;rel=h')).toEqual([
      { uri: '/a,b;c', rel: 'd,"e;<f>' },
      { uri: 'g', rel: 'h' },
    ])
  })

  it('takes whitespace, empty members and empty parameters for nothing, and names in any case', () => {
    expect(parseLink(' , <a> ; ; REL = b;\tAs="c" ;,, <d>;rel=e;crossorigin ,')).toEqual([
      { uri: 'a', rel: 'b', as: 'c' },
      { uri: 'd', rel: 'e', crossorigin: '' },
    ])
    expect(parseLink('')).toEqual([])
  })

  it('takes the first of two parameters (§3.3), and the title with a star (§3.4.1)', () => {
    expect(parseLink("<a>; rel=b; rel=c; title=d; title*=UTF-8''%C3%A9")).toEqual([
      { uri: 'a', rel: 'b', title: 'é' },
    ])
    expect(parseLink("<a>; rel=b; title=d; title*=latin-1''%E9")).toEqual([
      { uri: 'a', rel: 'b', title: 'd' },
    ])
  })

  it('reads values without quotes that are no tokens, as RFC 5988 had them', () => {
    expect(parseLink('<a>; rel=http://b/c; type=text/html')).toEqual([
      { uri: 'a', rel: 'http://b/c', type: 'text/html' },
    ])
  })

  it('passes over a link without a relation (§3.3)', () => {
    expect(parseLink('<a>; title=b, <c>; rel=d')).toEqual([{ uri: 'c', rel: 'd' }])
  })

  it('lets no parameter take the place of the URI or of the prototype', () => {
    const [only] = parseLink('<a>; rel=b; uri=evil; __proto__=c') ?? []
    expect(Object.getPrototypeOf(only)).toBeNull()
    expect(Object.entries(only ?? {}).sort()).toEqual([
      ['__proto__', 'c'],
      ['rel', 'b'],
      ['uri', 'a'],
    ])
  })

  it.each([
    'a',
    '<a',
    'a>; rel=b',
    '<a> rel=b',
    '<a>; rel=',
    '<a>; rel="b',
    '<a>; rel="b"c',
    '<a>; rel=b c',
    '<a>; =b',
    '<a>; rel=b <c>; rel=d',
    '"<a>"; rel=b',
    '<a>; é=b; rel=c',
  ])('refuses %j', (value) => {
    expect(parseLink(value)).toBeUndefined()
  })

  it('takes 50 links and not 51, 50 parameters and not 51', () => {
    const links = Array.from({ length: 50 }, (_, index) => `<${index}>; rel=a`).join(', ')
    expect(parseLink(links)).toHaveLength(50)
    expect(parseLink(`${links}, <x>; rel=a`)).toBeUndefined()
    const parameters = Array.from({ length: 49 }, (_, index) => `;a${index}`).join('')
    expect(parseLink(`<a>; rel=b${parameters}`)).toHaveLength(1)
    expect(parseLink(`<a>; rel=b${parameters};c`)).toBeUndefined()
  })

  it('takes linear time also behind what looks like a link', () => {
    expectLinear((value) => parseLink(`<a>; rel=b;${value}`))
    expectLinear((value) => parseLink(value.replaceAll('"', '<')))
    expectLinear((value) => parseLink(value.replaceAll(',', '<a>,')))
  })

  it('is empty without links', () => {
    expect(formatLink([])).toBe('')
  })

  it.each<Link>([
    { uri: '/a b', rel: 'next' },
    { uri: '/é', rel: 'next' },
    { uri: '/a>; rel="x', rel: 'next' },
    { uri: '/a\r\nx: y', rel: 'next' },
    { uri: '/a', rel: '' },
    { uri: '/a', rel: 'a\r\nb' },
    { uri: '/a', rel: 'a', 'b c': 'd' },
    { uri: '/a', rel: 'a', 'title*': "UTF-8''b" },
    { uri: '/a', rel: 'a', type: '€' },
  ])('does not write %j', (one) => {
    expect(() => formatLink([one])).toThrow(TypeError)
  })

  it('says what a link lacks', () => {
    expect(() => formatLink([{ uri: '/a' } as unknown as Link])).toThrow(
      'Cannot format a link to "/a": it needs a rel, such as next',
    )
  })
})
