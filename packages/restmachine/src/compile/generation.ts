import type { Cache } from '../cache/cache.ts'

/** The generation of a path, and whether all who use the store see the same one. */
export interface Generation {
  readonly id: string
  readonly isShared: boolean
}

/** At least as long, in milliseconds, so that a path that is asked for often does not begin anew too often. */
const SHORTEST = 3_600_000
/** The longest that a cache keeps anything, in milliseconds. */
export const LONGEST = 3_650 * 86_400_000

// A tag would be read when the answer is put into the store. That is too late: what changed while the answer was
// being made would not end it. So an answer says of which generation it is, and that was asked before it was made.
const keyOf = (path: string): string => `generation:${path}`

/** The generation of a path; `undefined` when it has none, as after a change. */
export async function generationOf(room: Cache, path: string): Promise<string | undefined> {
  const id = await room.get(keyOf(path))
  return typeof id === 'string' ? id : undefined
}

/**
 * Begins a generation.
 *
 * @param lifetime How long its answers may be used, in milliseconds.
 */
export async function beginGeneration(room: Cache, path: string, lifetime: number): Promise<Generation> {
  const id = crypto.randomUUID()
  await room.set(keyOf(path), id, { ttl: Math.min(Math.max(2 * lifetime, SHORTEST), LONGEST) })
  // Another process may have begun one at the same time; and a store that is out of reach has none.
  const current = await generationOf(room, path)
  return { id: current ?? id, isShared: current !== undefined }
}

/** Ends it, and with it all answers that belong to it, also those that are just being made. */
export function endGeneration(room: Cache, path: string): Promise<void> {
  return room.delete(keyOf(path))
}
