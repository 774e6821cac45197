import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Digests,
  digestOf,
  formatDigest,
  parseDigest,
  parseWantedDigests,
} from '../../src/http/digest.ts'

const digests: fc.Arbitrary<Digests> = fc.record(
  {
    'sha-256': fc.uint8Array({ minLength: 32, maxLength: 32 }),
    'sha-512': fc.uint8Array({ minLength: 64, maxLength: 64 }),
  },
  { requiredKeys: [] },
)
const utf8 = new TextEncoder()

// RFC 9530, appendix B.
const HELLO = 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:'
const HELLO_512 =
  'sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:'

describe('RFC 9530, Content-Digest and Repr-Digest', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(digests, (one) => {
        expect(parseDigest(formatDigest(one))).toEqual(one)
      }),
    )
  })

  it('writes and reads the examples of appendix B', async () => {
    const content = utf8.encode('{"hello": "world"}\n')
    const hashes = {
      'sha-256': await digestOf(content, 'sha-256'),
      'sha-512': await digestOf(content, 'sha-512'),
    }
    expect(formatDigest(hashes)).toBe(`${HELLO}, ${HELLO_512}`)
    expect(parseDigest(`${HELLO},${HELLO_512}`)).toEqual(hashes)
  })

  it('passes over other algorithms and over parameters', () => {
    expect(Object.keys(parseDigest(`md5=:AA==:, ${HELLO};x="a,b";y, unixsum=:MA==:`) ?? {})).toEqual([
      'sha-256',
    ])
    expect(parseDigest('')).toEqual({})
    expect(parseDigest('__proto__=:AA==:')).toBeUndefined()
    expect(parseDigest('constructor=:AA==:')).toEqual({})
  })

  it('takes the last of one algorithm (RFC 9651 §3.2)', () => {
    const other = `sha-256=:${'A'.repeat(43)}=:`
    expect(parseDigest(`${HELLO}, ${other}`)).toEqual({ 'sha-256': new Uint8Array(32) })
  })

  it.each([
    'sha-256',
    'sha-256=',
    'sha-256=::',
    'sha-256=:AA==:',
    'SHA-256=:AA==:',
    'sha-256=RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=',
    'sha-256="RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg="',
    'sha-256=:RK_0qy18MlBSVnWgjwz6lZEWjP_lF5HF9bvEF8FabDg=:',
    'sha-256 =:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:',
    `${HELLO} ${HELLO}`,
    `${HELLO}, sha-512=1`,
    `sha-512=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:`,
    `sha-256=:${'A'.repeat(45)}:`,
    'a=:AA==:,'.repeat(51),
  ])('refuses %j', (value) => {
    expect(parseDigest(value)).toBeUndefined()
  })

  it('does not write a hash of another length or algorithm', () => {
    expect(() => formatDigest({ 'sha-256': new Uint8Array(31) })).toThrow(
      'Cannot format a digest: "sha-256" does not give 31 bytes',
    )
    expect(() => formatDigest({ md5: new Uint8Array(16) } as Digests)).toThrow(TypeError)
  })
})

describe('RFC 9530 §4, Want-Content-Digest and Want-Repr-Digest', () => {
  it.each([
    ['sha-512=3, sha-256=10, unixsum=1', ['sha-256', 'sha-512']],
    ['sha-256=1', ['sha-256']],
    ['sha-256=0, sha-512=1', ['sha-512']],
    ['sha-256=10, sha-256=0', []],
    ['sha-512=2;a=b, md5=10', ['sha-512']],
    ['sha-256=?0', []],
    ['sha-256', []],
    ['sha-256=-1, sha-512=x, sha-256 = 5', []],
    ['SHA-256=5', []],
    ['constructor=5, __proto__=5', []],
    ['', []],
    [',,"', []],
  ])('finds in %j %j', (value, algorithms) => {
    expect(parseWantedDigests(value)).toEqual(algorithms)
  })

  it('finds what is wanted at all, the most wanted first, in the order it came among equals', () => {
    const wishes = fc.uniqueArray(
      fc.record({
        algorithm: fc.constantFrom('sha-256', 'sha-512', 'md5', 'unixsum'),
        weight: fc.integer({ min: 0, max: 10 }),
      }),
      { selector: ({ algorithm }) => algorithm },
    )
    fc.assert(
      fc.property(wishes, (wanted) => {
        const value = wanted.map(({ algorithm, weight }) => `${algorithm}=${weight}`).join(', ')
        const fit = wanted.filter(({ algorithm, weight }) => algorithm.startsWith('sha-') && weight > 0)
        const sorted = fit.toSorted((one, other) => other.weight - one.weight)
        expect(parseWantedDigests(value)).toEqual(sorted.map(({ algorithm }) => algorithm))
      }),
    )
  })
})
