import type { Awaitable } from './store.ts'

/** The longest key that a store sees as it was written. */
const LONGEST_KEY = 200
const LONGEST_NAME = 100

/** What is kept under a key: a value, the generation of a tag, or a lock. */
export type Kind = 'value' | 'tag' | 'lock'

/**
 * The key that the store sees: `value:users/42`.
 *
 * The first `/` ends the namespaces, and {@link namespaceOf} leaves none within them, so no two pairs of
 * namespace and key meet. A key that is long, not well-formed (stores write UTF-8, which would make one
 * of two different ones) or looks like a digest is replaced by its SHA-256 digest.
 */
export function storeKey(kind: Kind, namespace: string, key: string): Awaitable<string> {
  if (typeof key !== 'string')
    throw new TypeError(`Cannot use the cache: a key is a string, got ${typeof key}`)
  const before = `${kind}:${namespace}/`
  if (key.length <= LONGEST_KEY && key[0] !== '#' && key.isWellFormed()) return before + key
  return digestOf(key).then((digest) => `${before}#${digest}`)
}

/**
 * The namespace `name` within `outer`.
 *
 * @throws {RangeError} When the name is empty, longer than 100 characters, or not well-formed.
 */
export function namespaceOf(outer: string, name: string): string {
  if (name.length === 0 || name.length > LONGEST_NAME || !name.isWellFormed())
    throw new RangeError(
      `Cannot create a namespace of a cache: its name has 1 to ${LONGEST_NAME} characters, got ${JSON.stringify(name)}`,
    )
  const part = name.replace(/[%/:]/g, encodeURIComponent)
  return outer === '' ? part : `${outer}:${part}`
}

// Of the UTF-16 code units, so that also keys that UTF-8 cannot write stay apart.
async function digestOf(key: string): Promise<string> {
  const units = Uint16Array.from({ length: key.length }, (_, index) => key.charCodeAt(index))
  const digest = await crypto.subtle.digest('SHA-256', units)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
