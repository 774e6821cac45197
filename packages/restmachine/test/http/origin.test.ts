import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseOrigin } from '../../src/http/origin.ts'

describe('Fetch §3.1, Origin', () => {
  it('leaves the origin of any URL as it is', () => {
    const url = fc.webUrl({ authoritySettings: { withPort: true, withIPv4: true, withIPv6: true } })
    fc.assert(
      fc.property(url, (one) => {
        const { origin } = new URL(one)
        expect(parseOrigin(origin)).toBe(origin)
      }),
    )
  })

  it.each([
    ['https://example.com', 'https://example.com'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['HTTPS://Example.COM:443', 'https://example.com'],
    ['http://example.com:80', 'http://example.com'],
    ['http://example.com:443', 'http://example.com:443'],
    ['http://example.com:080', 'http://example.com'],
    ['https://example.com:', 'https://example.com'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['chrome-extension://abcdef', 'chrome-extension://abcdef'],
    ['null', 'null'],
  ])('reads %j', (value, origin) => {
    expect(parseOrigin(value)).toBe(origin)
  })

  it.each([
    '',
    'Null',
    'NULL',
    '*',
    'example.com',
    '//example.com',
    'https://',
    'https://example.com/',
    'https://example.com/path',
    'https://example.com?x',
    'https://user@example.com',
    'https://a.example https://b.example',
    'https://a.example, https://b.example',
    'https://a.example,b.example',
    'https:example.com',
    '1http://example.com',
    'https://example.com:65536',
    'https://exa mple.com',
    'https://example.com\n',
    'https://\u017fe.example',
    'file://',
  ])('refuses %j', (value) => {
    expect(parseOrigin(value)).toBeUndefined()
  })
})
