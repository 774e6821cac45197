import { scan } from 'secure-json-parse'
import { HttpError } from '../http/http-error.ts'
import { locateJsonFault } from './json-fault.ts'

/** The deepest nesting of arrays and objects that {@link parseJson} reads: `[]` has depth 1. */
export const MAX_JSON_DEPTH = 64

/**
 * Reads a JSON text that a stranger sent (RFC 8259).
 *
 * A byte order mark in front is skipped, as §8.1 allows.
 *
 * @param text The whole text.
 * @returns The value; objects in it have the usual prototype and no property called `__proto__`.
 * @throws {HttpError} 400 when the text is no JSON, is nested deeper than {@link MAX_JSON_DEPTH}, or
 *   names `__proto__` or `constructor.prototype`. The detail tells the line and column of a fault, and
 *   repeats at most one character of the text.
 *
 * @example
 * ```ts
 * parseJson('{"name":"Ada","tags":[1,2]}')
 * // { name: 'Ada', tags: [1, 2] }
 * ```
 */
export function parseJson(text: string): unknown {
  const json = text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text
  if (opensMoreThan(json, MAX_JSON_DEPTH)) checkDepth(json)
  const value = parse(json)
  if (mayNameAPrototype(json) && typeof value === 'object' && value !== null) checkNames(value)
  return value
}

/**
 * Writes a result as compact JSON, at the speed of `JSON.stringify`.
 *
 * @param value The value; `undefined` is written as `null`.
 * @throws {TypeError} When the value has no JSON form: a `bigint`, a circle, a function, a symbol. That is
 *   a fault of the program, never of the client.
 *
 * @example
 * ```ts
 * stringifyJson({ name: 'Ada', left: undefined })
 * // '{"name":"Ada"}'
 * ```
 */
export function stringifyJson(value: unknown): string {
  const text = stringify(value)
  if (text !== undefined) return text
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw new TypeError(`Cannot write the result as JSON: it is a ${typeof value}`)
  }
  return 'null'
}

const BYTE_ORDER_MARK = 0xfeff
const QUOTE = 0x22

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    // Each engine words its error differently and quotes the text; ours is the same everywhere.
    throw new HttpError(400, `Cannot read the JSON: ${describeFault(json)}`)
  }
}

function describeFault(json: string): string {
  const fault = locateJsonFault(json)
  if (fault === undefined) return 'it is malformed'
  const found = json.codePointAt(fault.at)
  const what = found === undefined ? 'the end' : JSON.stringify(String.fromCodePoint(found))
  return `expected ${fault.expected}, found ${what} at ${placeOf(json, fault.at)}`
}

function placeOf(json: string, at: number): string {
  const lineStart = json.lastIndexOf('\n', at - 1) + 1
  let line = 1
  for (let next = json.indexOf('\n'); next !== -1 && next < lineStart; next = json.indexOf('\n', next + 1))
    line++
  return `line ${line}, column ${at - lineStart + 1}`
}

// Most texts have few brackets, and a native search for them is far cheaper than a walk over the text.
function opensMoreThan(json: string, limit: number): boolean {
  let opened = 0
  for (const bracket of ['[', '{']) {
    for (let at = json.indexOf(bracket); at !== -1; at = json.indexOf(bracket, at + 1)) {
      if (++opened > limit) return true
    }
  }
  return false
}

function checkDepth(json: string): void {
  let depth = 0
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === QUOTE) at = endOfString(json, at)
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > MAX_JSON_DEPTH) {
        throw new HttpError(
          400,
          `Cannot read the JSON: nested deeper than ${MAX_JSON_DEPTH} levels at ${placeOf(json, at)}`,
        )
      }
    } else if (code === 0x5d || code === 0x7d) depth--
  }
}

function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(json, end)) end = json.indexOf('"', end + 1)
  return end === -1 ? json.length : end
}

// An odd number of backslashes in front: the last of them belongs to this character.
function isEscaped(json: string, at: number): boolean {
  let first = at
  while (json[first - 1] === '\\') first--
  return (at - first) % 2 === 1
}

// The scan visits every value, so it is kept for texts that could hold such a name, also as `\u005f_proto__`.
function mayNameAPrototype(json: string): boolean {
  return json.includes('__proto__') || json.includes('constructor') || json.includes('\\u')
}

function checkNames(value: object): void {
  if (scan(value, { safe: true }) === null) {
    throw new HttpError(
      400,
      'Cannot read the JSON: the names "__proto__" and "constructor.prototype" are refused',
    )
  }
}

function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new TypeError(`Cannot write the result as JSON: ${error.message}`, { cause: error })
  }
}
