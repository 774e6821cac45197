import { assert, describe, it } from 'vitest'
import { idDrawer } from '../../src/policies/random-id.ts'

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/
const DIGITS = /^[\da-f]{12}4[\da-f]{3}[89ab][\da-f]{15}$/
/** More than are drawn at once, several times, and not a multiple of it. */
const MANY = 1000

const draw = (next: () => string) => Array.from({ length: MANY }, next)

describe('RFC 9562 §5.4, ids of version 4', () => {
  it.for([
    [true, UUID],
    [false, DIGITS],
  ] as const)('have their version and variant, and never come twice (dashes: %s)', ([dashes, form]) => {
    const ids = draw(idDrawer(dashes))
    for (const id of ids) assert.match(id, form)
    assert.equal(new Set(ids).size, MANY)
  })

  it('are random in all other places: each takes every digit it can', () => {
    const ids = draw(idDrawer(false))
    for (let place = 0; place < 32; place++) {
      const digits = new Set(ids.map((id) => id[place]))
      // That one of 16 digits is not among a thousand happens once in 10²⁷.
      assert.equal(digits.size, place === 12 ? 1 : place === 16 ? 4 : 16, `place ${place}`)
    }
  })

  it('of two makers have nothing in common', () => {
    const ids = [...draw(idDrawer(true)), ...draw(idDrawer(true))]
    assert.equal(new Set(ids).size, 2 * MANY)
  })
})
