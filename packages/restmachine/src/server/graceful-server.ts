import type { RequestListener, Server, ServerOptions } from 'node:http'
import type { ServerOptions as TlsServerOptions } from 'node:https'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { onceSpoken } from './http2-preface.ts'
import { responseOn } from './refuse.ts'

/**
 * A server that closes idle connections without hurting others. The `closeIdleConnections` of `node:http`
 * cuts responses whose last bytes are still on their way to a slow client, and spares connections that
 * never sent a byte, for which a stop would wait in vain.
 */
export interface GracefulServer extends Server {
  /** How many connections there have been. */
  readonly accepted: number
}

/** Whoever takes the connections on which HTTP/2 is spoken. */
export type TakeHttp2 = (socket: Socket) => void

/**
 * Makes such a server, an encrypted one when there is what that takes.
 *
 * @param takeHttp2 What speaks HTTP/2, on the same port; without it HTTP/1.1 alone is spoken.
 */
export function createGracefulServer(
  options: ServerOptions,
  listener: RequestListener,
  tls: TlsServerOptions | undefined,
  takeHttp2?: TakeHttp2,
): GracefulServer {
  /** How many bytes had come over each connection when it was last looked at. */
  const connections = new Map<Socket, number>()
  /** Those of HTTP/2, which close themselves when the server stops. */
  const sessions = new Set<Socket>()

  function watch(socket: Socket): void {
    connections.set(socket, -1)
    socket.once('close', () => connections.delete(socket))
  }

  const server = Object.assign(createServer(options, listener, tls), {
    accepted: 0,

    /** Closes the connections over which nothing has come since the last call, and that owe no response. */
    closeIdleConnections(): void {
      for (const [socket, before] of connections) {
        // Whose response comes to its end between two looks may be about to ask again.
        if (responseOn(socket) !== undefined) connections.set(socket, -1)
        else if (socket.bytesRead === before) socket.destroy()
        else connections.set(socket, socket.bytesRead)
      }
    },

    /** Closes those, too, that are still agreeing on a key. */
    closeAllConnections(): void {
      for (const socket of connections.keys()) socket.destroy()
      for (const socket of sessions) socket.destroy()
    },
  })

  server.on('connection', (socket: Socket) => {
    server.accepted++
    watch(socket)
  })
  // What is asked and owed is known by the socket that stands before the one on the wire.
  server.on('secureConnection', (socket: Socket & { readonly _parent?: Socket }) => {
    if (socket._parent !== undefined) connections.delete(socket._parent)
    watch(socket)
  })
  if (takeHttp2 !== undefined) {
    const take = (socket: Socket): void => {
      connections.delete(socket)
      sessions.add(socket)
      socket.once('close', () => sessions.delete(socket))
      takeHttp2(socket)
    }
    shareConnections(server, tls !== undefined, options.headersTimeout ?? 0, take)
  }
  return server
}

/** Gives the connections to `take` on which HTTP/2 is spoken (RFC 9113 §3.2, §3.3). */
function shareConnections(server: Server, isEncrypted: boolean, time: number, take: TakeHttp2): void {
  const event = isEncrypted ? 'secureConnection' : 'connection'
  // The first is that of `node:http`; all others only watch.
  const [takeHttp1, ...others] = server.listeners(event) as ((socket: Socket) => void)[]
  server.removeAllListeners(event)
  for (const other of others) server.on(event, other)
  server.on(event, (socket: Socket) => {
    const choose = (isHttp2: boolean): void => (isHttp2 ? take(socket) : takeHttp1?.call(server, socket))
    if (isEncrypted) choose((socket as TLSSocket).alpnProtocol === 'h2')
    else onceSpoken(socket, time, choose)
  })
}

// Not by `import`: that reads every export of the module, and one of them loads `fetch`. It takes 25 ms of
// a start.
function createServer(
  options: ServerOptions,
  listener: RequestListener,
  tls: TlsServerOptions | undefined,
): Server {
  if (tls === undefined) return process.getBuiltinModule('node:http').createServer(options, listener)
  return process.getBuiltinModule('node:https').createServer({ ...options, ...tls }, listener)
}
