import assert from 'node:assert/strict'
import { memoryStore } from 'restmachine'
import { describe, it } from 'vitest'
import { ENTRY_BYTES } from '../../src/cache/memory-store.ts'

describe('memoryStore', () => {
  it('holds maxEntries entries, and drops what was not used for longest', () => {
    const store = memoryStore({ maxEntries: 3 })
    for (const key of ['a', 'b', 'c']) void store.set(key, key, 60_000)
    assert.deepEqual(
      ['a', 'b', 'c'].map((key) => store.get(key)),
      ['a', 'b', 'c'],
    )
    void store.get('a')
    void store.set('d', 'd', 60_000)
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].map((key) => store.get(key)),
      ['a', undefined, 'c', 'd'],
    )
  })

  it('holds maxBytes bytes: keys, texts and the entries themselves', () => {
    const size = 1 + 899 + ENTRY_BYTES
    const store = memoryStore({ maxBytes: 2 * size })
    const text = 'x'.repeat(899)
    void store.set('a', text, 60_000)
    void store.set('b', text, 60_000)
    assert.deepEqual([store.get('a'), store.get('b')], [text, text])
    void store.set('b', `${text}x`, 60_000)
    assert.deepEqual([store.get('a'), store.get('b')], [undefined, `${text}x`])
  })

  it('counts two bytes for each character of a text that needs them', () => {
    const store = memoryStore({ maxBytes: 1 + 100 + ENTRY_BYTES })
    void store.set('a', 'é'.repeat(100), 60_000)
    assert.equal(store.get('a'), 'é'.repeat(100))
    void store.set('b', '€'.repeat(50), 60_000)
    assert.equal(store.get('b'), '€'.repeat(50))
    void store.set('c', '€'.repeat(51), 60_000)
    assert.equal(store.get('c'), undefined)
  })

  it('drops the old text under a key when the new one is too large', () => {
    const store = memoryStore({ maxBytes: 1_000 })
    void store.set('a', 'old', 60_000)
    void store.set('a', 'x'.repeat(1_000), 60_000)
    assert.equal(store.get('a'), undefined)
  })

  it('refuses bounds that are none', () => {
    for (const bound of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(
        () => memoryStore({ maxEntries: bound }),
        /RangeError: Cannot create a memory store: maxEntries/,
      )
      assert.throws(
        () => memoryStore({ maxBytes: bound }),
        /RangeError: Cannot create a memory store: maxBytes/,
      )
    }
  })
})
