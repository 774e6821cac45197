import { type Awaitable, andThen, type CacheStore } from './store.ts'

/** The store keys of tags, each with the token it has: a new one after each invalidation. */
export type TagTokens = readonly (readonly [key: string, token: string])[]

/** Tags are kept for at least this long, so that each entry does not have to extend them. */
const DAY = 86_400_000

/** Whether no tag was invalidated since; a tag that the store forgot counts as one that was. */
export function areCurrent(store: CacheStore, tags: TagTokens): Awaitable<boolean> {
  if (tags.length === 0) return true
  const found = tags.map(([key, token]) => andThen(store.get(key), (current) => current === token))
  return found.some((answer) => answer instanceof Promise)
    ? Promise.all(found).then((answers) => answers.every(Boolean))
    : found.every(Boolean)
}

/**
 * The tokens of tags, to be read *before* the value is made: an invalidation in the meantime then hits
 * the value that is just being made too.
 *
 * @param lifetime How long the entry will live, in milliseconds.
 */
export function tokensOf(store: CacheStore, keys: readonly string[], lifetime: number): Promise<TagTokens> {
  return Promise.all(
    keys.map(async (key) => [key, await tokenOf(store, key, Math.max(lifetime, DAY))] as const),
  )
}

async function tokenOf(store: CacheStore, key: string, lifetime: number): Promise<string> {
  const current = await store.get(key)
  if (current !== undefined) {
    await store.extend(key, current, lifetime)
    return current
  }
  const token = crypto.randomUUID()
  // Another process may have been first; what the store cannot keep is an entry that never is current.
  return (await store.add(key, token, lifetime)) === false ? ((await store.get(key)) ?? token) : token
}
