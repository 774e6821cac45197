import { takeMembers } from './syntax/list.ts'
import { parseMedia } from './syntax/media.ts'
import { formatParameters } from './syntax/parameters.ts'
import { formatWeight, parseWeight } from './syntax/weight.ts'

/** One member of `Accept`. Names are in lower case; `*` stands for any. */
export interface MediaRange {
  readonly type: string
  readonly subtype: string
  /** The parameters a media type must have; the weight is not among them. */
  readonly parameters: ReadonlyMap<string, string>
  /** How much it is wanted, from 0 (not at all) to 1. */
  readonly quality: number
}

/**
 * Reads the value of `Accept`: its ranges in the order they were sent. The field states wishes, so a
 * member that cannot be read is passed over, and of a list that is too long the first 50 count.
 *
 * ```abnf
 * Accept      = #( media-range [ weight ] )
 * media-range = ( "*\/*" / ( type "/" "*" ) / ( type "/" subtype ) ) parameters
 * weight      = OWS ";" OWS "q=" qvalue
 * ```
 *
 * @example
 * ```ts
 * parseAccept('text/html, text/*;q=0.5')
 * // [{ type: 'text', subtype: 'html', parameters: new Map(), quality: 1 },
 * //  { type: 'text', subtype: '*', parameters: new Map(), quality: 0.5 }]
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
 */
export function parseAccept(value: string): readonly MediaRange[] {
  return takeMembers(value).members.flatMap((member) => parseMediaRange(member) ?? [])
}

/**
 * Ranges as the value of `Accept`.
 *
 * @throws {RangeError} When a quality is not within 0 and 1.
 * @throws {TypeError} When a parameter has a character that no field may carry.
 */
export function formatAccept(ranges: readonly MediaRange[]): string {
  return ranges.map(formatMediaRange).join(', ')
}

function parseMediaRange(member: string): MediaRange | undefined {
  const range = parseMedia(member)
  if (range === undefined || (range.type === '*' && range.subtype !== '*')) return undefined
  // The weight is known by its name, wherever it stands (§12.5.1).
  const quality = parseWeight(range.parameters.get('q') ?? '1')
  range.parameters.delete('q')
  return quality === undefined ? undefined : { ...range, quality }
}

function formatMediaRange({ type, subtype, parameters, quality }: MediaRange): string {
  const range = `${type}/${subtype}${formatParameters(parameters)}`
  return quality === 1 ? range : `${range};q=${formatWeight(quality)}`
}
