import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { decodeText } from '../../src/cache/decode.ts'
import { encodeValue, MAX_DEPTH } from '../../src/cache/encode.ts'
import { decodeEntry, encodeEntry } from '../../src/cache/entry.ts'

const again = (value: unknown): unknown => decodeText(JSON.stringify(encodeValue(value)))

// Without the names that are refused: fast-check draws them now and then by itself.
const name = fc
  .oneof(fc.string({ unit: 'binary' }), fc.constantFrom('$', '"$":', 'constructor', 'toJSON'))
  .filter((text) => text !== '__proto__' && text !== 'prototype')
const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', '{"$":["date",0]}', '\ud800'),
  fc.double(),
  fc.bigInt(),
  fc.boolean(),
  fc.constantFrom(undefined, null),
  fc.date({ noInvalidDate: false }),
  fc.uint8Array(),
)
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('any'), { maxLength: 5 }),
    fc.dictionary(name, tie('any'), { maxKeys: 5, noNullPrototype: true }),
    fc.array(fc.tuple(tie('any'), tie('any')), { maxLength: 4 }).map((pairs) => new Map(pairs)),
    fc.array(tie('any'), { maxLength: 4 }).map((items) => new Set(items)),
  ),
})).any

describe('encodeValue and decodeText', () => {
  it('are the identity on everything that can be kept', () => {
    fc.assert(
      fc.property(value, (any) => assert.deepStrictEqual(again(any), any)),
      { numRuns: 1_000 },
    )
  })

  it('keep bytes of any length, as what they were', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index)
    assert.deepStrictEqual(again(bytes), bytes)
    const buffer = Buffer.from('hällo')
    const read = again([buffer])
    assert.ok(Array.isArray(read) && Buffer.isBuffer(read[0]))
    assert.equal(String(read[0]), 'hällo')
  })

  it('turn objects without prototype into plain ones, and holes into undefined', () => {
    assert.deepStrictEqual(again(Object.assign(Object.create(null), { a: 1 })), { a: 1 })
    // biome-ignore lint/suspicious/noSparseArray: that is what is tried
    assert.deepStrictEqual(again([1, , 2]), [1, undefined, 2])
  })

  it('refuse what would come back as something else, and name its path', () => {
    class User {}
    const circle: Record<string, unknown> = {}
    circle.self = circle
    const cases: readonly (readonly [unknown, RegExp])[] = [
      [() => 1, /^Cannot cache value: it is a function\. What can be cached/],
      [{ 'a b': [Symbol('x')] }, /^Cannot cache value\["a b"\]\[0\]: it is a symbol/],
      [{ user: new User() }, /^Cannot cache value\.user: it is an instance of User/],
      [new Error('x'), /instance of Error/],
      [/x/, /instance of RegExp/],
      [new Map([[1, new WeakMap()]]), /^Cannot cache value\[0\]\[1\]: it is an instance of WeakMap/],
      [new (class extends Map {})(), /it is an instance of a class/],
      [new Float64Array(1), /instance of Float64Array/],
      [{ toJSON: () => 1 }, /value\.toJSON: it is a function/],
      [
        JSON.parse('{"__proto__":{"admin":true}}'),
        /value\.__proto__: code that copies it could change prototypes/,
      ],
      [{ constructor: { prototype: {} } }, /value\.constructor: code that copies it/],
      [circle, /nested more than 1000 deep, or in a circle/],
    ]
    for (const [wrong, message] of cases)
      assert.throws(() => encodeValue(wrong), { name: 'TypeError', message })
  })

  it('go down to their limit', () => {
    const nested = (depth: number): unknown => Array.from({ length: depth }).reduce((inner) => [inner], 0)
    assert.deepStrictEqual(again(nested(MAX_DEPTH)), nested(MAX_DEPTH))
    assert.throws(() => encodeValue(nested(MAX_DEPTH + 1)), TypeError)
  })
})

describe('decodeEntry', () => {
  it('reads what encodeEntry wrote', () => {
    const entry = { value: { at: new Date(1) }, freshUntil: 5, tags: [['tag:/a', 'token']] } as const
    assert.deepStrictEqual(decodeEntry(encodeEntry(entry)), entry)
  })

  it('never throws, and never pollutes', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => `[1,0,[],${json}]`),
      fc.json().map((json) => `[1,0,[],{"$":["map",${json}]}]`),
    )
    fc.assert(
      fc.property(texts, (text) => void decodeEntry(text)),
      { numRuns: 1_000 },
    )
    for (const kind of [
      'undefined',
      'number',
      'bigint',
      'date',
      'map',
      'set',
      'bytes',
      'buffer',
      'object',
      'x',
    ])
      for (const content of [
        '',
        ',null',
        ',7',
        ',"x"',
        ',{}',
        ',[7]',
        ',{"__proto__":{"polluted":1}}',
        ',[[{"$":[]}]]',
      ])
        decodeEntry(`[1,0,[],{"$":["${kind}"${content}]}]`)
    assert.equal(decodeEntry('['.repeat(100_000)), undefined)
    assert.equal(
      decodeEntry(`[1,0,[],${'['.repeat(100_000)}{"$":["date",0]}${']'.repeat(100_000)}]`),
      undefined,
    )
    assert.equal(Reflect.get({}, 'polluted'), undefined)
  })
})
