import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { fieldIn } from '../http/exchange.ts'
import { clientBehind, type ForwardedClient } from '../http/forwarded-client.ts'
import { unmapped } from '../http/syntax/ipv4-address.ts'
import type { TrustedProxies } from './trust-proxy-option.ts'

/** What `node:http` calls, with the client that the proxies in front tell of, where there are some. */
export type Listener = (incoming: IncomingMessage, outgoing: ServerResponse, client?: ForwardedClient) => void

/**
 * A listener that hears of the client from proxies that are trusted. Without such it stays as it is.
 *
 * @param isOnPath Whether it serves on a Unix socket. Its clients have no address; but nor has a connection that is closed.
 */
export function trusting(
  listener: Listener,
  proxies: TrustedProxies | undefined,
  isOnPath: boolean,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  // `node:http` gives two arguments.
  if (proxies === undefined || (isOnPath && !proxies.unix)) return listener
  /** Asked once for each connection: it costs as much as all the rest. */
  const peers = new WeakMap<Socket, boolean>()

  function isTrusted(socket: Socket, address: string | undefined): boolean {
    if (isOnPath) return true
    let known = peers.get(socket)
    if (known === undefined) {
      known = address !== undefined && (proxies as TrustedProxies).isTrusted(address)
      peers.set(socket, known)
    }
    return known
  }

  return (incoming, outgoing) => {
    const { socket, rawHeaders } = incoming
    const peer = socket.remoteAddress === undefined ? undefined : unmapped(socket.remoteAddress)
    if (!isTrusted(socket, peer)) return listener(incoming, outgoing)
    listener(
      incoming,
      outgoing,
      clientBehind((name) => fieldIn(rawHeaders, name), peer, proxies),
    )
  }
}
