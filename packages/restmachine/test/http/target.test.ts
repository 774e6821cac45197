import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTarget } from '../../src/http/target.ts'

describe('RFC 9112 §3.2.1, origin-form', () => {
  it.each([
    ['/', '/', ''],
    ['/where?q=now', '/where', 'q=now'],
    ['/users/42', '/users/42', ''],
    ['/a?', '/a', ''],
    ['/a?b?c', '/a', 'b?c'],
    ['/a?x=%2F..%zz\\', '/a', 'x=%2F..%zz\\'],
    ["/a;b=c,d:e@f!$&'()*+~_-|^`{}[]", "/a;b=c,d:e@f!$&'()*+~_-|^`{}[]", ''],
    ['//admin', '//admin', ''],
    ['/a//b/', '/a//b/', ''],
    ['/admin-public', '/admin-public', ''],
    ['/.well-known/x', '/.well-known/x', ''],
    ['/...', '/...', ''],
    ['/a./b..', '/a./b..', ''],
    ['/a/..;/b', '/a/..;/b', ''],
  ])('reads %s', (target, path, query) => {
    expect(parseTarget(target)).toEqual({ path, query })
  })

  it('decodes each segment once', () => {
    expect(parseTarget('/%61dmin')?.path).toBe('/admin')
    expect(parseTarget('/caf%C3%A9/%e2%82%ac/%F0%9F%98%80')?.path).toBe('/café/€/😀')
    expect(parseTarget('/100%25')?.path).toBe('/100%')
    expect(parseTarget('/%2525')?.path).toBe('/%25')
    expect(parseTarget('/a%3Fb%23c%20d')?.path).toBe('/a?b#c d')
    expect(parseTarget('/%252e%252e/x')?.path).toBe('/%2e%2e/x')
    expect(parseTarget('/%252F')?.path).toBe('/%2F')
  })

  it('gives back the segments that were encoded', () => {
    const segment = fc
      .string({ unit: 'grapheme', maxLength: 8 })
      .filter((text) => text !== '.' && text !== '..' && !/[/\\\p{Cc}]/u.test(text))
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), (segments) => {
        const target = `/${segments.map(encodeURIComponent).join('/')}`
        expect(parseTarget(`${target}?a=b`)).toEqual({ path: `/${segments.join('/')}`, query: 'a=b' })
      }),
    )
  })

  it('reads the path as the URL parser of the platform does, or refuses it', () => {
    const unit = fc.constantFrom(
      '/',
      '.',
      '..',
      '%2e',
      '%2E',
      '%2f',
      '%5c',
      '\\',
      '%',
      'a',
      '%41',
      ';',
      '?',
      '#',
      '%c3%a9',
      ':',
      '@',
    )
    let agreed = 0
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 8 }), (text) => {
        const target = `/a${text}`
        const read = parseTarget(target)
        if (read === undefined) return
        const url = new URL(`http://host${target}`)
        expect(read).toEqual({ path: decodeURIComponent(url.pathname), query: url.search.slice(1) })
        agreed++
      }),
      { numRuns: 1000 },
    )
    expect(agreed).toBeGreaterThan(50)
  })

  it.each([
    ['a broken escape', ['/%', '/%4', '/%zz', '/a%2', '/%%41', '/%u0041']],
    ['what is not UTF-8', ['/%ff', '/%c0%ae', '/%c0%af', '/%ed%a0%80', '/%e2%82', '/%80', '/%f4%90%80%80']],
    ['an encoded slash', ['/a%2fb', '/a%2Fb', '/%2F']],
    ['a backslash', ['/a\\b', '/\\', '/admin%5Csecret', '/%5c']],
    [
      'a control character',
      ['/a\u0000', '/a%00', '/a%0d%0a', '/a\n', '/\t', '/a%09', '/%7f', '/\u007f', '/%c2%85', '/a%1f'],
    ],
    ['a dot segment', ['/.', '/..', '/./a', '/a/.', '/a/..', '/a/../b', '/a/./b', '/..?x']],
    ['an escaped dot segment', ['/%2e', '/%2e%2E', '/a/.%2e/b', '/a/%2e./b', '/%2e%2e/', '/a/%2E?x']],
    ['a fragment', ['/a#b', '/#', '/a?b#c']],
    ['a space or what is not ASCII', ['/a b', '/ ', '/é', '/€', '/a?b c', '/a?é', '/a?\u0000', '/a?\u007f']],
    ['another form', ['', 'a', 'a/b', '?a', '*?a', '**', '*/', ' /a', '../a', '%2Fa', '\\a']],
    ['authority-form (§3.2.3)', ['host:443', 'example.com:80', '[::1]:443']],
  ])('refuses %s', (_, targets) => {
    for (const target of targets) expect(parseTarget(target), target).toBeUndefined()
  })
})

describe('RFC 9112 §3.2.2, absolute-form', () => {
  it.each([
    ['http://example.org/pub/x.html?a=b', '/pub/x.html', 'a=b'],
    ['HTTPS://example.org:8443/%61', '/a', ''],
    ['http://[::1]:80/x', '/x', ''],
    ['http://example.org', '/', ''],
    ['http://example.org?a', '/', 'a'],
    ['http://h//p', '//p', ''],
  ])('reads the path of %s', (target, path, query) => {
    expect(parseTarget(target)).toEqual({ path, query })
  })

  it.each([
    'http://',
    'http:///p',
    'http:/p',
    'http:p',
    'https//h/p',
    'ftp://h/p',
    'file:///etc/passwd',
    'javascript://h/%0aalert',
    'http://user@h/p',
    'http://user:x@h/p',
    'http://h:99999/p',
    'http://a,b/p',
    'http://h/../p',
    'http://h/%2e%2e/p',
    'http://h/a%2fb',
    'http://h#p',
    'http://h/p#f',
    'http://h\\@evil/p',
    'http://h/a\nb',
    'http://h /p',
    ' http://h/p',
  ])('refuses %j', (target) => {
    expect(parseTarget(target)).toBeUndefined()
  })
})

describe('RFC 9112 §3.2.4, asterisk-form', () => {
  it('has the path *', () => {
    expect(parseTarget('*')).toEqual({ path: '*', query: '' })
  })
})
