import { nodeModule } from './node-module.ts'

/** A directory that is there, and how it is looked at. */
export interface StaticRoot {
  /** The absolute path, with a slash at the end. */
  readonly path: string
  /** What stands between the names of a path as the system writes it. */
  readonly separator: string
  readonly windows: boolean
}

/** A directory that cannot be served; `lines` say what to do. */
export class StaticRootError extends Error {
  override readonly name = 'StaticRootError'
  readonly lines: readonly string[]

  constructor(message: string, ...lines: readonly string[]) {
    super(message)
    this.lines = lines
  }
}

/**
 * Looks whether a directory is there, at once.
 *
 * @param directory A path, relative to the working directory, or a `file:` URL.
 * @throws {StaticRootError} When it is no directory, or the runtime has no file system.
 */
export function openStaticRoot(directory: string | URL): StaticRoot {
  const fs = nodeModule('node:fs')
  const paths = nodeModule('node:path')
  const urls = nodeModule('node:url')
  if (fs === undefined || paths === undefined || urls === undefined)
    throw new StaticRootError('this runtime has no file system', 'serve the files from somewhere else')
  const path = paths.resolve(toPath(directory, urls))
  const stats = fs.statSync(path, { throwIfNoEntry: false })
  if (stats?.isDirectory() === true) {
    const slash = path.endsWith(paths.sep) ? '' : '/'
    return { path: `${path}${slash}`, separator: paths.sep, windows: paths.sep === '\\' }
  }
  throw new StaticRootError(
    `${stats === undefined ? 'there is nothing at' : 'this is no directory:'} ${path}`,
    'make the directory, or give the path of another one',
    "a relative path begins at the working directory; new URL('./public', import.meta.url) at the source file",
  )
}

function toPath(directory: string | URL, { fileURLToPath }: typeof import('node:url')): string {
  if (typeof directory === 'string' && directory !== '' && !directory.includes('\0')) return directory
  if (directory instanceof URL && directory.protocol === 'file:') return fileURLToPath(directory)
  throw new StaticRootError(
    `a directory is a path or a file: URL, got ${directory instanceof URL ? directory.href : JSON.stringify(directory)}`,
  )
}
