import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRequestedHeaders } from '../../src/http/access-control.ts'
import { token } from './hostile.ts'

describe('Fetch §3.3.1, Access-Control-Request-Headers', () => {
  it('reads back the names that were joined, in lower case', () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 50 }), fc.constantFrom(',', ', ', ' ,,'), (names, between) => {
        expect(parseRequestedHeaders(names.join(between).toUpperCase())).toEqual(names)
      }),
    )
  })

  it.each(['a b', '"a"', 'a,b:c', 'a\r\nb', 'é', 'a;q=1', `${'a,'.repeat(50)}a`])('refuses %j', (value) => {
    expect(parseRequestedHeaders(value)).toBeUndefined()
  })

  it('reads 50 names', () => {
    expect(parseRequestedHeaders('a,'.repeat(50))).toHaveLength(50)
  })
})
