/** Waits for those who came before with the same key; what it gives lets the next one go on. */
export type TakeTurn = (key: string) => Promise<() => void>

/** Lets those who change the same thing do it one after another, in the order in which they came. */
export function createTurns(): TakeTurn {
  // The last of each line; who leaves as the last takes the line along, so it is as long as there are requests.
  const lines = new Map<string, Promise<void>>()
  return async (key) => {
    const before = lines.get(key)
    const { promise, resolve } = Promise.withResolvers<void>()
    lines.set(key, promise)
    await before
    return () => {
      if (lines.get(key) === promise) lines.delete(key)
      resolve()
    }
  }
}
