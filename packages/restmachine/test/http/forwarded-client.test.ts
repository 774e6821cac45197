import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientBehind, type ForwardingFields } from '../../src/http/forwarded-client.ts'
import { anyText } from './hostile.ts'

const PEER = '10.0.0.1'
const isTrusted = (address: string): boolean => address.startsWith('10.')

function behind(headers: Readonly<Record<string, string>>, fields: ForwardingFields = 'x-forwarded') {
  return clientBehind((name) => headers[name], PEER, { fields, isTrusted })
}

const addressBy = (value: string) => behind({ 'x-forwarded-for': value }).remoteAddress

describe('X-Forwarded-For', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:4711', '192.0.2.1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['192.0.2.1, 10.0.0.3, 10.0.0.2', '192.0.2.1'],
    // What stands before the client is its own invention.
    ['127.0.0.1, 192.0.2.1', '192.0.2.1'],
    ['10.9.9.9, 192.0.2.1, 10.0.0.2', '192.0.2.1'],
    ['"<nonsense>, unknown, , 192.0.2.1', '192.0.2.1'],
    ['", 192.0.2.1', '192.0.2.1'],
    // The first proxy asks by itself.
    ['10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['', PEER],
    [' , ', PEER],
    // What a proxy does not know is not known, and surely not another proxy.
    ['192.0.2.1, unknown, 10.0.0.2', undefined],
    ['unknown', undefined],
    ['nonsense', undefined],
  ])('%j comes from %s', (value, address) => {
    expect(addressBy(value)).toBe(address)
  })

  it('is read through fifty proxies and no more', () => {
    expect(addressBy(`192.0.2.1${', 10.0.0.2'.repeat(49)}`)).toBe('192.0.2.1')
    expect(addressBy(`192.0.2.1${', 10.0.0.2'.repeat(50)}`)).toBeUndefined()
    // However long the client made it, the proxy has the last word.
    expect(addressBy(`${'10.0.0.2, '.repeat(1_000)}192.0.2.1`)).toBe('192.0.2.1')
  })

  it('never comes from what stands before an address that is no proxy', () => {
    fc.assert(
      fc.property(anyText, fc.array(fc.ipV4(), { maxLength: 5 }), fc.nat(3), (text, forged, proxies) => {
        const value = [text, ...forged, '192.0.2.7', ...Array(proxies).fill('10.0.0.2')].join(', ')
        expect(addressBy(value)).toBe('192.0.2.7')
      }),
    )
  })
})

describe('X-Forwarded-Proto and X-Forwarded-Host', () => {
  it('tell what the client used', () => {
    expect(
      behind({
        'x-forwarded-for': '192.0.2.1',
        'x-forwarded-proto': 'HTTPS',
        'x-forwarded-host': 'a.example:8443',
      }),
    ).toEqual({ remoteAddress: '192.0.2.1', protocol: 'https', host: 'a.example:8443' })
  })

  it('count where there is no X-Forwarded-For', () => {
    expect(behind({ 'x-forwarded-proto': 'https' })).toEqual({
      remoteAddress: PEER,
      protocol: 'https',
      host: undefined,
    })
  })

  it.each([
    // One proxy, which adds to what the client made up.
    ['192.0.2.1', 'https, http', 'http'],
    ['127.0.0.1, 192.0.2.1', 'https, http', 'http'],
    // Two that add, two that replace, and two with what the client made up.
    ['192.0.2.1, 10.0.0.2', 'https, http', 'https'],
    ['192.0.2.1, 10.0.0.2', 'https', 'https'],
    ['127.0.0.1, 192.0.2.1, 10.0.0.2', 'http, https, http', 'https'],
    ['192.0.2.1', 'wss', undefined],
    ['192.0.2.1', '', undefined],
  ])('behind %s, %j is %s', (addresses, protocols, protocol) => {
    expect(behind({ 'x-forwarded-for': addresses, 'x-forwarded-proto': protocols }).protocol).toBe(protocol)
  })
})

describe('Forwarded', () => {
  const forwarded = (value: string) => behind({ forwarded: value }, 'forwarded')

  it('tells of the client with the words of the proxy next to it', () => {
    expect(
      forwarded(
        'for=127.0.0.1;host=forged, for=192.0.2.1;proto=https;host="a.example:80", for=10.0.0.2;proto=http',
      ),
    ).toEqual({ remoteAddress: '192.0.2.1', protocol: 'https', host: 'a.example:80' })
    expect(forwarded('for="[2001:db8::1]:80"').remoteAddress).toBe('2001:db8::1')
    expect(forwarded('for=10.0.0.3;proto=https, for=10.0.0.2')).toMatchObject({
      remoteAddress: '10.0.0.3',
      protocol: 'https',
    })
  })

  it.each(['for=unknown', 'for=_hidden', 'proto=https', 'for="', 'for=", for=192.0.2.1', 'for=a b'])(
    '%s tells of nobody',
    (value) => {
      expect(forwarded(value).remoteAddress).toBeUndefined()
    },
  )

  it('comes from the proxy itself where there is none', () => {
    expect(behind({}, 'forwarded')).toEqual({ remoteAddress: PEER, protocol: undefined, host: undefined })
  })
})

describe('fields that the proxy does not write', () => {
  it('are not read', () => {
    const headers = {
      forwarded: 'for=192.0.2.1;proto=https;host=a.example',
      'x-forwarded-for': '192.0.2.2',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'b.example',
    }
    expect(behind(headers)).toEqual({ remoteAddress: '192.0.2.2', protocol: 'http', host: 'b.example' })
    expect(behind(headers, 'forwarded')).toEqual({
      remoteAddress: '192.0.2.1',
      protocol: 'https',
      host: 'a.example',
    })
  })
})
