/** Where a request stands in a trace. */
export interface Traceparent {
  /** The whole trace: 32 hexadecimal digits in lower case. */
  readonly traceId: string
  /** The caller's part of it: 16 hexadecimal digits in lower case. */
  readonly parentId: string
  /** Whether the caller may have recorded its part. */
  readonly sampled: boolean
}

const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/

const LENGTH_OF_VERSION_0 = 55
const SAMPLED = 1

/**
 * Reads the value of `traceparent`; `undefined` when it cannot be read. A later version may have more
 * behind what is known here; version 00 may not.
 *
 * ```abnf
 * traceparent = version "-" trace-id "-" parent-id "-" trace-flags
 * version     = 2HEXDIGLC   ; not ff
 * trace-id    = 32HEXDIGLC  ; not all zero
 * parent-id   = 16HEXDIGLC  ; not all zero
 * trace-flags = 2HEXDIGLC   ; bit 0: sampled
 * ```
 *
 * @example
 * ```ts
 * parseTraceparent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')
 * // { traceId: '0af7651916cd43dd8448eb211c80319c', parentId: 'b7ad6b7169203331', sampled: true }
 * ```
 *
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function parseTraceparent(value: string): Traceparent | undefined {
  const [, version, traceId, parentId, flags] = TRACEPARENT.exec(value) ?? []
  if (traceId === undefined || parentId === undefined || flags === undefined) return undefined
  if (version === '00' && value.length !== LENGTH_OF_VERSION_0) return undefined
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED }
}

/** A place in a trace as a field value of version 00. */
export function formatTraceparent({ traceId, parentId, sampled }: Traceparent): string {
  return `00-${traceId}-${parentId}-${sampled ? '01' : '00'}`
}
