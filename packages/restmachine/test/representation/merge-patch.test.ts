import fc from 'fast-check'
import { HttpError } from 'restmachine'
import { applyMergePatch } from 'restmachine/patch'
import { assert, describe, it } from 'vitest'

const thrown = (fn: () => unknown): HttpError => {
  try {
    fn()
  } catch (error) {
    if (error instanceof HttpError) return error
    throw error
  }
  throw new Error('Nothing was thrown')
}
const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) })

describe('RFC 7396, JSON Merge Patch', () => {
  it('does what the examples of appendix A show', () => {
    const examples: readonly (readonly [document: unknown, patch: unknown, result: unknown])[] = [
      [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
      [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
      [{ a: 'b' }, { a: null }, {}],
      [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
      [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
      [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
      [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
      [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
      [
        ['a', 'b'],
        ['c', 'd'],
        ['c', 'd'],
      ],
      [{ a: 'b' }, ['c'], ['c']],
      [{ a: 'foo' }, null, null],
      [{ a: 'foo' }, 'bar', 'bar'],
      [{ e: null }, { a: 1 }, { e: null, a: 1 }],
      [[1, 2], { a: 'b', c: null }, { a: 'b' }],
      [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    ]
    for (const [document, patch, result] of examples)
      assert.deepEqual(applyMergePatch(document, patch), result, JSON.stringify([document, patch]))
  })

  it('keeps what it does not mention, gives what it mentions, and changes neither document nor patch', () => {
    const value = fc.json().map((text): unknown => JSON.parse(text))
    const flat = fc.dictionary(
      fc.string().filter((name) => name !== '__proto__'),
      value.filter((one) => typeof one !== 'object'),
    )
    fc.assert(
      fc.property(flat, flat, (document, patch) => {
        const before = JSON.stringify([document, patch])
        const changed = applyMergePatch(document, patch)
        assert.deepEqual(changed, JSON.parse(JSON.stringify({ ...document, ...patch })))
        assert.equal(JSON.stringify([document, patch]), before)
      }),
    )
  })

  it('takes the document as its JSON tells it, and makes one where none is', () => {
    const day = new Date(0)
    assert.deepEqual(applyMergePatch({ day, gone: undefined }, {}), { day: '1970-01-01T00:00:00.000Z' })
    assert.deepEqual(applyMergePatch(undefined, { a: 1 }), { a: 1 })
  })

  it('passes over members without a value, and sees only those of the document itself', () => {
    assert.deepEqual(applyMergePatch({ a: 1 }, { a: undefined }), { a: 1 })
    assert.deepEqual(applyMergePatch({}, { constructor: { b: 1 }, toString: { c: 2 } }), {
      constructor: { b: 1 },
      toString: { c: 2 },
    })
  })

  it('is 400 where there is none, or where it reaches for a prototype', () => {
    assert.equal(thrown(() => applyMergePatch({}, undefined)).status, 400)
    const patch: unknown = JSON.parse('{"a":{"__proto__":{"polluted":true}}}')
    assert.equal(thrown(() => applyMergePatch({ a: {} }, patch)).status, 400)
    assert.notProperty({}, 'polluted')
  })

  it('is taken up to 64 levels deep', () => {
    assert.deepEqual(applyMergePatch({}, nested(64)), nested(64))
    const { status, detail } = thrown(() => applyMergePatch({}, nested(65)))
    assert.deepEqual([status, detail], [400, 'The merge patch is nested deeper than 64 levels'])
  })
})
