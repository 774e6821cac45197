import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addressOfNode,
  type ForwardedElement,
  formatForwarded,
  parseForwarded,
} from '../../src/http/forwarded.ts'
import { fieldText } from './hostile.ts'

describe('RFC 7239 §4, Forwarded', () => {
  it.each([
    ['for=192.0.2.60', [{ for: '192.0.2.60' }]],
    ['for="_gazonk"', [{ for: '_gazonk' }]],
    ['For="[2001:db8:cafe::17]:4711"', [{ for: '[2001:db8:cafe::17]:4711' }]],
    ['for=192.0.2.60;proto=http;by=203.0.113.43', [{ for: '192.0.2.60', by: '203.0.113.43', proto: 'http' }]],
    ['for=192.0.2.43, for=198.51.100.17', [{ for: '192.0.2.43' }, { for: '198.51.100.17' }]],
    ['for=a,for=b', [{ for: 'a' }, { for: 'b' }]],
    ['host="a.example:80, b;c"', [{ host: 'a.example:80, b;c' }]],
    ['secret=x;PROTO=https;', [{ proto: 'https' }]],
    ['secret=x', [{}]],
  ])('reads %s', (value, elements) => {
    expect(parseForwarded(value)).toEqual(elements)
  })

  it.each([
    '',
    ',',
    'for',
    'for=',
    '=a',
    'for=a;for=b',
    'for=[2001:db8::1]',
    'for="a',
    'for=a b',
    'for=a;;proto=http"',
    'for = a',
    `${'for=a,'.repeat(50)}for=b`,
  ])('refuses %j', (value) => {
    expect(parseForwarded(value)).toBeUndefined()
  })

  it('reads what it has written', () => {
    const element = fc.record<ForwardedElement>(
      { for: fieldText, by: fieldText, host: fieldText, proto: fieldText },
      { requiredKeys: ['for'] },
    )
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 50 }), (elements) => {
        expect(parseForwarded(formatForwarded(elements))).toEqual(elements)
      }),
    )
  })

  it('is not written with what no field may carry', () => {
    expect(() => formatForwarded([{ host: 'a\r\nb' }])).toThrow(TypeError)
  })
})

describe('RFC 7239 §6, a node', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:47011', '192.0.2.1'],
    ['192.0.2.1:_port', '192.0.2.1'],
    ['[2001:DB8::7]', '2001:db8::7'],
    ['[2001:db8::7]:80', '2001:db8::7'],
    ['2001:db8::7', '2001:db8::7'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['[::ffff:192.0.2.1]:1', '192.0.2.1'],
  ])('%s has the address %s', (node, address) => {
    expect(addressOfNode(node)).toBe(address)
  })

  it.each([
    '',
    'unknown',
    'Unknown:80',
    '_hidden',
    'localhost',
    '127.1',
    '0x7f.0.0.1',
    '0127.0.0.1',
    '192.0.2.1:',
    '192.0.2.1:123456',
    '192.0.2.1:80:80',
    '[192.0.2.1]',
    '[2001:db8::7',
    '2001:db8::7]',
    'fe80::1%eth0',
    '192.0.2.1 ',
    '192.0.2.1\n',
    '1.2.3.4<script>',
  ])('%j has none', (node) => {
    expect(addressOfNode(node)).toBeUndefined()
  })

  it('has the address that it was made of, and never anything else', () => {
    fc.assert(
      fc.property(
        fc.ipV4(),
        fc.nat(65_535),
        (address, port) => addressOfNode(`${address}:${port}`) === address,
      ),
    )
    fc.assert(
      fc.property(
        fc.ipV6(),
        fc.nat(65_535),
        (address, port) => isIP(addressOfNode(`[${address}]:${port}`) ?? '') > 0,
      ),
    )
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0127af.:[]_'), maxLength: 20 }), (text) => {
        const address = addressOfNode(text)
        return address === undefined || isIP(address) > 0
      }),
    )
  })
})
