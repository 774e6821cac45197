import { splitList } from './syntax/list.ts'
import { endOfToken } from './syntax/token.ts'

/** What `Range` asks for. */
export interface RangeSet {
  /** In lower case: `bytes`. */
  readonly unit: string
  /** At least one, in the order they were sent. */
  readonly ranges: readonly RangeSpec[]
}

/** From `first` to the end, or to `last` inclusive; or the last `suffix` units. */
export type RangeSpec = { readonly first: number; readonly last?: number } | { readonly suffix: number }

/** A part of a representation that is there. Both ends belong to it; the first byte is 0. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

interface Wanted extends ByteRange {
  readonly order: number
}

/**
 * The most ranges that are worth an answer in parts: who asks for more gets the whole. Compare it with the
 * ranges as they were sent, before they are coalesced (RFC 9110 §17.15).
 */
export const MAX_RANGES = 8

const RANGE_SPEC = /^(\d*)-(\d*)$/

/**
 * Reads the value of `Range`; `undefined` when it cannot be read or asks for more than 50 ranges. The
 * field is then to be ignored (§14.2). Positions beyond 2⁵³ - 1 count as that.
 *
 * ```abnf
 * Range        = range-unit "=" 1#range-spec
 * range-unit   = token
 * range-spec   = int-range / suffix-range / other-range   ; other-range is not read
 * int-range    = first-pos "-" [ last-pos ]               ; first-pos is not above last-pos
 * suffix-range = "-" suffix-length
 * ```
 *
 * @example
 * ```ts
 * parseRange('bytes=0-499, 9500-, -2')
 * // { unit: 'bytes', ranges: [{ first: 0, last: 499 }, { first: 9500 }, { suffix: 2 }] }
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.2
 */
export function parseRange(value: string): RangeSet | undefined {
  const equals = endOfToken(value, 0)
  if (equals === 0 || value[equals] !== '=') return undefined
  const members = splitList(value.slice(equals + 1)) ?? []
  const ranges = members.flatMap((member) => parseRangeSpec(member) ?? [])
  if (ranges.length === 0 || ranges.length !== members.length) return undefined
  return { unit: value.slice(0, equals).toLowerCase(), ranges }
}

/**
 * What there is of the ranges in a representation of `length` bytes, in the order they were asked for.
 * Ranges that overlap or touch become one, at the place of the first (§15.3.7.2). So no byte is sent
 * twice, whatever was asked for.
 *
 * @returns `'unsatisfiable'` when there is nothing of any. That is so for each range of nothing: the
 *   standard would let a suffix of it be satisfied, but no `Content-Range` can say so.
 *
 * @example
 * ```ts
 * resolveRanges([{ first: 90 }, { first: 0, last: 4 }, { first: 5, last: 9 }], 100)
 * // [{ first: 90, last: 99 }, { first: 0, last: 9 }]
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2
 */
export function resolveRanges(
  specs: readonly RangeSpec[],
  length: number,
): readonly ByteRange[] | 'unsatisfiable' {
  const wanted = specs.flatMap((spec, order) => {
    const range = resolve(spec, length)
    return range.first <= range.last ? [{ ...range, order }] : []
  })
  if (wanted.length === 0) return 'unsatisfiable'
  const coalesced: Wanted[] = []
  for (const range of wanted.sort((one, other) => one.first - other.first)) {
    const before = coalesced.at(-1)
    if (before === undefined || range.first > before.last + 1) coalesced.push(range)
    else coalesced[coalesced.length - 1] = unite(before, range)
  }
  coalesced.sort((one, other) => one.order - other.order)
  return coalesced.map(({ first, last }) => ({ first, last }))
}

/**
 * The value of `Content-Range` for a part.
 *
 * ```abnf
 * Content-Range = range-unit SP ( range-resp / unsatisfied-range )
 * range-resp    = first-pos "-" last-pos "/" ( complete-length / "*" )
 * ```
 *
 * @param length Of the whole representation, in bytes.
 * @throws {RangeError} When there is no such part: `first` is above `last`, or `last` not below `length`.
 *
 * @example
 * ```ts
 * formatContentRange(42, 1233, 1234) // 'bytes 42-1233/1234'
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.4
 */
export function formatContentRange(first: number, last: number, length: number): string {
  if (0 <= first && first <= last && last < length && [first, last, length].every(Number.isSafeInteger))
    return `bytes ${first}-${last}/${length}`
  throw new RangeError(`Cannot format Content-Range: ${length} bytes have no part from ${first} to ${last}`)
}

/**
 * The value of `Content-Range` for a response with 416.
 *
 * ```abnf
 * unsatisfied-range = "*\/" complete-length
 * ```
 *
 * @param length Of the whole representation, in bytes.
 * @throws {RangeError} When `length` is no length.
 *
 * @example
 * ```ts
 * formatUnsatisfied(47022) // 'bytes *\/47022'
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15.5.17
 */
export function formatUnsatisfied(length: number): string {
  if (length >= 0 && Number.isSafeInteger(length)) return `bytes */${length}`
  throw new RangeError(`Cannot format Content-Range: a length in bytes is needed, got ${length}`)
}

function parseRangeSpec(member: string): RangeSpec | undefined {
  const [, start, end] = RANGE_SPEC.exec(member) ?? []
  if (start === undefined || end === undefined) return undefined
  if (start === '') return end === '' ? undefined : { suffix: toPosition(end) }
  const first = toPosition(start)
  if (end === '') return { first }
  const last = toPosition(end)
  return first <= last ? { first, last } : undefined
}

function toPosition(digits: string): number {
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER)
}

/** The range within `length` bytes; its end stands before its start when there is nothing of it. */
function resolve(spec: RangeSpec, length: number): ByteRange {
  if ('suffix' in spec) return { first: Math.max(length - spec.suffix, 0), last: length - 1 }
  return { first: spec.first, last: Math.min(spec.last ?? length, length - 1) }
}

function unite(one: Wanted, other: Wanted): Wanted {
  const last = Math.max(one.last, other.last)
  return { first: one.first, last, order: Math.min(one.order, other.order) }
}
