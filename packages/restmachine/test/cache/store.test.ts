import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { everyStore, later } from './stores.ts'

describe.each(everyStore())('a store: $title', ({ missing, open }) => {
  describe.skipIf(missing !== undefined)('keeps texts', () => {
    it('gives back what was set, any characters, until it is deleted', async () => {
      const store = open()
      const text = 'ä\0\n"\u{1f600}\r\n$5\r\n'
      assert.equal(await store.get('a key\r\n'), undefined)
      await store.set('a key\r\n', text, 60_000)
      assert.equal(await store.get('a key\r\n'), text)
      await store.delete('a key\r\n')
      assert.equal(await store.get('a key\r\n'), undefined)
      await store.delete('a key\r\n')
    })

    it('gives back the empty text', async () => {
      const store = open()
      await store.set('key', '', 60_000)
      assert.equal(await store.get('key'), '')
    })

    it('forgets when the time is over, and not before', async () => {
      const store = open()
      await store.set('short', 'text', 150)
      await store.set('long', 'text', 60_000)
      assert.equal(await store.get('short'), 'text')
      await later(200)
      assert.equal(await store.get('short'), undefined)
      assert.equal(await store.get('long'), 'text')
    })

    it('adds only what is free', async () => {
      const store = open()
      assert.equal(await store.add('key', 'one', 100), true)
      assert.equal(await store.add('key', 'two', 100), false)
      assert.equal(await store.get('key'), 'one')
      await later(150)
      assert.equal(await store.add('key', 'three', 60_000), true)
    })

    it('removes only what the caller put there', async () => {
      const store = open()
      await store.set('key', 'mine', 60_000)
      assert.equal(await store.remove('key', 'yours'), false)
      assert.equal(await store.get('key'), 'mine')
      assert.equal(await store.remove('key', 'mine'), true)
      assert.equal(await store.remove('key', 'mine'), false)
      assert.equal(await store.get('key'), undefined)
    })

    it('extends only what the caller put there, and never shortens it', async () => {
      const store = open()
      await store.set('extended', 'mine', 100)
      await store.set('others', 'mine', 100)
      await store.set('longer', 'mine', 60_000)
      assert.equal(await store.extend('extended', 'mine', 60_000), true)
      assert.equal(await store.extend('others', 'yours', 60_000), false)
      assert.equal(await store.extend('longer', 'mine', 50), true)
      assert.equal(await store.extend('absent', 'mine', 50), false)
      await later(150)
      assert.equal(await store.get('extended'), 'mine')
      assert.equal(await store.get('others'), undefined)
      assert.equal(await store.get('longer'), 'mine')
    })
  })
})
