import fc from 'fast-check'
import { assert, describe, it } from 'vitest'
import { codingRanker, rankCodings } from '../../src/representation/codings.ts'
import { MAX_REMEMBERED } from '../../src/representation/remembering.ts'

const codings = ['br', 'zstd', 'gzip'] as const

describe('RFC 9110 §12.5.3, the codings a client takes', () => {
  it.for([
    // Whoever says nothing is given what everybody reads.
    [undefined, 'identity'],
    // An empty field asks for no coding.
    ['', 'identity'],
    ['br', 'br identity'],
    ['gzip, deflate, br, zstd', 'br zstd gzip identity'],
    ['gzip;q=1.0, br;q=0.9', 'gzip br identity'],
    ['x-gzip', 'gzip identity'],
    ['GZIP', 'gzip identity'],
    ['deflate', 'identity'],
    ['br;q=0', 'identity'],
    ['br;q=0, *', 'zstd gzip identity'],
    ['*', 'br zstd gzip identity'],
    ['*;q=0.5, gzip', 'gzip br zstd identity'],
    // No coding is taken even where it is not named, but less than what is.
    ['gzip;q=0.001', 'gzip identity'],
    ['identity', 'identity'],
    ['identity, gzip;q=0.5', 'identity gzip'],
    ['identity;q=0.5, gzip;q=0.5', 'gzip identity'],
    ['identity;q=0', ''],
    ['identity;q=0, br', 'br'],
    ['*;q=0', ''],
    ['*;q=0, gzip', 'gzip'],
    ['*;q=0, identity;q=0.1', 'identity'],
    ['identity;q=0, *', 'br zstd gzip'],
    // What cannot be read says nothing.
    ['br;q=2, gzip', 'gzip identity'],
    ['"br"', 'identity'],
  ] as const)('in %j are %j', ([field, expected]) => {
    assert.equal(rankCodings(field, codings).join(' '), expected)
    assert.equal(codingRanker(codings)(field).join(' '), expected)
  })

  it('are the same the second time, however many others came between', () => {
    const rank = codingRanker(codings)
    for (let index = 0; index < 1000; index++) rank(`br;q=0.${index}`)
    assert.deepEqual(rank('br;q=0.5, gzip'), ['gzip', 'br', 'identity'])
    assert.deepEqual(rank('br;q=0.5, gzip'), ['gzip', 'br', 'identity'])
    const long = `gzip, ${'x'.repeat(300)}`
    assert.deepEqual(rank(long), rank(long))
  })

  it('are not ranked again while they are remembered, and what clients invent is forgotten', () => {
    const rank = codingRanker(codings)
    const first = rank('gzip')
    for (let index = 1; index < MAX_REMEMBERED; index++) rank(`gzip, a${index}`)
    assert.strictEqual(rank('gzip'), first)
    rank('gzip, one more')
    assert.notStrictEqual(rank('gzip'), first)
    // Up to 256 characters.
    for (const [length, isSame] of [
      [256, true],
      [257, false],
    ] as const) {
      const long = 'gzip, '.padEnd(length, 'a')
      const first = rank(long)
      assert.equal(rank(long) === first, isSame)
    }
  })

  it('never contain what was refused, nor anything twice', () => {
    const member = fc.tuple(
      fc.constantFrom(...codings, 'identity', '*', 'deflate'),
      fc.integer({ min: 0, max: 10 }),
    )
    fc.assert(
      fc.property(fc.array(member, { minLength: 1 }), (members) => {
        const once = [...new Map(members)]
        const ranked = rankCodings(
          once.map(([name, tenths]) => `${name};q=${tenths / 10}`).join(', '),
          codings,
        )
        assert.equal(new Set(ranked).size, ranked.length)
        for (const [name, tenths] of once) {
          if (name === '*' || name === 'deflate') continue
          assert.equal(ranked.includes(name), tenths > 0)
        }
      }),
    )
  })
})
