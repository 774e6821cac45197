import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeText } from '../../src/representation/text.ts'

const bytes = (...values: readonly number[]) => new Uint8Array(values)

describe('decodeText', () => {
  it('reads UTF-8 when nothing is declared', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decodeText(new TextEncoder().encode(`>${text}`), undefined)).toBe(`>${text}`)
      }),
    )
  })

  it.each([
    ['utf-8', bytes(0xc3, 0xa9)],
    ['UTF8', bytes(0xc3, 0xa9)],
    ['iso-8859-1', bytes(0xe9)],
    ['windows-1252', bytes(0xe9)],
    ['utf-16le', bytes(0xe9, 0)],
    ['UTF-16BE', bytes(0, 0xe9)],
  ])('reads %s', (charset, encoded) => {
    expect(decodeText(encoded, charset)).toBe('é')
  })

  it('skips a byte order mark', () => {
    expect(decodeText(bytes(0xef, 0xbb, 0xbf, 0x61), undefined)).toBe('a')
  })

  it.each([
    ['a lone continuation', bytes(0x61, 0x80), undefined],
    ['an overlong slash', bytes(0xc0, 0xaf), 'utf-8'],
    ['a surrogate', bytes(0xed, 0xa0, 0x80), undefined],
    ['a cut sequence', bytes(0xf0, 0x9f, 0x98), undefined],
    ['half a unit', bytes(0xe9), 'utf-16le'],
  ])('refuses %s with 400, and is not upset by it', (_what, encoded, charset) => {
    expect(() => decodeText(encoded, charset)).toThrow(expect.objectContaining({ status: 400 }))
    expect(decodeText(bytes(0x61), undefined)).toBe('a')
  })

  it.each(['klingon', '', 'utf-7', 'x'.repeat(5000)])('refuses the charset %j with 415', (charset) => {
    const refusal = expect.objectContaining({ status: 415, detail: expect.stringMatching(/^.{0,100}$/) })
    expect(() => decodeText(bytes(0x61), charset)).toThrow(refusal)
  })
})
