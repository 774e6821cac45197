import cluster from 'node:cluster'
import { once } from 'node:events'
import { lstatSync, unlinkSync } from 'node:fs'
import { connect, type Server } from 'node:net'
import type { ServeSettings } from './settings.ts'

/** Where a server listens. */
export type ListenSettings = Pick<ServeSettings, 'port' | 'host' | 'unix' | 'backlog' | 'tls'>

/**
 * Makes a server listen.
 *
 * @throws {Error} When the address cannot be had.
 */
export async function listen(server: Server, settings: ListenSettings): Promise<void> {
  const { port, host, unix, backlog } = settings
  const where = unix === '' ? `${host}:${port}` : unix
  // Of several processes on one socket, the first one has done this for all.
  if (unix !== '' && !cluster.isWorker) await freeSocket(unix)
  try {
    server.listen(unix === '' ? { port, host, backlog } : { path: unix, backlog })
    await once(server, 'listening')
  } catch (cause) {
    const error = cause as NodeJS.ErrnoException
    throw new Error(`Cannot serve on ${where}: ${unix === '' ? describe(error) : describePath(error)}`, {
      cause,
    })
  }
}

/** Where a server that listens can be asked. */
export function addressOf(
  server: Server,
  { host, unix, tls }: ListenSettings,
): { url: string; port: number } {
  const address = server.address()
  if (unix !== '' || address === null || typeof address === 'string') return { url: `unix:${unix}`, port: 0 }
  const { port } = address
  return { url: `http${tls ? 's' : ''}://${host.includes(':') ? `[${host}]` : host}:${port}`, port }
}

/**
 * Takes away the socket that a server left behind when it was killed.
 *
 * @throws {Error} When a server answers there, or it is no socket.
 */
export async function freeSocket(path: string): Promise<void> {
  const seen = lstatSync(path, { throwIfNoEntry: false })
  if (seen === undefined) return
  if (!seen.isSocket())
    throw new Error(`Cannot serve on ${path}: it is no socket; move it away, or choose another path`)
  const error = await faultOfConnecting(path)
  if (error === undefined)
    throw new Error(`Cannot serve on ${path}: another server answers there; stop it, or choose another path`)
  if (error.code === 'ECONNREFUSED') unlinkSync(path)
  // ENOENT: it has just been taken away. What else there is, listening will tell.
}

function faultOfConnecting(path: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(undefined)
    })
    socket.once('error', resolve)
  })
}

function describe({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'the port is in use; choose another one, or 0 for a free one'
    case 'EACCES':
      return 'not permitted; use a port from 1024'
    case 'EADDRNOTAVAIL':
      return 'this machine does not have the address'
    case 'ENOTFOUND':
      return 'no address is known by this name'
    default:
      return message
  }
}

function describePath({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'another server answers there; stop it, or choose another path'
    // What node says of a folder that does not exist, too.
    case 'EACCES':
      return 'not permitted, or there is no such folder'
    case 'EINVAL':
    case 'ENAMETOOLONG':
      return 'the path is too long for a socket, which has room for 107 bytes, or 103 on macOS'
    default:
      return message
  }
}
