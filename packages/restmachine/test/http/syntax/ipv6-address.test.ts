import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isIPv6Address } from '../../../src/http/syntax/ipv6-address.ts'

describe('RFC 3986 §3.2.2, IPv6 addresses', () => {
  it('agrees with the URL parser of the platform', () => {
    const text = fc.oneof(
      fc.ipV6(),
      fc.string({
        unit: fc.constantFrom('::', ':', '1', 'ab', '0db8', '12345', 'g', '1.2.3.4', '256.1.1.1'),
        maxLength: 10,
      }),
      fc.string({ unit: fc.constantFrom('1', '255', '0', '.', ':', '::'), maxLength: 16 }),
    )
    fc.assert(
      fc.property(text, (address) => isIPv6Address(address) === URL.canParse(`http://[${address}]/`)),
      { numRuns: 2000 },
    )
  })

  it.each(['::', '::1', '1::', '1:2:3:4:5:6:7:8', '2001:DB8::1', '::ffff:192.0.2.1', '1:2:3:4:5:6:7::'])(
    'has %s',
    (address) => {
      expect(isIPv6Address(address)).toBe(true)
    },
  )

  it.each([
    '',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    '1.2.3.4',
    '1.2.3.4::',
    '::1.2.3.4.',
    '::1.2.3',
    '::01.2.3.4',
    '::1.2.3.256',
    'fe80::1%eth0',
    '::g',
  ])('has not %j', (address) => {
    expect(isIPv6Address(address)).toBe(false)
  })
})
