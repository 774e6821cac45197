import { addressOfNode, parseForwarded } from './forwarded.ts'
import { MAX_LIST_MEMBERS } from './syntax/list.ts'
import { trimWhitespace } from './syntax/whitespace.ts'

/** A client as the proxies in front of the server tell of it. */
export interface ForwardedClient {
  /** `undefined` when the proxies do not know it, or what they say cannot be read. */
  readonly remoteAddress: string | undefined
  /** `undefined` when they do not say: then what holds for the connection counts. */
  readonly protocol: 'http' | 'https' | undefined
  /** As it was sent, and perhaps not to be read; `undefined` when they do not say: then `Host` counts. */
  readonly host: string | undefined
}

/** Which fields proxies write. Only one of the two is read: a proxy passes the other on as a client made it up. */
export type ForwardingFields = 'x-forwarded' | 'forwarded'

/** Whom to believe what. */
export interface BelievedProxies {
  readonly fields: ForwardingFields
  isTrusted(address: string): boolean
}

/**
 * The client behind a proxy that is trusted. Each proxy adds whom it got the request from, so the list is read from its
 * end: the first address that is no trusted proxy is the client, and what stands before it is the client's invention.
 *
 * @param header The fields of the request, by names in lower case.
 * @param peer The address of the proxy; `undefined` for a Unix socket.
 *
 * @see RFC 7239 §5, §8.1
 */
export function clientBehind(
  header: (name: string) => string | undefined,
  peer: string | undefined,
  { fields, isTrusted }: BelievedProxies,
): ForwardedClient {
  if (fields === 'forwarded') return readForwarded(header('forwarded'), peer, isTrusted)
  const hops = membersFromEnd(header('x-forwarded-for')).map(addressOfNode)
  const { address, at } = findClient(hops, peer, isTrusted)
  return {
    remoteAddress: address,
    protocol: toProtocol(memberOf(header('x-forwarded-proto'), at)),
    host: memberOf(header('x-forwarded-host'), at),
  }
}

const NOTHING_KNOWN: ForwardedClient = { remoteAddress: undefined, protocol: undefined, host: undefined }

function readForwarded(
  value: string | undefined,
  peer: string | undefined,
  isTrusted: BelievedProxies['isTrusted'],
): ForwardedClient {
  if (value === undefined) return { ...NOTHING_KNOWN, remoteAddress: peer }
  const elements = parseForwarded(value)?.toReversed()
  if (elements === undefined) return NOTHING_KNOWN
  const hops = elements.map((element) => addressOfNode(element.for ?? ''))
  const { address, at } = findClient(hops, peer, isTrusted)
  const element = elements[at]
  return {
    remoteAddress: address,
    protocol: toProtocol(element?.proto),
    host: element?.host || undefined,
  }
}

/**
 * @param hops Whom each proxy got the request from, beginning with the one nearest to the server.
 * @returns The client, and how many proxies there are between it and the one nearest to the server.
 */
function findClient(
  hops: readonly (string | undefined)[],
  peer: string | undefined,
  isTrusted: BelievedProxies['isTrusted'],
): { readonly address: string | undefined; readonly at: number } {
  for (const [at, address] of hops.entries()) {
    // Not the last address that was known: that is one of ours, and may be allowed what a client is not.
    if (at === MAX_LIST_MEMBERS) return { address: undefined, at }
    if (address === undefined || !isTrusted(address)) return { address, at }
  }
  // All are trusted: so is the first, which made the request itself.
  return { address: hops.length === 0 ? peer : hops.at(-1), at: Math.max(0, hops.length - 1) }
}

/** The members of a list without quoted strings, the last one first; empty ones count as absent. */
function membersFromEnd(value: string | undefined): readonly string[] {
  if (value === undefined) return []
  const members = value.split(',').map(trimWhitespace)
  return members.filter((member) => member !== '').reverse()
}

/** What the proxy next to the client says; where proxies replace the value instead of adding to it, the only one. */
function memberOf(value: string | undefined, at: number): string | undefined {
  const members = membersFromEnd(value)
  return members[Math.min(at, members.length - 1)]
}

function toProtocol(text: string | undefined): ForwardedClient['protocol'] {
  const scheme = text?.toLowerCase()
  return scheme === 'http' || scheme === 'https' ? scheme : undefined
}
