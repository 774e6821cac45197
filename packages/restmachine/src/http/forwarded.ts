import { isIPv4Address, unmapped } from './syntax/ipv4-address.ts'
import { isIPv6Address } from './syntax/ipv6-address.ts'
import { splitList } from './syntax/list.ts'
import { formatParameters, parseParameters } from './syntax/parameters.ts'

/** What one proxy tells of a request that it passed on. */
export interface ForwardedElement {
  /** Who made the request: an address, perhaps with a port, `unknown`, or a word with `_` in front. */
  readonly for?: string | undefined
  /** Where the proxy got it. */
  readonly by?: string | undefined
  /** The `Host` that came with it. */
  readonly host?: string | undefined
  /** The scheme that it was made with. */
  readonly proto?: string | undefined
}

const NAMES = ['for', 'by', 'host', 'proto'] as const

/**
 * Reads the value of `Forwarded`, the proxy nearest to the client first; `undefined` when it cannot be read to its
 * end. Parameters that the standard does not know are passed over.
 *
 * ```abnf
 * Forwarded         = 1#forwarded-element
 * forwarded-element = [ forwarded-pair ] *( ";" [ forwarded-pair ] )
 * forwarded-pair    = token "=" ( token / quoted-string )
 * ```
 *
 * @example
 * ```ts
 * parseForwarded('for=192.0.2.1;proto=https, for=_a') // [{ for: '192.0.2.1', proto: 'https' }, { for: '_a' }]
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc7239#section-4
 */
export function parseForwarded(value: string): readonly ForwardedElement[] | undefined {
  const elements: ForwardedElement[] = []
  for (const member of splitList(value) ?? ['unreadable']) {
    const pairs = parseParameters(`;${member}`, 0)
    if (pairs === undefined) return undefined
    elements.push(
      Object.fromEntries(NAMES.flatMap((name) => (pairs.has(name) ? [[name, pairs.get(name)]] : []))),
    )
  }
  return elements.length === 0 ? undefined : elements
}

/**
 * The value of `Forwarded` that says this.
 *
 * @throws {TypeError} When a text has a character that no field may carry.
 *
 * @example
 * ```ts
 * formatForwarded([{ for: '[2001:db8::7]:80', proto: 'http' }]) // 'for="[2001:db8::7]:80";proto=http'
 * ```
 */
export function formatForwarded(elements: readonly ForwardedElement[]): string {
  return elements.map(formatElement).join(', ')
}

function formatElement(element: ForwardedElement): string {
  const pairs = new Map<string, string>()
  for (const name of NAMES) {
    const text = element[name]
    if (text !== undefined) pairs.set(name, text)
  }
  return formatParameters(pairs).slice(1)
}

const NODE = /^(?:\[([\da-f:.]+)\]|([\d.]+))(?::(?:\d{1,5}|_[\w.-]+))?$/i

/**
 * The address that a node has, in lower case and without its port; `undefined` when it is `unknown`, hidden behind a
 * word, or unreadable. An IPv6 address may come without brackets, as `X-Forwarded-For` has it.
 *
 * ```abnf
 * node     = nodename [ ":" node-port ]
 * nodename = IPv4address / "[" IPv6address "]" / "unknown" / obfnode
 * ```
 *
 * @example
 * ```ts
 * addressOfNode('192.0.2.1:47011') // '192.0.2.1'
 * addressOfNode('_hidden') // undefined
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc7239#section-6
 */
export function addressOfNode(node: string): string | undefined {
  const [, bracketed, plain] = NODE.exec(node) ?? []
  if (plain !== undefined) return isIPv4Address(plain) ? plain : undefined
  const address = bracketed ?? node
  return isIPv6Address(address) ? unmapped(address.toLowerCase()) : undefined
}
