import { describe, expect, it } from 'vitest'
import { formatAncestor, formatSource, KEYWORDS } from '../../src/policies/csp-sources.ts'
import { expectLinear } from '../http/hostile.ts'

const SHA256 = `${'a'.repeat(43)}=`

describe('CSP3 §2.3.1, source lists', () => {
  it.each([...KEYWORDS])('quotes the keyword %s, with or without quotes, whatever its case', (keyword) => {
    for (const written of [keyword, `'${keyword}'`, keyword.toUpperCase()])
      expect(formatSource(written, 'scriptSrc')).toBe(`'${keyword}'`)
  })

  it.each([
    `sha256-${SHA256}`,
    `sha256-${'a'.repeat(43)}`,
    `sha384-${'_'.repeat(64)}`,
    `sha512-${'+'.repeat(86)}==`,
    'nonce-r4nd0m',
    'nonce-a+/-_==',
  ])('quotes %s', (word) => {
    expect(formatSource(word, 'scriptSrc')).toBe(`'${word}'`)
    expect(formatSource(`'${word}'`, 'scriptSrc')).toBe(`'${word}'`)
  })

  it.each([
    '*',
    'https:',
    'data:',
    'blob:',
    'web+app:',
    'example.com',
    '*.example.com',
    'https://example.com',
    'https://*.example.com:*',
    'wss://example.com:8443/socket',
    'https://example.com/scripts/',
    'https://example.com/a%3Bb%2Cc',
    'localhost:3000',
    'http://127.0.0.1:80',
    '*:8080',
    'xn--tdaaaaaa.de',
  ])('leaves %s as it is', (source) => {
    expect(formatSource(source, 'scriptSrc')).toBe(source)
  })

  it.each([
    'shady.com',
    'sha256-tools.example.com',
    'nonce-server.example.com',
    'sha1-host',
    'self.example.com',
  ])('does not take the host %s for a hash, nonce or keyword', (host) => {
    expect(formatSource(host, 'scriptSrc')).toBe(host)
  })

  it.each([
    ["self; script-src 'unsafe-inline'", 'a ";" or "," would end it'],
    ['https://a.example/;x', '%3B'],
    ['https://a.example,https://b.example', 'a ";" or "," would end it'],
    ['https://a.example https://b.example', 'there is a space in it'],
    ['self\r\nset-cookie: a=b', 'there is a space in it'],
    ['https://a.example?x', 'neither query nor fragment'],
    ['https://bücher.example', 'written in ASCII'],
    ['a\u0000b', 'written in ASCII'],
    ["'selfie'", 'only keywords, nonces and hashes are quoted'],
    ["''", 'it is neither'],
    ["'", 'it is neither'],
    ['', 'it is neither'],
    ['"self"', 'it is neither'],
    ["'nonce-'", 'only keywords'],
    ['https://', 'it is neither'],
    ['a.*.example', 'it is neither'],
    ['https://a..example', 'it is neither'],
    ['sha256-abc', 'a sha256 hash has 43 characters of base64, not 3'],
    [`'sha512-${SHA256}'`, 'a sha512 hash has 86 characters of base64, not 43'],
  ])('refuses %j', (source, text) => {
    expect(() => formatSource(source, 'imgSrc')).toThrow(TypeError)
    expect(() => formatSource(source, 'imgSrc')).toThrow(
      `imgSrc has ${JSON.stringify(source.startsWith("'sha") ? source.slice(1, -1) : source)}: `,
    )
    expect(() => formatSource(source, 'imgSrc')).toThrow(text)
  })

  it('refuses what is no text', () => {
    for (const source of [undefined, null, 7, ['self'], { toString: () => 'self' }])
      expect(() => formatSource(source as string, 'imgSrc')).toThrow('it is no text')
  })

  it('is read in linear time', () => {
    expectLinear((value) => {
      try {
        formatSource(value, 'imgSrc')
      } catch {}
    })
  })
})

describe('CSP3 §6.4.2, frame-ancestors', () => {
  it('knows hosts, schemes, self and none', () => {
    for (const source of ['https:', 'https://*.example.com', '*'])
      expect(formatAncestor(source, 'frameAncestors')).toBe(source)
    expect(formatAncestor('self', 'frameAncestors')).toBe("'self'")
    expect(formatAncestor("'none'", 'frameAncestors')).toBe("'none'")
    for (const source of ['unsafe-inline', 'nonce-abc', `sha256-${SHA256}`])
      expect(() => formatAncestor(source, 'frameAncestors')).toThrow("only 'self', 'none', hosts and schemes")
  })
})
