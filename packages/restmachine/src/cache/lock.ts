import type { CacheStore } from './store.ts'

/** How long the lock of a process that died stays, in milliseconds; one that lives renews its lock. */
const LOCK_LIFETIME = 5_000
const FIRST_PAUSE = 20
const LONGEST_PAUSE = 250

/**
 * Calls `make` while this process alone holds `lock`, among all that use the store.
 *
 * Who finds the lock taken looks again and again, first after 20 ms, later every quarter of a second, both
 * for the value and for the lock. So the death of the holder costs the others {@link LOCK_LIFETIME}, and
 * nobody waits for longer than `wait`: then, or when the store cannot tell, two computations are better
 * than none.
 *
 * @param wait How long to wait for the lock, in milliseconds; with 0 `make` is not called without it.
 * @param find Looks whether another process made the value meanwhile.
 */
export async function underLock<Value>(
  store: CacheStore,
  lock: string,
  wait: number,
  find: () => Promise<Value | undefined>,
  make: () => Promise<Value>,
): Promise<Value | undefined> {
  const token = crypto.randomUUID()
  const late = performance.now() + wait
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
    const taken = await store.add(lock, token, LOCK_LIFETIME)
    if (taken === undefined) return make()
    if (taken) return whileHeld(store, lock, token, async () => (await find()) ?? make())
    if (wait === 0) return undefined
    if (performance.now() >= late) return make()
    // Not all at once, or those who wait would keep meeting.
    await new Promise((resolve) => setTimeout(resolve, pause * (0.75 + Math.random() / 2)))
    const found = await find()
    if (found !== undefined) return found
  }
}

async function whileHeld<Value>(
  store: CacheStore,
  lock: string,
  token: string,
  make: () => Promise<Value>,
): Promise<Value> {
  const renewal = setInterval(() => void store.extend(lock, token, LOCK_LIFETIME), LOCK_LIFETIME / 3)
  try {
    return await make()
  } finally {
    clearInterval(renewal)
    await store.remove(lock, token)
  }
}
