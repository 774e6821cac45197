import { stringifyJson } from './json.ts'

/** An object of JSON: names and values. */
export type JsonObject = Record<string, unknown>

/** Whether a value of JSON is an object, and no array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value as its JSON text tells it: a `Date` becomes a string, what has no JSON form is left out. */
export function copyAsJson(value: unknown): unknown {
  return JSON.parse(stringifyJson(value))
}

/** Whether arrays and objects of `value` are nested deeper than `depth` levels: `[]` has depth 1. */
export function isDeeperThan(depth: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depth === 0) return true
  return Object.values(value).some((part) => isDeeperThan(depth - 1, part))
}

/**
 * Whether two values of JSON are equal: the same numbers, strings and literals, arrays in the same order, objects
 * in any order of their members.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6902#section-4.6
 */
export function isSameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((part, index) => isSameJson(part, right[index]))
  if (!isJsonObject(left) || !isJsonObject(right)) return false
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isSameJson(left[name], right[name]))
  )
}
