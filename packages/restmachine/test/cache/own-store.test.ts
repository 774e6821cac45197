import assert from 'node:assert/strict'
import { type CacheStore, createCache } from 'restmachine'
import { describe, it } from 'vitest'
import { lines } from './stores.ts'

/** A store whose every function answers with `answer`. */
function storeOf(answer: () => unknown): CacheStore {
  const functions = { get: answer, set: answer, delete: answer, add: answer, extend: answer, remove: answer }
  return functions as unknown as CacheStore
}

describe('a store of one’s own', () => {
  const broken: Readonly<Record<string, () => unknown>> = {
    throws: () => {
      throw new Error('no disk')
    },
    rejects: () => Promise.reject(new Error('no disk')),
    'rejects, without being a promise': () => ({
      // biome-ignore lint/suspicious/noThenProperty: that is what is tried
      then: (_: unknown, reject: (error: Error) => void) => reject(new Error('no disk')),
    }),
  }

  it.each(Object.entries(broken))('that %s is a cache without entries, and one line', async (_, answer) => {
    const { kept, logger } = lines()
    const cache = createCache({ store: storeOf(answer), logger })
    await cache.set('key', 1, { tags: ['red'] })
    assert.equal(await cache.get('key'), undefined)
    assert.equal(await cache.wrap('key', () => 'made', { lock: true, tags: ['red'] }), 'made')
    await cache.delete('key')
    await cache.invalidate('red')
    await cache.close()
    assert.deepEqual(kept, ['Cache: the store failed, going on without it; silent about this for a minute'])
  })

  it('is told where to report, and that it is over', async () => {
    const { logger } = lines()
    const told: unknown[] = []
    const store = {
      ...storeOf(() => undefined),
      reportTo: (to: unknown) => void told.push(to),
      close: () => void told.push('closed'),
    }
    await createCache({ store, logger }).close()
    assert.deepEqual(told, [logger, 'closed'])
  })
})

describe('close', () => {
  it('waits for what is made in the background', async () => {
    const cache = createCache()
    await cache.set('key', 'old', { ttl: 10, staleWhileRevalidate: '1m' })
    await new Promise((resolve) => setTimeout(resolve, 20))
    let made = false
    await cache.wrap('key', async () => {
      await new Promise((resolve) => setTimeout(resolve, 80))
      made = true
      return 'new'
    })
    assert.equal(made, false)
    await cache.close()
    assert.equal(made, true)
  })
})
