import { spawnSync } from 'node:child_process'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatPlace, placeInStack } from '../injection/place.ts'
import { CommandFault } from './command-fault.ts'
import { ownFolder } from './own-package.ts'

/** What to do, by the code of the error with which Node refuses a module. */
const MENDS: Readonly<Record<string, string>> = {
  ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX:
    'Node only takes types away; write it without, or start with NODE_OPTIONS="--import tsx"',
  ERR_UNKNOWN_FILE_EXTENSION: `files in TypeScript need Node 22.18 or newer, this is ${process.version}`,
}

/** Tells why a file of the user could not be loaded: what was thrown, where, and what to do about it. */
export function moduleFault(file: string, error: unknown): CommandFault {
  const facts = { at: placeOf(file, error), mend: mendOf(error) }
  return new CommandFault(`Cannot load ${shortPath(file)}: ${whatOf(error)}`, facts, error)
}

/** A path as seen from the current folder. */
export function shortPath(file: string): string {
  const path = relative('', file)
  return path === '' || path.startsWith('..') ? file : path
}

/** What was thrown, on one line when it has only one. */
export function whatOf(error: unknown): string {
  if (!(error instanceof Error)) return `it threw ${typeof error === 'string' ? `"${error}"` : String(error)}`
  // Several addresses that were tried in vain leave the message empty.
  const said = error.message || String((error as NodeJS.ErrnoException).code ?? 'no message')
  const message = withoutImporter(said)
  return error.name === 'Error' || error.name === 'DeclarationError' ? message : `${error.name}: ${message}`
}

/** What was said without the path of the one that imports, which is told as the place. */
export function withoutImporter(message: string): string {
  return message.replace(/ imported from \S+$/, '').replace(`'${process.cwd()}/`, "'")
}

/** What to do about it; `undefined` when nobody knows. */
export function mendOf(error: unknown): string | undefined {
  const { code = '', message = '' } = (error ?? {}) as { readonly code?: string; readonly message?: string }
  const [, missing] = /^Cannot find package '([^']+)'/.exec(message) ?? []
  if (missing !== undefined) return `npm install ${missing}`
  if (/^Cannot find module .*\.js' imported from .*\.[mc]?ts$/.test(message))
    return 'files in TypeScript are imported by their own name, with .ts'
  if (/^Cannot use import statement outside a module/.test(message))
    return 'put "type": "module" into package.json, or name the file .mts or .mjs'
  return MENDS[code]
}

/** Where in the code of the user it was thrown; `undefined` when nothing tells. */
export function placeOf(file: string, error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { stack = '', message } = error
  const head = placeInHead(stack)
  if (head !== undefined) return head
  const [, importer] = / imported from (\S+)$/.exec(message) ?? []
  if (importer !== undefined) return shortPath(importer)
  if (error instanceof SyntaxError) return placeBySyntaxCheck(file)
  return placeInFrames(stack)
}

/** Of a file that cannot be read as code, the stack begins with its place. */
function placeInHead(text: string): string | undefined {
  const [, location = '', line] =
    /^(file:\/\/\S+|\/.+|[A-Z]:\\.+):(\d+)$/m.exec(text.split('\n')[0] ?? '') ?? []
  if (location === '') return undefined
  return `${shortPath(location.startsWith('file:') ? fileURLToPath(location) : location)}:${line}`
}

// V8 keeps the place of a mistake in JavaScript to itself, unless it ends the process.
function placeBySyntaxCheck(file: string): string | undefined {
  const { stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8', timeout: 5_000 })
  return placeInHead(stderr ?? '')
}

/** The first frame in code of the user, who did not write what he installed. */
function placeInFrames(stack: string): string | undefined {
  const isOthers = (line: string): boolean => line.includes('/node_modules/') || line.includes(ownFolder)
  const frames = stack.split('\n').filter((line) => /^\s*at /.test(line) && !isOthers(line))
  const place = placeInStack(frames.join('\n'))
  return place && formatPlace({ ...place, file: shortPath(place.file) })
}
