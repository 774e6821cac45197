import type { Socket } from 'node:net'
import { responseOn } from './refuse.ts'

// Not by `import`: that reads every export of the module, and one of them loads `fetch`. It takes 25 ms of
// a start.
const { Server } = process.getBuiltinModule('node:http')

/**
 * A server that closes idle connections without hurting others. The `closeIdleConnections` of `node:http`
 * cuts responses whose last bytes are still on their way to a slow client, and spares connections that
 * never sent a byte, for which a stop would wait in vain.
 */
export class GracefulServer extends Server {
  /** How many bytes had come over each connection when it was last looked at. */
  readonly #connections = new Map<Socket, number>()
  /** How many connections there have been. */
  accepted = 0

  /** To be called for each connection. */
  readonly watch = (socket: Socket): void => {
    this.accepted++
    this.#connections.set(socket, -1)
    socket.once('close', () => this.#connections.delete(socket))
  }

  /** Closes the connections over which nothing has come since the last call, and that owe no response. */
  override closeIdleConnections(): void {
    for (const [socket, before] of this.#connections) {
      if (responseOn(socket) === undefined && socket.bytesRead === before) socket.destroy()
      else this.#connections.set(socket, socket.bytesRead)
    }
  }
}
