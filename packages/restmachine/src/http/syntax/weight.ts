const QVALUE = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/

/**
 * How much a member of a list is wanted, from 0 (not at all) to 1, or `undefined` for anything else.
 *
 * ```abnf
 * qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )
 * ```
 *
 * @example
 * ```ts
 * parseWeight('0.25') // 0.25
 * parseWeight('2') // undefined
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.4.2
 */
export function parseWeight(value: string): number | undefined {
  return QVALUE.test(value) ? Number(value) : undefined
}

/**
 * A weight with as many decimals as it needs, at most three.
 *
 * @throws {RangeError} When `weight` is not within 0 and 1.
 */
export function formatWeight(weight: number): string {
  if (weight >= 0 && weight <= 1) return String(Number(weight.toFixed(3)))
  throw new RangeError(`Cannot format a weight: 0 to 1 is needed, got ${weight}`)
}
