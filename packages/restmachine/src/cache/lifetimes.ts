import { type Duration, parseDuration } from '../text/duration.ts'

/** How long an entry lives, and what ends it before. */
export interface SetOptions {
  /** How long the value is fresh, up to 10 years; default that of the cache. */
  readonly ttl?: Duration
  /** How much longer {@link Cache.wrap} may give it out while it makes a new one; default not at all. */
  readonly staleWhileRevalidate?: Duration
  /** Names that {@link Cache.invalidate} takes; at most 50. */
  readonly tags?: readonly string[]
}

/** The same as milliseconds. */
export interface Lifetimes {
  readonly fresh: number
  readonly stale: number
}

const LONGEST = 3_650 * 86_400_000
const MOST_TAGS = 50

/** @throws {RangeError} When a time is no span, or longer than 10 years. */
export function lifetimesOf({ ttl, staleWhileRevalidate }: SetOptions, preset: number): Lifetimes {
  return {
    fresh: ttl === undefined ? preset : lifetimeOf(ttl),
    stale: staleWhileRevalidate === undefined ? 0 : lifetimeOf(staleWhileRevalidate),
  }
}

/** The whole milliseconds of a time to live, from 1 on. */
export function lifetimeOf(duration: Duration): number {
  const milliseconds = Math.ceil(parseDuration(duration))
  if (milliseconds <= LONGEST) return milliseconds
  throw new RangeError(`Cannot cache for ${duration}: a time to live is 10 years ("3650d") at most`)
}

/** @throws {RangeError} When there are more than 50. */
export function checkTags(tags: readonly string[]): readonly string[] {
  if (tags.length <= MOST_TAGS) return tags
  throw new RangeError(`Cannot cache a value: it has ${MOST_TAGS} tags at most, got ${tags.length}`)
}
