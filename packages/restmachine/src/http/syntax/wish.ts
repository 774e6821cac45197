import { takeMembers } from './list.ts'
import { parseParameters } from './parameters.ts'
import { endOfToken } from './token.ts'
import { formatWeight, parseWeight } from './weight.ts'

/** A word and how much it is wanted. */
interface Wish {
  /** In lower case; `*` stands for any. */
  readonly name: string
  readonly quality: number
}

/**
 * Reads what `Accept-Language`, `Accept-Encoding` and `Accept-Charset` have in common. A member that
 * cannot be read is passed over, and of a list that is too long the first 50 count.
 *
 * ```abnf
 * wishes = #( token [ weight ] )
 * weight = OWS ";" OWS "q=" qvalue
 * ```
 *
 * @example
 * ```ts
 * parseWishes('GZIP;q=0.5, br') // [{ name: 'gzip', quality: 0.5 }, { name: 'br', quality: 1 }]
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5
 */
export function parseWishes(value: string): readonly Wish[] {
  return takeMembers(value).members.flatMap((member) => parseWish(member) ?? [])
}

/**
 * A wish as a member of its field. The name must be a token.
 *
 * @throws {RangeError} When the quality is not within 0 and 1.
 */
export function formatWish({ name, quality }: Wish): string {
  return quality === 1 ? name : `${name};q=${formatWeight(quality)}`
}

function parseWish(member: string): Wish | undefined {
  const end = endOfToken(member, 0)
  const parameters = parseParameters(member, end)
  if (end === 0 || parameters === undefined) return undefined
  const quality = parseWeight(parameters.get('q') ?? '1')
  parameters.delete('q')
  // Other than in `Accept`, nothing but the weight may follow.
  if (quality === undefined || parameters.size > 0) return undefined
  return { name: member.slice(0, end).toLowerCase(), quality }
}
