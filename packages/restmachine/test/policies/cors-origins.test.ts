import { describe, expect, it } from 'vitest'
import { type Origins, testOf } from '../../src/policies/cors-origins.ts'

function test(origins: Exclude<Origins, '*'>, credentials = false) {
  return testOf(origins, credentials)
}

describe('a listed origin', () => {
  const isAllowed = test(['https://example.com', 'http://localhost:3000', 'capacitor://localhost'])

  it.each(['https://example.com', 'http://localhost:3000', 'capacitor://localhost'])(
    'allows %s',
    (origin) => {
      expect(isAllowed(origin)).toBe(true)
    },
  )

  it.each([
    'https://evilexample.com',
    'https://example.com.evil.org',
    'https://example.com.',
    'https://sub.example.com',
    'http://example.com',
    'https://example.com:8443',
    'https://example.co',
    'http://localhost',
    'http://localhost:30000',
    'null',
  ])('refuses %s', (origin) => {
    expect(isAllowed(origin)).toBe(false)
  })
})

describe('a pattern of origins', () => {
  const subdomains = test(/^https:\/\/[a-z0-9-]+\.example\.com$/)

  it('matches the whole origin', () => {
    expect(subdomains('https://app.example.com')).toBe(true)
    for (const origin of [
      'https://example.com',
      'https://evilexample.com',
      'https://app.example.com.evil.org',
      'https://app.example.com:8443',
      'http://app.example.com',
      'https://app-example.com',
      'https://a.b.example.com',
    ])
      expect(subdomains(origin), origin).toBe(false)
  })

  it('needs both anchors on each side of |', () => {
    const isAllowed = test(/^https:\/\/a\.example|https:\/\/b\.example$/)
    expect(isAllowed('https://a.example')).toBe(true)
    expect(isAllowed('https://b.example')).toBe(true)
    expect(isAllowed('https://a.example.evil.org')).toBe(false)
    expect(isAllowed('evil://x.https://b.example')).toBe(false)
  })

  it('remembers nothing between requests', () => {
    const isAllowed = test(/^https:\/\/a\.example$/gy)
    expect([1, 2, 3].map(() => isAllowed('https://a.example'))).toEqual([true, true, true])
  })

  it('stands beside listed ones', () => {
    const isAllowed = test(['https://one.example', /^https:\/\/two\.example$/i])
    expect(isAllowed('https://one.example')).toBe(true)
    expect(isAllowed('https://two.example')).toBe(true)
    expect(isAllowed('https://three.example')).toBe(false)
  })

  it.each([/example\.com/, /^https:\/\/example\.com/, /example\.com$/, /^https:\/\/example\.com\$/])(
    'is refused without anchors: %s',
    (pattern) => {
      expect(() => test(pattern)).toThrow(`Cannot allow the origin ${pattern}: without ^ and $`)
    },
  )

  it('is refused when a dot stands for any character', () => {
    expect(() => test(/^https:\/\/app.example\.com$/)).toThrow('a dot stands for any character')
    expect(() => test(/^https:\/\/app\\.example\.com$/)).toThrow('a dot stands for any character')
    for (const pattern of [/^https:\/\/.*\.example\.com$/, /^https:\/\/a[.]example\.com$/])
      expect(test(pattern)('https://a.example.com')).toBe(true)
  })
})

describe('the origin null', () => {
  it('is allowed only when listed', () => {
    expect(test('null')('null')).toBe(true)
    expect(test(['https://a.example', 'null'])('null')).toBe(true)
    expect(test(/^.*$/)('null')).toBe(false)
    expect(test(/^null$/)('null')).toBe(false)
    expect(test(() => true)('null')).toBe(false)
  })

  it('is refused with credentials', () => {
    expect(() => test(['https://a.example', 'null'], true)).toThrow(
      'Cannot allow the origin "null": with credentials it would let in any page',
    )
  })
})

describe('a malformed origin', () => {
  it.each([
    ['https://example.com/', 'https://example.com'],
    ['https://example.com/app', 'https://example.com'],
    ['https://example.com?a', 'https://example.com'],
    ['https://user@example.com', 'https://example.com'],
    ['HTTPS://Example.COM', 'https://example.com'],
    ['https://example.com:443', 'https://example.com'],
    ['example.com', 'https://example.com'],
  ])('is refused with the one that is meant: %s', (written, meant) => {
    expect(() => test(written)).toThrow(`Cannot allow the origin "${written}": `)
    expect(() => test(written)).toThrow(`did you mean "${meant}"?`)
  })

  it.each(['', ' ', 'https://', 'https://a b', 'https://a.example,https://b.example', 'https://a\r\nx: y'])(
    'is refused: %j',
    (written) => {
      expect(() => test(written)).toThrow(TypeError)
    },
  )

  it('is refused with the way to write a pattern', () => {
    expect(() => test('https://*.example.com')).toThrow('a pattern is a RegExp, such as /^https:')
    expect(() => test(['*'])).toThrow("it stands alone: origins: '*'")
    expect(() => test(7 as unknown as string)).toThrow('a text or a RegExp is needed')
  })

  it('is refused when there is none', () => {
    expect(() => test([])).toThrow('Cannot declare CORS: there are no origins\n  name them: ')
  })
})
