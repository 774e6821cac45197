import { noneIfMissing } from './file.ts'
import { fileSystem } from './node-module.ts'

/** A content coding in which a file may lie beside itself. */
export type FileCoding = 'br' | 'zstd' | 'gzip'

/** What the name of a file in a coding ends with. */
export const CODING_ENDINGS: Readonly<Record<FileCoding, string>> = {
  br: '.br',
  zstd: '.zst',
  gzip: '.gz',
}

/** How long is not looked again which siblings a file has, in milliseconds. */
const LOOK_TIME = 1000

const MAX_REMEMBERED_FILES = 1000

/** The codings in which a file lies beside itself. */
export type FindSiblings = (path: string) => Promise<readonly FileCoding[]>

const NONE: readonly FileCoding[] = []

/**
 * Finds out in which codings files lie beside themselves, `site.css.br` beside `site.css`. What comes or goes is
 * noticed within a second.
 */
export function rememberSiblings(codings: readonly FileCoding[]): FindSiblings {
  if (codings.length === 0) return async () => NONE
  const { stat } = fileSystem().promises
  const remembered = new Map<string, { readonly until: number; readonly found: readonly FileCoding[] }>()

  async function isThere(path: string): Promise<boolean> {
    const stats = await stat(path).catch(noneIfMissing)
    return stats?.isFile() === true
  }

  return async (path) => {
    const now = performance.now()
    const known = remembered.get(path)
    if (known !== undefined && now < known.until) return known.found
    const there = await Promise.all(codings.map((coding) => isThere(path + CODING_ENDINGS[coding])))
    const found = codings.filter((_, index) => there[index])
    remembered.delete(path)
    const [oldest] = remembered.keys()
    if (remembered.size >= MAX_REMEMBERED_FILES && oldest !== undefined) remembered.delete(oldest)
    remembered.set(path, { until: now + LOOK_TIME, found })
    return found
  }
}
