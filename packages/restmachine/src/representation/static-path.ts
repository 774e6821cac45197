/** Which names a static mount gives out. */
export interface StaticNames {
  /** Whether names that begin with a dot are given out, too. */
  readonly dotFiles: boolean
  /** Whether the names are those of Windows, where several names mean one file, and some mean a device. */
  readonly windows: boolean
}

const NEVER_IN_NAME = /[/\\\p{Cc}]/u

// A colon opens another stream of a file; a dot or a space at the end, and `GIT~1` for `.git`, are read away.
const OTHER_NAME_ON_WINDOWS = /:|[. ]$|~\d/

// https://learn.microsoft.com/windows/win32/fileio/naming-a-file: whatever ending follows.
const DEVICE_ON_WINDOWS = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])(?: *\.|$)/i

/**
 * The names that a path below a static mount goes through; none for the mount itself. `undefined` when the
 * path may not be looked for: it has an empty name or a dot segment, a name that cannot be one of a file, or
 * a hidden one.
 *
 * `.well-known` is no hidden name where it comes first: what is there is meant for everybody (RFC 8615 §3).
 *
 * @param path Decoded once, without the slash in front; a slash at the end is not counted.
 *
 * @example
 * ```ts
 * const names = { dotFiles: false, windows: false }
 * staticNames('css/site.css', names) // ['css', 'site.css']
 * staticNames('../.env', names) // undefined
 * ```
 */
export function staticNames(path: string, { dotFiles, windows }: StaticNames): readonly string[] | undefined {
  const inner = path.endsWith('/') ? path.slice(0, -1) : path
  if (inner === '') return path === '' ? [] : undefined
  const names = inner.split('/')
  const isGiven = (name: string, index: number): boolean => {
    if (name === '' || name === '.' || name === '..' || NEVER_IN_NAME.test(name)) return false
    if (windows && (OTHER_NAME_ON_WINDOWS.test(name) || DEVICE_ON_WINDOWS.test(name))) return false
    return dotFiles || !name.startsWith('.') || (name === '.well-known' && index === 0)
  }
  return names.every(isGiven) ? names : undefined
}
