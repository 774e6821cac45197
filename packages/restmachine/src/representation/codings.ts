import { type CodingRange, parseAcceptEncoding } from '../http/accept-encoding.ts'
import { remembering } from './remembering.ts'

/** A way to code content: `gzip`, or one of your own. */
export interface ContentCoding {
  /** As it stands in `Content-Encoding`; a token in lower case. */
  readonly name: string
  /** Codes content that is all there. */
  readonly encode: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>
  /** Codes content that comes piece by piece; what has come must go on at once. Left out, streams are not coded. */
  readonly encodeStream?: (stream: ReadableStream<Uint8Array>) => ReadableStream<Uint8Array>
}

/** What negotiation found. */
export interface ChosenCoding {
  /** A coding, none at all (`null`), or nothing that the client takes (`undefined`). */
  readonly coding: ContentCoding | null | undefined
  /** Whether the client does not take content as it is: `identity;q=0`. */
  readonly plainRefused: boolean
}

/**
 * Makes the function that picks a coding for a value of `Accept-Encoding`: the first of {@link rankCodings}.
 *
 * @param codings What there is, in the order of preference.
 *
 * @see RFC 9110 §12.5.3
 */
export function codingChooser(codings: readonly ContentCoding[]): (accept: string) => ChosenCoding {
  const rank = codingRanker(codings.map(({ name }) => name))
  return (accept) => {
    const ranked = rank(accept)
    const [best] = ranked
    const coding = best === 'identity' ? null : codings.find(({ name }) => name === best)
    return { coding, plainRefused: !ranked.includes('identity') }
  }
}

/** Makes the function that puts codings in the order of {@link rankCodings} for a value of `Accept-Encoding`. */
export function codingRanker<Coding extends string>(
  codings: readonly Coding[],
): (acceptEncoding: string | undefined) => readonly (Coding | 'identity')[] {
  const absent = rankCodings(undefined, codings)
  const rank = remembering((field) => rankCodings(field, codings))
  return (acceptEncoding) => (acceptEncoding === undefined ? absent : rank(acceptEncoding))
}

/**
 * The codings that a client takes, the one it wants most first; `identity` stands for none. Among equals the
 * order of `codings` counts, and any coding comes before none. What is missing in the answer is refused:
 * an empty one takes nothing at all.
 *
 * @param acceptEncoding The value of `Accept-Encoding`; `undefined` when there is no such field.
 * @param codings Those there may be, the best first.
 *
 * @example
 * ```ts
 * rankCodings('gzip;q=0.5, br', ['br', 'zstd', 'gzip']) // ['br', 'gzip', 'identity']
 * rankCodings('gzip, identity;q=0', ['br', 'gzip']) // ['gzip']
 * rankCodings(undefined, ['br']) // ['identity']
 * ```
 *
 * @see RFC 9110 §12.5.3
 */
export function rankCodings<Coding extends string>(
  acceptEncoding: string | undefined,
  codings: readonly Coding[],
): readonly (Coding | 'identity')[] {
  // Whoever says nothing takes any coding; but many of those can read none.
  if (acceptEncoding === undefined) return ['identity']
  const ranges = parseAcceptEncoding(acceptEncoding)
  return [...codings, 'identity' as const]
    .map((coding) => ({ coding, quality: qualityOf(coding, ranges) }))
    .filter(({ quality }) => quality !== 0)
    .toSorted((left, right) => right.quality - left.quality)
    .map(({ coding }) => coding)
}

/** Below every weight that a client can give (RFC 9110 §12.4.2: three digits). */
const UNSAID = 0.0001

function qualityOf(coding: string, ranges: readonly CodingRange[]): number {
  const named = ranges.find((range) => range.coding === coding)
  if (named !== undefined) return named.quality
  const any = ranges.find((range) => range.coding === '*')
  if (coding !== 'identity') return any?.quality ?? 0
  // No coding is always taken, unless it is refused: by name, or by "*;q=0".
  return any?.quality === 0 ? 0 : UNSAID
}
