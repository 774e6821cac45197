import { type EntityTag, parseEntityTag } from './entity-tag.ts'
import { parseHttpDate } from './http-date.ts'

/**
 * Reads the value of `If-Range`: an entity tag, or the milliseconds since 1970 of a date; `undefined` for
 * anything else. Who cannot compare what was sent must ignore `Range` (§13.1.5): the client would
 * otherwise join parts of two states.
 *
 * ```abnf
 * If-Range = entity-tag / HTTP-date   ; the tag is compared strongly, the date exactly
 * ```
 *
 * @example
 * ```ts
 * parseIfRange('"v2"') // { opaque: 'v2', weak: false }
 * parseIfRange('Sun, 06 Nov 1994 08:49:37 GMT') // 784111777000
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5
 */
export function parseIfRange(value: string): EntityTag | number | undefined {
  return parseEntityTag(value) ?? parseHttpDate(value)
}
