import { bodyOf, type FileBody, type FileStats, noneIfMissing } from './file.ts'
import { fileSystem } from './node-module.ts'
import type { StaticRoot } from './static-root.ts'

/** How many files one mount remembers. */
const MAX_REMEMBERED_FILES = 1000

/** What is at a path: a file, a directory, or nothing that is given out. */
export type Seen = FileBody | 'directory' | undefined

/** How a file is sent. */
export interface SeeOptions {
  readonly contentType: string
  readonly tagSuffix: string
}

/** Looks at a path in the root; `undefined` when nothing is there, or a link leads out of the root. */
export type See = (path: string, options: SeeOptions) => Promise<Seen>

interface Remembered {
  readonly stats: FileStats
  readonly body: FileBody
}

/**
 * Looks at files, and remembers them as they were: a file that did not change since costs one look, and its
 * links are not followed anew. Another file under the same name is another inode, so it is looked at in full.
 */
export function rememberSeen({ path: root, separator }: StaticRoot): See {
  const remembered = new Map<string, Remembered>()
  const { stat, realpath, access, constants } = fileSystem().promises

  // Both are asked for now: a root that is a link may lead to another release by now.
  async function isInRoot(path: string, stats: FileStats): Promise<boolean> {
    const [outer, inner] = await Promise.all([realpath(root), realpath(path)])
    if (!inner.startsWith(outer.endsWith(separator) ? outer : outer + separator)) return false
    const real = await stat(inner, { bigint: true })
    return real.ino === stats.ino && real.dev === stats.dev
  }

  return async (path, options) => {
    const stats = await stat(path, { bigint: true }).catch(noneIfMissing)
    if (stats === undefined) return undefined
    // A file in a coding is another thing where it is asked for by its own name.
    const key = `${path}\0${options.tagSuffix}`
    const known = remembered.get(key)
    if (known !== undefined && isSame(known.stats, stats)) return known.body
    if (!stats.isFile() && !stats.isDirectory()) return undefined
    if ((await isInRoot(path, stats).catch(noneIfMissing)) !== true) return undefined
    if (stats.isDirectory()) return 'directory'
    // Now there is still a status to say it with.
    await access(path, constants.R_OK)
    const body = await bodyOf(path, stats, { ...options, disposition: undefined })
    // A weak tag becomes a strong one soon.
    if (!body.etag.weak) remember(key, { stats, body })
    return body
  }

  function remember(key: string, seen: Remembered): void {
    remembered.delete(key)
    const [oldest] = remembered.keys()
    if (remembered.size >= MAX_REMEMBERED_FILES && oldest !== undefined) remembered.delete(oldest)
    remembered.set(key, seen)
  }
}

// The time of the last change of the inode cannot be set: not even a file that got the inode of another has it.
function isSame(left: FileStats, right: FileStats): boolean {
  return (
    left.ino === right.ino &&
    left.dev === right.dev &&
    left.size === right.size &&
    left.mtimeNs === right.mtimeNs &&
    left.ctimeNs === right.ctimeNs
  )
}
