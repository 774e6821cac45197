import { LRUCache } from 'lru-cache'
import type { Duration } from '../text/duration.ts'
import { encodeValue } from './encode.ts'
import { lifetimeOf } from './lifetimes.ts'

/** How a function remembers. */
export interface MemoizeOptions<Fn extends (...args: never[]) => unknown> {
  /** How many answers to remember; default 1,000. What was not used for longest goes. */
  readonly max?: number
  /** How long; default as long as there is room. */
  readonly ttl?: Duration
  /** What makes two calls the same; default all arguments, by value. */
  readonly key?: (...args: Parameters<Fn>) => string
}

/** A function that remembers, and can be told to forget. */
export type Memoized<Fn extends (...args: never[]) => unknown> = Fn & {
  /** Forgets the answer to these arguments. */
  delete(...args: Parameters<Fn>): void
  /** Forgets everything. */
  clear(): void
}

/** How many characters all keys of one function may have: arguments may be long, and come from clients. */
const MOST_KEY_CHARACTERS = 2 ** 24

interface Answer {
  readonly value: unknown
  readonly expires: number
}

/**
 * The same function, remembering what it gave, in this process only.
 *
 * A promise is remembered from the start, so that concurrent calls make one; what throws or rejects is
 * not remembered. Everybody gets the same value: treat it as one that nobody may change, or use
 * {@link Cache.wrap}, which gives each a value of his own.
 *
 * @throws {RangeError} When `max` is no whole number above 0, or `ttl` no span of time.
 *
 * @example
 * ```ts
 * import { createCache } from 'restmachine'
 *
 * let calls = 0
 * const square = createCache().memoize((n: number) => { calls++; return n * n }, { max: 100 })
 * square(4) // 16
 * square(4) // 16
 * calls // 1
 * ```
 */
export function memoize<Fn extends (...args: never[]) => unknown>(
  fn: Fn,
  options: MemoizeOptions<Fn> = {},
): Memoized<Fn> {
  const { max = 1_000, ttl, key = keyOfArguments } = options
  if (!Number.isSafeInteger(max) || max < 1)
    throw new RangeError(`Cannot memoize a function: max is a whole number above 0, got ${max}`)
  const lifetime = ttl === undefined ? Number.POSITIVE_INFINITY : lifetimeOf(ttl)
  const answers = new LRUCache<string, Answer>({
    max,
    maxSize: MOST_KEY_CHARACTERS,
    sizeCalculation: (_, { length }) => length + 1,
  })

  function remembering(...args: Parameters<Fn>): unknown {
    const id = key(...args)
    const known = answers.get(id)
    if (known !== undefined && known.expires > performance.now()) return known.value
    const value = fn(...args)
    const answer = { value, expires: performance.now() + lifetime }
    answers.set(id, answer)
    // Only its own failure: by then another answer may stand there.
    if (value instanceof Promise) value.catch(() => void (answers.peek(id) === answer && answers.delete(id)))
    return value
  }

  return Object.assign(remembering, {
    delete: (...args: Parameters<Fn>) => void answers.delete(key(...args)),
    clear: () => answers.clear(),
  }) as Memoized<Fn> & Fn
}

function keyOfArguments(...args: readonly unknown[]): string {
  const [only] = args
  if (args.length === 1 && typeof only === 'string') return `=${only}`
  try {
    return JSON.stringify(args.map((argument, index) => encodeValue(argument, `argument ${index + 1}`)))
  } catch (cause) {
    throw new TypeError('Cannot memoize this call by its arguments: give the option key', { cause })
  }
}
