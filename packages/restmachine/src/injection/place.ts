import type { AnyFunction } from './parameters.ts'

/** Where in the user's source something was declared. */
export interface Place {
  /** A path, or a URL when the source did not come from a file. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
}

// Nearly always the first frame is the user's. Eight step over native ones such as Array.forEach; each costs time.
const FRAMES = [1, 8]

/**
 * Where the function that is running was called from. Meant for start-up: it costs some 5 µs.
 *
 * @param skip The public function that the user called; frames inside of it are passed over.
 * @returns The place of the call, or `undefined` when the engine does not tell.
 */
export function callerPlace(skip: AnyFunction): Place | undefined {
  const limit: number | undefined = Error.stackTraceLimit // some engines have none
  try {
    if (typeof Error.captureStackTrace !== 'function') return placeInStack(new Error().stack, skip.name)
    for (const frames of FRAMES) {
      if (limit !== undefined) Error.stackTraceLimit = frames
      const holder: { readonly stack?: unknown } = {}
      Error.captureStackTrace(holder, skip)
      const place = placeInFrame(holder.stack) ?? placeInStack(holder.stack)
      if (place !== undefined) return place
    }
    return undefined
  } catch {
    return undefined // `Error` is frozen, or somebody's Error.prepareStackTrace failed
  } finally {
    if (limit !== undefined && Error.stackTraceLimit !== limit) Error.stackTraceLimit = limit
  }
}

// A stack of one frame, as V8 writes it: `at get (file:///srv/app.ts:3:4)`. Whatever is not as plain is read below.
const PLAIN_FRAME = /^[^\n]*\n {4}at (?:[^\n]*? \()?((?:file:\/\/)?\/[^\n()]*):(\d+):(\d+)\)?$/

function placeInFrame(stack: unknown): Place | undefined {
  const found = typeof stack === 'string' ? PLAIN_FRAME.exec(stack) : null
  if (found === null) return undefined
  return { file: toPath(found[1] as string), line: Number(found[2]), column: Number(found[3]) }
}

/**
 * The first frame of a stack trace that stands in somebody's source, as V8, JavaScriptCore or SpiderMonkey write it.
 *
 * @param stack The `stack` of an error; anything but text has no place in it.
 * @param after Name of a function: the frame to be found is the one that called it.
 *
 * @example
 * ```ts
 * placeInStack('Error\n    at Array.forEach (<anonymous>)\n    at start (file:///srv/my%20app.ts:3:4)')
 * // { file: '/srv/my app.ts', line: 3, column: 4 }
 * ```
 */
export function placeInStack(stack: unknown, after?: string): Place | undefined {
  if (typeof stack !== 'string' || after === '') return undefined
  const lines = stack.split('\n')
  const isV8 = lines.some((line) => V8_FRAME.test(line))
  const frames = lines.flatMap((line) => (isV8 ? readV8Frame(line) : readOtherFrame(line)) ?? [])

  const start = after === undefined ? 0 : frames.findIndex((frame) => lastWord(frame.name) === after) + 1
  if (after !== undefined && start === 0) return undefined
  for (const { location } of frames.slice(start)) {
    const place = parseLocation(location)
    if (place !== undefined) return place
  }
  return undefined
}

/** `src/app.ts:12:5`, which editors and terminals open at a click. */
export function formatPlace(place: Place | undefined): string {
  return place === undefined ? '(unknown place)' : `${place.file}:${place.line}:${place.column}`
}

interface Frame {
  readonly name: string
  readonly location: string
}

// `at name (location)` or `at location`. The name has no ` (` in it; a path may have.
const V8_FRAME = /^\s*at (?:(.*?) \((.*)\)|(.*))\s*$/

function readV8Frame(line: string): Frame | undefined {
  const [all, name = '', inner, bare = ''] = V8_FRAME.exec(line) ?? []
  if (all === undefined) return undefined
  // `Application.use [as get]` was called as `get`, but is named `use`.
  return { name: name.replace(/ \[as .*\]$/, ''), location: inner ?? bare.replace(/^async /, '') }
}

/** `name@location`; the name may be empty, and the location may have an `@` too. */
function readOtherFrame(line: string): Frame | undefined {
  const at = line.indexOf('@')
  const scheme = line.indexOf('://')
  if (at === -1 || (scheme !== -1 && scheme < at)) return { name: '', location: line.trim() }
  return { name: line.slice(0, at), location: line.slice(at + 1).trim() }
}

/** `RestApplication.get` → `get`, `app/get` → `get`. */
function lastWord(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf('/'), name.lastIndexOf(' ')) + 1)
}

function parseLocation(location: string): Place | undefined {
  const [, file = '', line, column] = /^(.+):(\d+):(\d+)$/.exec(location) ?? []
  if (file === '' || isInvented(file)) return undefined
  return { file: toPath(file), line: Number(line), column: Number(column) }
}

/** Code from strings, and what belongs to the engine, has no file that a user could open. */
function isInvented(file: string): boolean {
  return /^(?:<|\[|node:|native\b|eval at |wasm:|data:|blob:)|> eval$|> Function$/.test(file)
}

/** The path in a `file:` URL, `/` also on Windows; every other name of a file as it is. */
function toPath(file: string): string {
  if (!file.startsWith('file://')) return file
  const path = file.slice('file://'.length).replace(/[?#].*$/, '')
  return decode(path).replace(/^\/(?=[A-Za-z]:\/)/, '')
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
