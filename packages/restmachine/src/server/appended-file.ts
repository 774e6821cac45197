import { closeSync, fstatSync, openSync, statSync } from 'node:fs'

/** A file to whose end lines are put. */
export interface AppendedFile {
  /** Its descriptor, for one write: when the file was moved away meanwhile, that of a new one at its place. */
  descriptor(): number
  close(): void
}

/** How long it may take until a file is made anew that was moved away, in milliseconds. What comes before is in the old one. */
const CHECK_TIME = 1_000

/** Who uses a service, and from where, is nobody's business beyond the group. */
export const MODE = 0o640

/**
 * Opens a file for lines; it is made where it is not there. Whoever keeps logs small moves the file away, and need tell
 * nobody: a new one takes its place.
 *
 * @throws {Error} When it cannot be opened.
 */
export function openForAppending(path: string): AppendedFile {
  let file = openSync(path, 'a', MODE)
  let checked = performance.now()

  function isInPlace(): boolean {
    const there = statSync(path, { throwIfNoEntry: false })
    const { ino, dev } = fstatSync(file)
    return there?.ino === ino && there.dev === dev
  }

  function renew(): void {
    try {
      if (isInPlace()) return
      const renewed = openSync(path, 'a', MODE)
      closeSync(file)
      file = renewed
    } catch {
      // Its folder is gone, say. Lines go where they went until now.
    }
  }

  return {
    descriptor() {
      const now = performance.now()
      if (now - checked > CHECK_TIME) {
        checked = now
        renew()
      }
      return file
    },
    close: () => closeSync(file),
  }
}
