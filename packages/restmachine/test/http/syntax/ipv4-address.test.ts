import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isIPv4Address, unmapped } from '../../../src/http/syntax/ipv4-address.ts'
import { anyText } from '../hostile.ts'

describe('an IPv4 address', () => {
  it('is what the platform takes for one', () => {
    const octets = fc.array(
      fc.oneof(fc.integer({ min: 0, max: 300 }).map(String), fc.constantFrom('', '00', '07')),
      {
        minLength: 3,
        maxLength: 5,
      },
    )
    const texts = fc.oneof(
      fc.ipV4(),
      octets.map((each) => each.join('.')),
      anyText,
    )
    fc.assert(fc.property(texts, (text) => isIPv4Address(text) === (isIP(text) === 4)))
  })
})

describe('RFC 4291 §2.5.5.2, a mapped address', () => {
  it.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '::ffff:c000:201'],
    ['64:ff9b::192.0.2.1', '64:ff9b::192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['192.0.2.1', '192.0.2.1'],
  ])('%s is %s', (address, plain) => {
    expect(unmapped(address)).toBe(plain)
  })
})
