import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseHost } from '../../src/http/host.ts'

describe('RFC 9110 §7.2, Host', () => {
  it.each([
    ['example.com', 'example.com', undefined],
    ['Example.COM:8080', 'example.com', 8080],
    ['localhost:0', 'localhost', 0],
    ['localhost:65535', 'localhost', 65535],
    ['localhost:', 'localhost', undefined],
    ['127.0.0.1:80', '127.0.0.1', 80],
    ['[::1]', '[::1]', undefined],
    ['[2001:DB8::1]:443', '[2001:db8::1]', 443],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example', undefined],
    ['a_b.example', 'a_b.example', undefined],
    ["a!$&'()*+;=~-.b", "a!$&'()*+;=~-.b", undefined],
    ['b%C3%BCcher.example', 'b%c3%bccher.example', undefined],
  ])('reads %s', (value, host, port) => {
    expect(parseHost(value)).toEqual({ host, port })
  })

  it.each([
    '',
    ':80',
    'user@host',
    'user:secret@host',
    'localhost:3000/abc?',
    'host/path',
    'host?x',
    'host#x',
    'evil, good',
    'evil,good',
    'a b',
    ' host',
    'host ',
    'host\u0000',
    'host\n',
    'host:65536',
    'host:-1',
    'host:+1',
    'host:80:80',
    'host:8a',
    '::1',
    '[::1',
    '::1]',
    '[::1]x',
    '[1.2.3.4]',
    '[fe80::1%25eth0]',
    '[v1.x]',
    '[]',
    'host\\path',
    'bücher.example',
    '\u212aelvin.example',
    'a%zz',
    'a%2',
    'http://host',
    'a'.repeat(300),
    `host:${'9'.repeat(100)}`,
  ])('refuses %j', (value) => {
    expect(parseHost(value)).toBeUndefined()
  })

  it('reads the host and port of every URL the platform can read', () => {
    fc.assert(
      fc.property(fc.webAuthority({ withPort: true, withIPv4: true, withIPv6: true }), (authority) => {
        fc.pre(authority.length <= 255)
        const port = /:(\d+)$/.exec(authority.replace(/\[.*\]/, ''))?.[1]
        const host = port === undefined ? authority : authority.slice(0, -port.length - 1)
        const expected = { host: host.toLowerCase(), port: port === undefined ? undefined : Number(port) }
        expect(parseHost(authority)).toEqual(expected)
      }),
    )
  })
})
