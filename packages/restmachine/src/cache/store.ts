/** A value, or the promise of one: a store in memory answers at once. */
export type Awaitable<Value> = Value | Promise<Value>

/** Where the cache writes what an operator should know. A `console` will do, and so will pino. */
export interface CacheLogger {
  info(message: string, details?: unknown): void
  warn(message: string, details?: unknown): void
}

/**
 * Where a cache keeps its entries: texts under keys, each with a time to live.
 *
 * Single computation, stale values, tags and serialisation are the cache's business, so a store of your
 * own is these six functions. A key holds at most a few hundred characters. A store may forget any entry
 * at any time. It must answer in bounded time. One that cannot be reached finds nothing and keeps nothing;
 * should it reject all the same, the cache goes on as if it had, and says so in the log once a minute.
 */
export interface CacheStore {
  /** The text under `key`, unless its time is over. */
  get(key: string): Awaitable<string | undefined>
  /** @param lifetime How long to keep it, in whole milliseconds from 1 on. */
  set(key: string, text: string, lifetime: number): Awaitable<void>
  delete(key: string): Awaitable<void>
  /** Sets only a key that is free. Whether it was; `undefined` when the store cannot tell. */
  add(key: string, text: string, lifetime: number): Awaitable<boolean | undefined>
  /**
   * Keeps a key that still holds `text` for at least `lifetime` more milliseconds, and never for less than
   * it has. Whether it held it; `undefined` when the store cannot tell.
   */
  extend(key: string, text: string, lifetime: number): Awaitable<boolean | undefined>
  /** Deletes a key that still holds `text`. Whether it did; `undefined` when the store cannot tell. */
  remove(key: string, text: string): Awaitable<boolean | undefined>
  /** Told once by the cache, so that the store can say when it is out of reach, and back. */
  reportTo?(logger: CacheLogger): void
  /** Called by `cache.close()`. */
  close?(): Awaitable<void>
}

/** Whether a value is to be awaited: query builders often are no real promise. */
export function isThenable<Value>(value: Awaitable<Value>): value is Promise<Value> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** Goes on with a value, at once when it is there. */
export function andThen<Value, Next>(
  value: Awaitable<Value>,
  next: (value: Value) => Awaitable<Next>,
): Awaitable<Next> {
  return value instanceof Promise ? value.then(next) : next(value)
}
