import type { Exchange } from './exchange.ts'
import { isIPv6Address } from './syntax/ipv6-address.ts'

/** The authority that a request is meant for. */
export interface Host {
  /** In lower case; an IPv6 address keeps its brackets. */
  readonly host: string
  /** `undefined` when the default port of the scheme is meant. */
  readonly port: number | undefined
}

// The commonest limit of names (RFC 3986 §3.2.2), a colon and a port.
const MAX_LENGTH = 255 + 6
const MAX_PORT = 65535

const HOST = /^(?:\[([0-9a-f:.]+)\]|((?:[0-9a-z\-._~!$&'()*+;=]|%[0-9a-f]{2})+))(?::(\d*))?$/i

/**
 * Reads the value of `Host`; `undefined` for everything else, such as user information, a path or a
 * second host. The grammar allows a comma in a name, but no name has one, and two joined lines do.
 *
 * ```abnf
 * Host     = uri-host [ ":" port ]
 * uri-host = IP-literal / IPv4address / reg-name
 * reg-name = *( unreserved / pct-encoded / sub-delims )
 * port     = *DIGIT
 * ```
 *
 * @example
 * ```ts
 * parseHost('Example.com:8080') // { host: 'example.com', port: 8080 }
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.2
 */
export function parseHost(value: string): Host | undefined {
  if (value.length > MAX_LENGTH) return undefined
  const [, address, name, digits] = HOST.exec(value) ?? []
  const host = name ?? (address !== undefined && isIPv6Address(address) ? `[${address}]` : undefined)
  const port = digits ? Number(digits) : undefined
  if (host === undefined || (port !== undefined && port > MAX_PORT)) return undefined
  return { host: host.toLowerCase(), port }
}

/** The host that a request is meant for, as it was sent; empty when it names none, as in HTTP/1.0. */
export function hostOf(exchange: Exchange): string {
  return exchange.header('host') ?? ''
}
