import { MAX_LIST_MEMBERS } from './syntax/list.ts'
import { trimWhitespace } from './syntax/whitespace.ts'

/** A name for one state of a resource. */
export interface EntityTag {
  /** What stands between the quotes. */
  readonly opaque: string
  /** Whether it names a state that is only equivalent, not the same byte by byte. */
  readonly weak: boolean
}

/** What `If-Match` or `If-None-Match` says: its tags, or the word for what was sent instead. */
export type EntityTags = 'absent' | 'any' | 'malformed' | readonly EntityTag[]

const QUOTE = 0x22
const LETTER_W = 0x57

// One tag, or nothing, and the comma or end behind it. A comma between quotes belongs to the tag.
const ELEMENT = /[ \t]*(?:(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*)?(?:,|$)/gy

/**
 * Reads one entity tag, as in `ETag`; `undefined` when `value` is none.
 *
 * ```abnf
 * ETag       = entity-tag
 * entity-tag = [ %s"W/" ] DQUOTE *etagc DQUOTE
 * etagc      = %x21 / %x23-7E / obs-text        ; a backslash escapes nothing
 * ```
 *
 * @example
 * ```ts
 * parseEntityTag('W/"v2"') // { opaque: 'v2', weak: true }
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3
 */
export function parseEntityTag(value: string): EntityTag | undefined {
  // To look at one character first spares most values the search.
  const weak = value.charCodeAt(0) === LETTER_W && value.startsWith('W/"')
  const start = weak ? 3 : 1
  const end = value.length - 1
  if (end < start || value.charCodeAt(start - 1) !== QUOTE || value.charCodeAt(end) !== QUOTE)
    return undefined
  const opaque = value.slice(start, end)
  return isOpaque(opaque) ? { opaque, weak } : undefined
}

/** Whether `text` can stand between the quotes of a tag: any visible character but the quote. */
function isOpaque(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code <= 0x20 || code === QUOTE || code === 0x7f || code > 0xff) return false
  }
  return true
}

/**
 * Reads the value of `If-Match` or `If-None-Match`; tags come in the order they were sent.
 *
 * ```abnf
 * If-Match      = "*" / #entity-tag
 * If-None-Match = "*" / #entity-tag
 * ```
 *
 * @param value The field value, or `undefined` when the request has no such field.
 *
 * @example
 * ```ts
 * parseEntityTags('W/"a,b", "c"')
 * // [{ opaque: 'a,b', weak: true }, { opaque: 'c', weak: false }]
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1
 */
export function parseEntityTags(value: string | undefined): EntityTags {
  if (value === undefined) return 'absent'
  // Nearly every client sends back the one tag it has: 30 ns instead of 290.
  const only = parseEntityTag(value)
  if (only !== undefined) return [only]
  if (trimWhitespace(value) === '*') return 'any'

  const tags: EntityTag[] = []
  let read = 0
  for (const [element, weak, opaque] of value.matchAll(ELEMENT)) {
    if (opaque !== undefined && tags.push({ opaque, weak: weak !== undefined }) > MAX_LIST_MEMBERS) break
    read += element.length
  }
  return read === value.length ? tags : 'malformed'
}

/**
 * An entity tag as an application writes it: `v1` is strong, `"v1"` and `W/"v1"` are what they say; `undefined` when a
 * tag cannot hold it. A digest in Base64 may well begin with `W/`: weak is only what is quoted behind it.
 */
export function readEntityTag(text: string): EntityTag | undefined {
  return parseEntityTag(text) ?? (isOpaque(text) ? { opaque: text, weak: false } : undefined)
}

/**
 * An entity tag as a field value.
 *
 * @throws {TypeError} When `opaque` has a character that no tag may have, such as a quote or a space.
 */
export function formatEntityTag({ opaque, weak }: EntityTag): string {
  if (isOpaque(opaque)) return weak ? `W/"${opaque}"` : `"${opaque}"`
  throw new TypeError(`Cannot format an entity tag: a tag cannot hold all of ${JSON.stringify(opaque)}`)
}

/** Whether both tags name the same bytes (RFC 9110 §8.8.3.2); a weak tag never does. */
export function isSameStrongly(one: EntityTag, other: EntityTag): boolean {
  return !one.weak && !other.weak && one.opaque === other.opaque
}

/** Whether both tags name equivalent states (RFC 9110 §8.8.3.2). */
export function isSameWeakly(one: EntityTag, other: EntityTag): boolean {
  return one.opaque === other.opaque
}
