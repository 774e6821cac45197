import fc from 'fast-check'
import { assert, describe, it } from 'vitest'
import { formatLocation, isLocation } from '../../src/http/location.ts'

describe('RFC 9110 §10.2.2, Location', () => {
  it.for([
    ['/things/7#part', '/things/7#part'],
    ['https://example.com/?q=[1]', 'https://example.com/?q=[1]'],
    ['/grün/世界', '/gr%C3%BCn/%E4%B8%96%E7%95%8C'],
    ['/gr%C3%BCn/a%20b', '/gr%C3%BCn/a%20b'],
    ['/a b', '/a%20b'],
    ['/a\r\nset-cookie: b', '/a%0D%0Aset-cookie:%20b'],
    ['/\\other.example', '/%5Cother.example'],
    ['/a"<b>^`{|}', '/a%22%3Cb%3E%5E%60%7B%7C%7D'],
    ["http://[::1]/~a;b=c,d@e!$&'()*+?f:g", "http://[::1]/~a;b=c,d@e!$&'()*+?f:g"],
    ['/half \ud800', '/half%20%EF%BF%BD'],
    ['', ''],
  ] as const)('%j is sent as %s', ([given, sent]) => {
    assert.equal(formatLocation(given), sent)
  })

  it('is visible ASCII whatever is given, leads to the same place, and is encoded once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const location = formatLocation(text)
        assert.match(location, /^[\w\-.~:/?#[\]@!$&'()*+,;=%]*$/)
        assert.equal(formatLocation(location), location)
      }),
    )
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const path = text.replaceAll('%', '')
        assert.equal(decodeURIComponent(formatLocation(path)), path)
      }),
    )
  })
})

describe('isLocation', () => {
  it.for([
    ['location', true],
    ['Content-Location', true],
    ['LOCATION', true],
    ['content-language', false],
    ['position', false],
    ['location2', false],
  ] as const)('%s: %s', ([name, expected]) => {
    assert.equal(isLocation(name), expected)
  })
})
