import type { Duration } from '../text/duration.ts'
import { encodeEntry } from './entry.ts'
import { guardedStore } from './guarded-store.ts'
import { namespaceOf, storeKey } from './keys.ts'
import { checkTags, lifetimeOf, lifetimesOf, type SetOptions } from './lifetimes.ts'
import { type Memoized, type MemoizeOptions, memoize } from './memoize.ts'
import { memoryStore } from './memory-store.ts'
import { isFresh, lookUp } from './reading.ts'
import { type Awaitable, andThen, type CacheLogger, type CacheStore } from './store.ts'
import { tokensOf } from './tags.ts'
import { type Task, Wrapping } from './wrapping.ts'

/** What a cache is made of. */
export interface CacheOptions {
  /** Where entries are kept; default a {@link memoryStore} with its defaults. */
  readonly store?: CacheStore
  /** Default `console`. */
  readonly logger?: CacheLogger
  /** Keeps its keys and tags apart from those of other caches on the same store. */
  readonly namespace?: string
  /** How long values are fresh when nobody says; default `'5m'`. */
  readonly ttl?: Duration
}

/** How {@link Cache.wrap} keeps what it makes. */
export interface WrapOptions extends SetOptions {
  /** How long to remember that `make` gave `undefined` or `null`; default not at all. */
  readonly negativeTtl?: Duration
  /** Whether only one of all processes on the store makes the value at a time; default `false`. */
  readonly lock?: boolean
  /** How long `make` may take, and how long another process is waited for; default `'30s'`. */
  readonly timeout?: Duration
}

/**
 * Values that are costly to make, kept for a while.
 *
 * What can be kept: what JSON knows, `undefined`, `bigint`, `Date`, `Map`, `Set`, `Uint8Array` and
 * `Buffer`; anything else is refused with a `TypeError` that names its path. Who changes a value that he
 * got changes no cached one. A store that cannot be reached is a cache without entries, never an error.
 */
export interface Cache {
  /** The value under `key` while it is fresh. */
  get<Value = unknown>(key: string): Promise<Value | undefined>
  /** @throws {TypeError} When the value cannot be kept. */
  set(key: string, value: unknown, options?: SetOptions): Promise<void>
  delete(key: string): Promise<void>
  /**
   * The value under `key`, or what `make` gives, which is then kept.
   *
   * Who asks while it is being made waits for the same one. With `staleWhileRevalidate` an old value is
   * given at once and a new one made in the background. When `make` fails nothing is kept, and nothing
   * taken away.
   *
   * @throws What `make` throws; a `TimeoutError` when it takes too long; a `TypeError` when its value
   *   cannot be kept.
   */
  wrap<Value>(key: string, make: () => Awaitable<Value>, options?: WrapOptions): Promise<Value>
  /** A function that remembers what `fn` gave, in this process only: see {@link MemoizeOptions}. */
  memoize<Fn extends (...args: never[]) => unknown>(fn: Fn, options?: MemoizeOptions<Fn>): Memoized<Fn>
  /** Ends every entry that was set with one of the tags, also those that are just being made. */
  invalidate(...tags: readonly string[]): Promise<void>
  /** The same cache with keys and tags of its own. */
  namespace(name: string): Cache
  /** Waits for what is made in the background, 5 seconds at most, and closes the store. */
  close(): Promise<void>
}

const CLOSE_TIME = 5_000

/** What a cache and the namespaces in it share. */
interface Shared {
  readonly store: CacheStore
  readonly logger: CacheLogger
  readonly wrapping: Wrapping
  /** How long a value is fresh when nobody says, in milliseconds. */
  readonly preset: number
}

/**
 * A cache over a store.
 *
 * @throws {RangeError} When the namespace or the `ttl` is wrong.
 *
 * @example
 * ```ts
 * import { createCache } from 'restmachine'
 *
 * const users = createCache({ namespace: 'users' })
 * let asked = 0
 * const load = async () => ({ id: 7, name: 'Ada', asked: ++asked })
 *
 * await users.wrap('7', load, { ttl: '5m', tags: ['team'] }) // { id: 7, name: 'Ada', asked: 1 }
 * await users.wrap('7', load, { ttl: '5m', tags: ['team'] }) // { id: 7, name: 'Ada', asked: 1 }
 * await users.invalidate('team')
 * await users.wrap('7', load, { ttl: '5m', tags: ['team'] }) // { id: 7, name: 'Ada', asked: 2 }
 * ```
 */
export function createCache(options: CacheOptions = {}): Cache {
  const { store = memoryStore(), logger = console, namespace, ttl = '5m' } = options
  const guarded = guardedStore(store, logger)
  const preset = lifetimeOf(ttl)
  store.reportTo?.(logger)
  const shared = { store: guarded, logger, wrapping: new Wrapping(guarded, logger), preset }
  return room(shared, namespace === undefined ? '' : namespaceOf('', namespace))
}

function room(shared: Shared, namespace: string): Cache {
  const { store, logger, wrapping, preset } = shared

  function keyOf(key: string): Awaitable<string> {
    return storeKey('value', namespace, key)
  }

  function tagKeys(tags: readonly string[]): Promise<readonly string[]> {
    return Promise.all(tags.map((tag) => storeKey('tag', namespace, tag)))
  }

  async function taskOf(key: string, make: () => unknown, options: WrapOptions): Promise<Task> {
    const { tags = [], negativeTtl, lock = false, timeout = '30s' } = options
    return {
      id: await keyOf(key),
      make,
      lifetimes: lifetimesOf(options, preset),
      negative: negativeTtl === undefined ? 0 : lifetimeOf(negativeTtl),
      tags: await tagKeys(checkTags(tags)),
      lock: lock ? await storeKey('lock', namespace, key) : undefined,
      timeout: lifetimeOf(timeout),
    }
  }

  return {
    async get<Value>(key: string) {
      const id = await keyOf(key)
      const found = await lookUp(store, id, logger)
      return found === undefined || !isFresh(found.entry) ? undefined : (found.entry.value as Value)
    },

    async set(key, value, options = {}) {
      const id = await keyOf(key)
      const { fresh, stale } = lifetimesOf(options, preset)
      const tags = await tagKeys(checkTags(options.tags ?? []))
      const tokens = tags.length === 0 ? [] : await tokensOf(store, tags, fresh + stale)
      const freshUntil = stale === 0 ? 0 : Date.now() + fresh
      const text = encodeEntry({ value, freshUntil, tags: tokens })
      wrapping.forget(id)
      await store.set(id, text, fresh + stale)
    },

    async delete(key) {
      const id = await keyOf(key)
      wrapping.forget(id)
      await store.delete(id)
    },

    async wrap<Value>(key: string, make: () => Awaitable<Value>, options: WrapOptions = {}) {
      const task = (): Promise<Task> => taskOf(key, make, options)
      return andThen(keyOf(key), (id) => wrapping.wrap(id, task)) as Awaitable<Value>
    },

    memoize,

    async invalidate(...tags) {
      const keys = await tagKeys(tags)
      wrapping.forgetTagged(keys)
      await Promise.all(keys.map((key) => store.delete(key)))
    },

    namespace: (name) => room(shared, namespaceOf(namespace, name)),

    async close() {
      let timer: ReturnType<typeof setTimeout> | undefined
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, CLOSE_TIME)
      })
      await Promise.race([wrapping.settled(), late]).finally(() => clearTimeout(timer))
      await store.close?.()
    },
  }
}
