import { type MediaRange, parseAccept } from '../http/accept.ts'
import type { MediaType } from '../http/media-type.ts'
import { remembering } from './remembering.ts'

/** One representation that a route can give. */
export interface Offer<Held> {
  readonly mediaType: MediaType
  /** The value of `Content-Type`. */
  readonly contentType: string
  /** Writes the handler's result; `undefined` writes it as JSON. */
  readonly render: ((held: Held) => unknown) | undefined
  /** Whether the route or its resource declares it: those know what their results are. */
  readonly own: boolean
  /** Tells this representation's entity tag from the others'; empty for the first (RFC 9110 §8.8.3.3). */
  readonly tagSuffix: string
}

/**
 * Makes the function that picks an offer for a value of `Accept`: the one the client wants most, the
 * first declared among equals, none when the client takes none of them.
 *
 * @see RFC 9110 §12.5.1
 */
export function negotiator<Held>(
  offers: readonly Offer<Held>[],
): (accept: string) => Offer<Held> | undefined {
  return remembering((accept) => chooseOffer(offers, parseAccept(accept)))
}

function chooseOffer<Held>(
  offers: readonly Offer<Held>[],
  ranges: readonly MediaRange[],
): Offer<Held> | undefined {
  // A field without one readable member says nothing (RFC 9110 §12.5.1).
  if (ranges.length === 0) return offers[0]
  let chosen: Offer<Held> | undefined
  let best = 0
  for (const offer of offers) {
    const wanted = qualityOf(offer.mediaType, ranges)
    if (wanted > best) [chosen, best] = [offer, wanted]
  }
  return chosen
}

/**
 * How much the client wants a media type, from 0 (refused) to 1 (RFC 9110 §12.5.1). The most specific
 * range decides, wherever it stands and whatever its weight: `text/*, text/html;q=0` refuses HTML.
 */
export function qualityOf(type: MediaType, ranges: readonly MediaRange[]): number {
  let specificity = -1
  let quality = 0
  for (const range of ranges) {
    const found = specificityOf(type, range)
    if (found > specificity) [specificity, quality] = [found, range.quality]
  }
  return quality
}

function specificityOf(type: MediaType, range: MediaRange): number {
  if (range.type === '*') return 0
  if (range.type !== type.type) return -1
  if (range.subtype === '*') return 1
  if (range.subtype !== type.subtype) return -1
  for (const [name, value] of range.parameters) if (!hasParameter(type, name, value)) return -1
  return 2 + range.parameters.size
}

// All that is written is UTF-8, also where the type does not say so (RFC 8259 §8.1 forbids JSON to).
function hasParameter({ parameters }: MediaType, name: string, value: string): boolean {
  if (name !== 'charset') return parameters.get(name) === value
  return (parameters.get(name) ?? 'utf-8').toLowerCase() === value.toLowerCase()
}
