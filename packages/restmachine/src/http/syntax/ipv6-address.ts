import { isIPv4Address } from './ipv4-address.ts'

const GROUP = /^[0-9a-f]{1,4}$/i

/**
 * Whether `text` is an IPv6 address, without brackets and without a zone.
 *
 * ```abnf
 * IPv6address = 6( h16 ":" ) ls32 / "::" 5( h16 ":" ) ls32 / …
 * h16         = 1*4HEXDIG
 * ls32        = ( h16 ":" h16 ) / IPv4address
 * ```
 *
 * @example
 * ```ts
 * isIPv6Address('::ffff:192.0.2.1') // true
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2
 */
export function isIPv6Address(text: string): boolean {
  const [head = '', tail, third] = text.split('::')
  if (third !== undefined) return false
  if (tail === undefined) return countGroups(head, true) === 8
  return countGroups(head, false) + countGroups(tail, true) < 8
}

/** How many groups of 16 bits `text` has, or `NaN` when it has anything else. */
function countGroups(text: string, mayEndInIPv4: boolean): number {
  if (text === '') return 0
  const groups = text.split(':')
  const endsInIPv4 = mayEndInIPv4 && isIPv4Address(groups.at(-1) ?? '')
  const hexadecimal = endsInIPv4 ? groups.slice(0, -1) : groups
  if (!hexadecimal.every((group) => GROUP.test(group))) return Number.NaN
  return groups.length + (endsInIPv4 ? 1 : 0)
}
