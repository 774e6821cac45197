import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatChallenge } from '../../src/http/authenticate.ts'
import { readCredentials } from '../../src/http/credentials.ts'
import { anyText, expectLinear, fieldText, token } from './hostile.ts'

const basic = (pair: string | Uint8Array): string => `Basic ${Buffer.from(pair as string).toString('base64')}`

describe('RFC 7617 §2, Basic', () => {
  it.each([
    ['Aladdin:open sesame', 'Aladdin', 'open sesame'],
    ['a:b:c', 'a', 'b:c'],
    ['a::', 'a', ':'],
    [':secret', '', 'secret'],
    ['a:', 'a', ''],
    [':', '', ''],
    ['test:123£', 'test', '123£'],
    ['Jürgen:🔑', 'Jürgen', '🔑'],
    ['\ufeffa:b', '\ufeffa', 'b'],
    ['a:b\u2028c', 'a', 'b\u2028c'],
  ])('%j is a name and a password', (pair, username, password) => {
    expect(readCredentials(basic(pair))).toEqual({ scheme: 'basic', username, password })
  })

  it('reads the examples of §2 and §2.1', () => {
    expect(readCredentials('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==')).toMatchObject({ username: 'Aladdin' })
    expect(readCredentials('Basic dGVzdDoxMjPCow==')).toMatchObject({ password: '123£' })
  })

  it('reads any name without a colon, and any password', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((part) => !/\p{Cc}/u.test(part))
    const name = text.filter((part) => !part.includes(':'))
    fc.assert(
      fc.property(name, text, (username, password) => {
        const expected = { scheme: 'basic', username, password }
        expect(readCredentials(basic(`${username}:${password}`))).toEqual(expected)
      }),
    )
  })

  it('needs no padding, and takes the scheme in any case', () => {
    const read = { scheme: 'basic', username: 'a', password: 'b' }
    for (const value of ['basic YTpi', 'BASIC YTpi', 'bAsIc    YTpi'])
      expect(readCredentials(value)).toEqual(read)
    expect(readCredentials('Basic YTo=')).toEqual(readCredentials('Basic YTo'))
  })

  it.each([
    'Basic',
    'Basic ',
    'Basic YQ==', // no colon
    'Basic Y', // no base64
    'Basic YTpi=', // too much padding
    'Basic YT-i', // base64url, which is another one
    'Basic YTpi, Basic YTpi',
    'Basic YTpi YTpi',
    'Basic realm="a"',
    'Basic "YTpi"',
    basic(Uint8Array.of(0x61, 0x3a, 0xe4)), // Latin 1, no UTF-8
    basic(Uint8Array.of(0x61, 0x3a, 0xc0, 0x80)),
    basic('a:b\0'),
    basic('a\r\n:b'),
    basic('a:\u0085'),
  ])('%j is nobody', (value) => {
    expect(readCredentials(value)).toBeUndefined()
  })
})

describe('RFC 6750 §2.1, Bearer', () => {
  it.each(['Bearer mF_9.B5f-4.1JqM', 'bearer mF_9.B5f-4.1JqM', 'BEARER   mF_9.B5f-4.1JqM'])(
    '%j has a token',
    (value) => {
      expect(readCredentials(value)).toEqual({ scheme: 'bearer', token: 'mF_9.B5f-4.1JqM' })
    },
  )

  it.each([
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer a,b',
    'Bearer a, b=c',
    'Bearer a, Bearer b',
    'Bearer a|b',
    'Bearer "a"',
    'Bearer =a',
    'Bearer é',
    'Bearer realm="a"',
    'Bearer\ta',
  ])('%j has none', (value) => {
    expect(readCredentials(value)).toBeUndefined()
  })
})

describe('RFC 9110 §11.6.2, any other scheme', () => {
  it('has a token, or parameters, or neither', () => {
    const none = Object.create(null)
    expect(readCredentials('ApiKey abc')).toEqual({
      scheme: 'other',
      name: 'apikey',
      token: 'abc',
      parameters: none,
    })
    expect(readCredentials('Negotiate')).toEqual({
      scheme: 'other',
      name: 'negotiate',
      token: undefined,
      parameters: none,
    })
    expect(readCredentials('Digest Username="a, b", nc=1, __proto__=x')).toMatchObject({
      name: 'digest',
      token: undefined,
      parameters: { username: 'a, b', nc: '1' },
    })
  })

  it('may be called other', () => {
    expect(readCredentials('Other x')).toMatchObject({ scheme: 'other', name: 'other', token: 'x' })
  })

  it('has the parameters that were sent', () => {
    const parameters = fc
      .array(fc.tuple(token, fieldText), { minLength: 1, maxLength: 4 })
      .map((entries) => Object.fromEntries(entries))
    const scheme = token.filter((name) => name !== 'basic' && name !== 'bearer')
    fc.assert(
      fc.property(scheme, parameters, (name, sent) => {
        const read = readCredentials(formatChallenge({ scheme: name, parameters: sent }))
        expect(read).toEqual({ scheme: 'other', name, token: undefined, parameters: sent })
      }),
    )
  })
})

describe('readCredentials', () => {
  it('never throws, and takes linear time', () => {
    fc.assert(fc.property(anyText, (value) => void readCredentials(value)))
    fc.assert(fc.property(anyText, (value) => void readCredentials(`Basic ${value}`)))
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void readCredentials(basic(bytes))))
    expectLinear(readCredentials)
    expectLinear((value) => readCredentials(`Basic ${value}`))
    expectLinear((value) => readCredentials(basic(value)))
  })
})
