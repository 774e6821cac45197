import type { RequestListener, Server, ServerOptions } from 'node:http'
import type { ServerOptions as TlsServerOptions } from 'node:https'
import type { Socket } from 'node:net'
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

/** Makes such a server, an encrypted one when there is what that takes. */
export function createGracefulServer(
  options: ServerOptions,
  listener: RequestListener,
  tls: TlsServerOptions | undefined,
): GracefulServer {
  /** How many bytes had come over each connection when it was last looked at. */
  const connections = new Map<Socket, number>()

  function watch(socket: Socket): void {
    connections.set(socket, -1)
    socket.once('close', () => connections.delete(socket))
  }

  const server = Object.assign(createServer(options, listener, tls), {
    accepted: 0,

    /** Closes the connections over which nothing has come since the last call, and that owe no response. */
    closeIdleConnections(): void {
      for (const [socket, before] of connections) {
        if (responseOn(socket) === undefined && socket.bytesRead === before) socket.destroy()
        else connections.set(socket, socket.bytesRead)
      }
    },

    /** Closes those, too, that are still agreeing on a key. */
    closeAllConnections(): void {
      for (const socket of connections.keys()) socket.destroy()
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
  return server
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
