import { decodeEntry, type Entry } from './entry.ts'
import { type Awaitable, andThen, type CacheLogger, type CacheStore } from './store.ts'
import { areCurrent } from './tags.ts'

/** An entry, and the text it came from: each who waited for it reads a value of his own from that. */
export interface Found {
  readonly entry: Entry
  readonly text: string
}

/** Reads the entry under a store key; one that cannot be read is deleted, and a miss. */
export function lookUp(store: CacheStore, id: string, logger: CacheLogger): Awaitable<Found | undefined> {
  return andThen(store.get(id), (text) => {
    if (text === undefined) return undefined
    const entry = decodeEntry(text)
    if (entry === undefined)
      return andThen(store.delete(id), () => {
        logger.warn(`Cache: what is stored as ${JSON.stringify(id)} cannot be read, it counts as a miss`)
        return undefined
      })
    if (entry.tags.length === 0) return { entry, text }
    return andThen(areCurrent(store, entry.tags), (current) => (current ? { entry, text } : undefined))
  })
}

export function isFresh({ freshUntil }: Entry): boolean {
  return freshUntil === 0 || Date.now() < freshUntil
}
