import { didYouMean } from '../injection/faults.ts'
import { fileSystem } from '../representation/node-module.ts'
import type { StaticSettings } from '../representation/static-files.ts'
import { staticNames } from '../representation/static-path.ts'
import type { StaticRoot } from '../representation/static-root.ts'
import { CODING_ENDINGS, type FileCoding } from '../representation/static-siblings.ts'
import type { RouteOptions } from './route-options.ts'

/** What a directory of files takes over from the options of a route. */
const ROUTE_OPTIONS = [
  'cacheResponse',
  'compression',
  'cors',
  'csp',
  'skipAuthCheck',
  'timeout',
  'serviceAvailable',
  'authorized',
  'forbidden',
  'unavailableForLegalReasons',
  'rateLimited',
] as const

/** What functions of a directory of files can ask for besides. */
export interface FilesGiven {
  /** The path below that of the directory, decoded, without a slash in front: `css/site.css`. */
  readonly filePath: string
}

/** How a directory of files is served. */
export interface FilesOptions<Given>
  extends Pick<RouteOptions<Given, unknown>, (typeof ROUTE_OPTIONS)[number]> {
  /** The file that stands for the directory it is in; `false` for none. Default: `index.html`. */
  readonly index?: string | false
  /** Whether files and directories whose names begin with a dot are given out. Default: no, 404. */
  readonly dotFiles?: boolean
  /**
   * The codings in which files may lie beside themselves, the best first: `site.css.br`, `.zst`, `.gz`. They
   * are to be made anew with the file. Default: all of them.
   */
  readonly precompressed?: readonly FileCoding[] | false
  /**
   * A file of the directory that is given, with 200, in place of a page that is not there: for applications
   * that route in the browser. What ends like a file (`.js`, `.png`) stays 404. Default: none.
   */
  readonly fallback?: string
}

/** What is wrong with an option, and what to do about it. */
export type FaultReport = (message: string, ...lines: readonly string[]) => void

const OWN_OPTIONS = ['index', 'dotFiles', 'precompressed', 'fallback']
const CODINGS = Object.keys(CODING_ENDINGS) as readonly FileCoding[]

/** Reads the options of `files`; what cannot be read is reported, and the default taken. */
export function readFilesOptions(
  options: Readonly<Record<string, unknown>>,
  root: StaticRoot | undefined,
  report: FaultReport,
): { readonly settings: StaticSettings; readonly routeOptions: Readonly<Record<string, unknown>> } {
  const { index = 'index.html', dotFiles = false, precompressed = CODINGS, fallback } = options
  const known = [...OWN_OPTIONS, ...ROUTE_OPTIONS]
  const routeOptions: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(options)) {
    if (!known.includes(name)) report(`there is no option "${name}"`, ...didYouMean(name, known))
    else if (!OWN_OPTIONS.includes(name)) routeOptions[name] = value
  }
  if (typeof dotFiles !== 'boolean') report('dotFiles is true or false', got(dotFiles))
  if (index !== false && (typeof index !== 'string' || !isFileName(index) || index.includes('/')))
    report('index is the name of a file, or false', got(index))
  return {
    settings: {
      index: typeof index === 'string' ? index : undefined,
      dotFiles: dotFiles === true,
      precompressed: readCodings(precompressed, report),
      fallback: readFallback(fallback, root, report),
    },
    routeOptions,
  }
}

function readCodings(value: unknown, report: FaultReport): readonly FileCoding[] {
  if (value === false) return []
  const codings: readonly unknown[] = Array.isArray(value) ? value : [value]
  for (const coding of codings.filter((coding) => !CODINGS.includes(coding as FileCoding)))
    report(`precompressed is false, or a list of ${CODINGS.join(', ')}`, got(coding))
  return [...new Set(codings as readonly FileCoding[])]
}

function readFallback(value: unknown, root: StaticRoot | undefined, report: FaultReport): string | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string' || !isFileName(value)) {
    report('fallback is the path of a file in the directory, such as "index.html"', got(value))
    return undefined
  }
  if (root === undefined) return value
  const path = root.path + value
  if (fileSystem().statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
    report(`fallback: there is no file ${path}`, 'make the file, or leave fallback out')
  return value
}

function isFileName(value: string): boolean {
  return !value.endsWith('/') && (staticNames(value, { dotFiles: true, windows: false })?.length ?? 0) > 0
}

function got(value: unknown): string {
  return `got ${typeof value === 'string' ? JSON.stringify(value) : String(value)}`
}
