import { LRUCache } from 'lru-cache'

/** Values that were expensive to get, kept for a while. Redis can stand in its place. */
export interface Cache<Value> {
  get(key: string): Promise<Value | undefined>
  /** Reads what is not there yet, and keeps it; those who ask meanwhile wait for the same reading. */
  load(key: string, read: () => Promise<Value | undefined>): Promise<Value | undefined>
  /** Forgets a value, also one that is being read right now. */
  delete(key: string): void
}

/**
 * A cache in memory.
 *
 * @param max The most values; the one that was not used for longest leaves first.
 * @param ttl Milliseconds that a value is kept.
 */
export function createCache<Value extends object>(max: number, ttl: number): Cache<Value> {
  const kept = new LRUCache<string, Value>({ max, ttl })
  const loading = new Map<string, Promise<Value | undefined>>()

  async function keep(key: string, reading: Promise<Value | undefined>): Promise<void> {
    const value = await reading.catch(() => undefined)
    // Whoever deleted the key meanwhile knows that this value is old.
    if (loading.get(key) !== reading) return
    loading.delete(key)
    if (value !== undefined) kept.set(key, value)
  }

  return {
    async get(key) {
      return kept.get(key)
    },

    load(key, read) {
      const known = loading.get(key)
      if (known !== undefined) return known
      const reading = read()
      loading.set(key, reading)
      void keep(key, reading)
      return reading
    },

    delete(key) {
      kept.delete(key)
      loading.delete(key)
    },
  }
}
