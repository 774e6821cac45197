/** The member that marks what JSON has no word for: `{ "$": ["date", 0] }`. */
export const MARK = '$'

/** A tree is written no deeper than this; a circle is deeper than anything. */
export const MAX_DEPTH = 1_000

type Encode = (value: never, path: string, depth: number) => unknown

/** How to write what is more than JSON knows, by prototype: an object of any other kind is refused. */
const kinds = new Map<unknown, Encode>([
  [Date.prototype, (date: Date) => mark('date', Number.isNaN(date.getTime()) ? null : date.getTime())],
  [Map.prototype, (map: Map<unknown, unknown>, path, depth) => mark('map', list([...map], path, depth))],
  [Set.prototype, (set: Set<unknown>, path, depth) => mark('set', list([...set], path, depth))],
  [Uint8Array.prototype, (bytes: Uint8Array) => mark('bytes', base64Of(bytes))],
  [Array.prototype, list],
])
if (typeof Buffer === 'function')
  kinds.set(Buffer.prototype, (bytes: Uint8Array) => mark('buffer', base64Of(bytes)))

/**
 * A value as a tree that JSON writes without loss.
 *
 * Besides what JSON knows: `undefined`, `bigint`, `NaN`, `-0`, the infinities, `Date`, `Map`, `Set`,
 * `Uint8Array` and `Buffer`. An object without prototype comes back as a plain object, a hole of an array
 * as `undefined`, and an object that stands in two places as two objects.
 *
 * @throws {TypeError} When there is anything else in it: a function, a symbol, an instance of a class, a
 *   circle, a property named `__proto__`. It names the path.
 */
export function encodeValue(value: unknown, path = 'value', depth = 0): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : mark('number', nameOf(value))
    case 'undefined':
      return mark('undefined')
    case 'bigint':
      return mark('bigint', String(value))
    case 'object':
      return value === null ? null : encodeObject(value, path, depth)
    default:
      throw refusal(path, `it is a ${typeof value}`)
  }
}

function encodeObject(value: object, path: string, depth: number): unknown {
  if (depth === MAX_DEPTH) throw refusal('value', `it is nested more than ${MAX_DEPTH} deep, or in a circle`)
  const prototype: unknown = Object.getPrototypeOf(value)
  const encode = kinds.get(prototype)
  if (encode !== undefined) return encode(value as never, path, depth)
  // Plain objects of another realm too: theirs is the prototype that has none.
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return record(value, path, depth)
  throw refusal(path, `it is an instance of ${value.constructor?.name || 'a class'}`)
}

function record(value: object, path: string, depth: number): unknown {
  const tree: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    const at = `${path}${/^[\p{L}_$][\w$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`}`
    if (changesPrototypes(name, member)) throw refusal(at, 'code that copies it could change prototypes')
    tree[name] = encodeValue(member, at, depth + 1)
  }
  return Object.hasOwn(tree, MARK) ? mark('object', tree) : tree
}

// The two names that reading refuses as well, because merging such an object pollutes.
function changesPrototypes(name: string, member: unknown): boolean {
  if (name === '__proto__') return true
  return (
    name === 'constructor' &&
    typeof member === 'object' &&
    member !== null &&
    Object.hasOwn(member, 'prototype')
  )
}

function list(items: readonly unknown[], path: string, depth: number): unknown[] {
  return Array.from(items, (item, index) => encodeValue(item, `${path}[${index}]`, depth + 1))
}

function mark(...parts: readonly unknown[]): unknown {
  return { [MARK]: parts }
}

function nameOf(number: number): string {
  return Object.is(number, -0) ? '-0' : String(number)
}

function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8_192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192))
  return btoa(text)
}

function refusal(path: string, why: string): TypeError {
  return new TypeError(
    `Cannot cache ${path}: ${why}. What can be cached is what JSON knows, undefined, bigint, Date, Map, ` +
      'Set, Uint8Array and Buffer',
  )
}
