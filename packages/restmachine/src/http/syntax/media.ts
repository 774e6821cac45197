import { parseParameters } from './parameters.ts'
import { endOfToken } from './token.ts'

/** What a media type and a media range have in common. */
interface Media {
  readonly type: string
  readonly subtype: string
  readonly parameters: Map<string, string>
}

/**
 * Reads a media type or a media range, names in lower case; `undefined` when it is neither.
 *
 * ```abnf
 * media-type = type "/" subtype parameters
 * type       = token
 * subtype    = token
 * ```
 *
 * @example
 * ```ts
 * parseMedia('Text/HTML;level=1')
 * // { type: 'text', subtype: 'html', parameters: new Map([['level', '1']]) }
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1
 */
export function parseMedia(value: string): Media | undefined {
  const slash = endOfToken(value, 0)
  const end = endOfToken(value, slash + 1)
  if (slash === 0 || value[slash] !== '/' || end === slash + 1) return undefined
  const parameters = parseParameters(value, end)
  if (parameters === undefined) return undefined
  return {
    type: value.slice(0, slash).toLowerCase(),
    subtype: value.slice(slash + 1, end).toLowerCase(),
    parameters,
  }
}
