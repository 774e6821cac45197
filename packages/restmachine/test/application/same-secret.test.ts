import fc from 'fast-check'
import { sameSecret } from 'restmachine'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { sameBytes } from '../../src/application/same-secret.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe.each([
  ['with node:crypto', true],
  ['without', false],
])('sameSecret %s', (_, hasCrypto) => {
  const withRuntime = (compare: () => boolean): boolean => {
    if (!hasCrypto) vi.stubGlobal('process', undefined)
    return compare()
  }
  afterEach(() => vi.unstubAllGlobals())

  it.each([
    ['secret', 'secret', true],
    ['secreT', 'secret', false],
    ['Secret', 'secret', false],
    ['secret ', 'secret', false],
    ['secre', 'secret', false],
    ['secretsecret', 'secret', false],
    ['', 'secret', false],
    ['s', 's', true],
    ['é', 'e\u0301', false],
    ['\0', '\0\0', false],
    ['\0\0', '\0', false],
    ['ключ🔑', 'ключ🔑', true],
    [bytes('secret'), 'secret', true],
    ['secret', bytes('secret'), true],
    [new Uint8Array(6), bytes('secret'), false],
    [undefined, 'secret', false],
    [null, 'secret', false],
    [7 as never, '7', false],
    [['secret'] as never, 'secret', false],
    [undefined, 'undefined', false],
    [null, 'null', false],
  ])('%j is %j: %j', (given, expected, same) => {
    expect(withRuntime(() => sameSecret(given, expected))).toBe(same)
  })

  it('is equality', () => {
    const secret = fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom('a', 'b', 'é', '\0') })
    fc.assert(
      fc.property(secret, secret, (given, expected) => {
        expect(withRuntime(() => sameSecret(given, expected))).toBe(given === expected)
      }),
    )
  })

  it.each(['', new Uint8Array(), undefined, null, 7])('lets nobody in when the secret is %j', (expected) => {
    for (const given of ['', undefined, 'x', expected]) {
      expect(() => withRuntime(() => sameSecret(given as string, expected as string))).toThrow(
        'Cannot compare a secret: there is none to compare with; is the variable that it comes from set?',
      )
    }
  })
})

describe('sameBytes', () => {
  it('looks at every byte that was given, wherever the first difference is', () => {
    const read = (given: Uint8Array, expected: Uint8Array): number => {
      let count = 0
      const counting = new Proxy(given, {
        get(target, key) {
          if (typeof key === 'string' && /^\d+$/.test(key)) count++
          return Reflect.get(target, key, target)
        },
      })
      expect(sameBytes(counting, expected)).toBe(Buffer.from(given).equals(Buffer.from(expected)))
      return count
    }
    const secret = bytes('a secret of some length')
    for (const guess of ['a secret of some length', 'b secret of some length', 'a secret of some lengtH'])
      expect(read(bytes(guess), secret)).toBe(secret.length)
    expect(read(bytes('ab'), secret)).toBe(2)
  })
})
