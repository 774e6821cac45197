const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const IPV4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`)
const MAPPED = /^::ffff:(?=[\d.]+$)/i

/**
 * Whether `text` is an IPv4 address: four decimal numbers, none with a leading zero, which some read as octal.
 *
 * ```abnf
 * IPv4address = dec-octet "." dec-octet "." dec-octet "." dec-octet
 * ```
 *
 * @example
 * ```ts
 * isIPv4Address('192.0.2.1') // true
 * isIPv4Address('192.0.2.01') // false
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2
 */
export function isIPv4Address(text: string): boolean {
  return IPV4.test(text)
}

/**
 * An address without the mapping that a socket of both families gives to IPv4, so that one client has one name.
 *
 * @example
 * ```ts
 * unmapped('::ffff:192.0.2.1') // '192.0.2.1'
 * unmapped('2001:db8::1') // '2001:db8::1'
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2
 */
export function unmapped(address: string): string {
  return address.replace(MAPPED, '')
}
