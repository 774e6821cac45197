import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Digests, digestOf, formatDigest, parseDigest } from '../../src/http/digest.ts'

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
