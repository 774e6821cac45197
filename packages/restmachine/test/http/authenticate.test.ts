import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Challenge,
  formatChallenge,
  parseChallenges,
  parseCredentials,
} from '../../src/http/authenticate.ts'
import { fieldText, token } from './hostile.ts'

const parameters = fc
  .array(fc.tuple(token, fieldText), { minLength: 1, maxLength: 4 })
  .map((entries) => Object.fromEntries(entries))
const token68 = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(...'aZ0-._~+/'), minLength: 1, maxLength: 20 }),
    fc.constantFrom('', '=', '=='),
  )
  .map(([text, padding]) => text + padding)
const challenge: fc.Arbitrary<Challenge> = fc.oneof(
  fc.record({ scheme: token }),
  fc.record({ scheme: token, parameters }),
  fc.record({ scheme: token, token68 }),
)

describe('RFC 9110 §11.6.1, WWW-Authenticate', () => {
  it('reads back what it writes, several challenges too', () => {
    fc.assert(
      fc.property(fc.array(challenge, { maxLength: 6 }), (challenges) => {
        expect(parseChallenges(challenges.map(formatChallenge).join(', '))).toEqual(challenges)
      }),
    )
  })

  it('reads the example of the section', () => {
    const value = 'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""'
    expect(parseChallenges(value)).toEqual([
      { scheme: 'Basic', parameters: { realm: 'simple' } },
      { scheme: 'Newauth', parameters: { realm: 'apps', type: '1', title: 'Login to "apps"' } },
    ])
  })

  it('takes names in any case, whitespace around = and empty members', () => {
    expect(parseChallenges(', Basic Realm = "a, b" ,, charset=UTF-8 , Negotiate')).toEqual([
      { scheme: 'Basic', parameters: { realm: 'a, b', charset: 'UTF-8' } },
      { scheme: 'Negotiate' },
    ])
  })

  it('tells a token68 from a parameter', () => {
    expect(parseChallenges('A abc=')).toEqual([{ scheme: 'A', token68: 'abc=' }])
    expect(parseChallenges('A abc=d')).toEqual([{ scheme: 'A', parameters: { abc: 'd' } }])
    expect(parseChallenges('A abc==')).toEqual([{ scheme: 'A', token68: 'abc==' }])
  })

  it('reads a parameter named __proto__ like any other', () => {
    const [first] = parseChallenges('A __proto__=x, constructor=y') ?? []
    expect(Object.entries(first?.parameters ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
  })

  it.each([
    'realm="a"',
    'A abc, b=c',
    'A b=c, b=d',
    'A b=c, B=d',
    'A b=c d=e',
    'A b c',
    'A\tb',
    'A@b',
    '"A"',
    'A =',
    'A =b',
    'A (=b',
    '(=b',
    'A b="c',
    'A,'.repeat(51),
  ])('refuses %j', (value) => {
    expect(parseChallenges(value)).toBeUndefined()
  })

  it('is written with quotes (§11.5), except where Digest forbids them (RFC 7616 §3.3)', () => {
    expect(formatChallenge({ scheme: 'Bearer', parameters: { realm: 'api', error: 'invalid_token' } })).toBe(
      'Bearer realm="api", error="invalid_token"',
    )
    expect(
      formatChallenge({ scheme: 'Digest', parameters: { stale: 'true', algorithm: 'SHA-256', nonce: 'x' } }),
    ).toBe('Digest stale=true, algorithm=SHA-256, nonce="x"')
    expect(formatChallenge({ scheme: 'Negotiate', token68: 'abc=' })).toBe('Negotiate abc=')
    expect(formatChallenge({ scheme: 'Negotiate' })).toBe('Negotiate')
  })

  it.each<Challenge>([
    { scheme: 'Basic realm' },
    { scheme: '' },
    { scheme: 'A', token68: 'a b' },
    { scheme: 'A', parameters: { 'a b': 'c' } },
    { scheme: 'A', parameters: { realm: 'a\r\nset-cookie: b' } },
  ])('does not write %j', (one) => {
    expect(() => formatChallenge(one)).toThrow(TypeError)
  })
})

describe('RFC 9110 §11.6.2, Authorization', () => {
  it('has the scheme in lower case', () => {
    expect(parseCredentials('BASIC QWxhZGRpbjpvcGVuIHNlc2FtZQ==')).toEqual({
      scheme: 'basic',
      token68: 'QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
    })
    expect(parseCredentials('Bearer   a.b-c_d~e+f/g')).toEqual({ scheme: 'bearer', token68: 'a.b-c_d~e+f/g' })
  })

  it('has parameters, commas between quotes included', () => {
    expect(parseCredentials('Digest username="Mufasa, Jr", uri="/dir/index.html", nc=00000001')).toEqual({
      scheme: 'digest',
      parameters: { username: 'Mufasa, Jr', uri: '/dir/index.html', nc: '00000001' },
    })
  })

  it('may be a scheme alone', () => {
    expect(parseCredentials('Negotiate')).toEqual({ scheme: 'negotiate' })
  })

  it.each(['', 'Bearer a b', 'Bearer a, Bearer b', 'Bearer a,b', 'Basic a:b', 'Bearer "a"', '=', 'a=b'])(
    'refuses %j',
    (value) => {
      expect(parseCredentials(value)).toBeUndefined()
    },
  )

  it('is what one challenge is', () => {
    const near = fc.string({ unit: fc.constantFrom(...'aB0 =,"\t-~/\u00e9'), maxLength: 12 })
    fc.assert(
      fc.property(near, (value) => {
        const [only, ...others] = parseChallenges(value) ?? []
        const isOne = only !== undefined && others.length === 0
        expect(parseCredentials(value)).toEqual(
          isOne ? { ...only, scheme: only.scheme.toLowerCase() } : undefined,
        )
      }),
      { numRuns: 2_000 },
    )
  })
})
