/** What a JSON Pointer names: the members and indices on the way, from the whole to the part. */
export type JsonPointer = readonly string[]

/**
 * Reads a JSON Pointer, or gives `undefined` when `text` is none.
 *
 * ```abnf
 * json-pointer    = *( "/" reference-token )
 * reference-token = *( unescaped / escaped )
 * escaped         = "~" ( "0" / "1" )
 * ```
 *
 * @example
 * ```ts
 * parseJsonPointer('/list/0/a~1b')
 * // ['list', '0', 'a/b']
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc6901#section-3
 */
export function parseJsonPointer(text: string): JsonPointer | undefined {
  if (text === '') return []
  if (!text.startsWith('/') || /~(?![01])/.test(text)) return undefined
  const tokens = text.slice(1).split('/')
  // In this order: `~01` is `~1` and no slash (RFC 6901 §4).
  return text.includes('~')
    ? tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    : tokens
}

/**
 * Writes a JSON Pointer.
 *
 * @example
 * ```ts
 * formatJsonPointer(['list', '0', 'a/b'])
 * // '/list/0/a~1b'
 * ```
 */
export function formatJsonPointer(pointer: JsonPointer): string {
  return pointer.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** Whether a token can be the index of an array: digits without a leading zero (RFC 6901 §4). */
export function isArrayIndex(token: string): boolean {
  return /^(0|[1-9][0-9]*)$/.test(token)
}
