import { describe, expect, it } from 'vitest'
import { createCsp } from '../../src/policies/csp.ts'
import { createNonce } from '../../src/policies/csp-nonce.ts'

describe('createNonce', () => {
  it('has at least 128 bits, in base64url', () => {
    for (let run = 0; run < 1_000; run++) expect(createNonce()).toMatch(/^[\w-]{24}$/)
  })

  it('is never the same', () => {
    expect(new Set(Array.from({ length: 10_000 }, createNonce)).size).toBe(10_000)
  })

  it('can stand in a policy', () => {
    const nonce = createNonce()
    expect(createCsp({ scriptSrc: 'self', nonce: true }).field(nonce)[1]).toBe(
      `script-src 'self' 'nonce-${nonce}'`,
    )
  })
})
