import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const HEAD = 'Host: here\r\n'
const UPLOAD = 200_000

/** What a client may ask; an upload comes in two parts, with a pause. */
export const REQUESTS = {
  short: [`GET / HTTP/1.1\r\n${HEAD}\r\n`],
  // Over a connection of its own each time.
  fresh: [`GET / HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`],
  long: [`GET /wait/150 HTTP/1.1\r\n${HEAD}\r\n`],
  stream: [`GET /stream/150 HTTP/1.1\r\n${HEAD}\r\n`],
  upload: [
    `POST /size HTTP/1.1\r\n${HEAD}Content-Type: a/b\r\nContent-Length: ${UPLOAD}\r\n\r\n${'x'.repeat(UPLOAD / 2)}`,
    'x'.repeat(UPLOAD / 2),
  ],
} as const

export type Kind = keyof typeof REQUESTS

/** What became of the requests of a load. */
export interface Load {
  answered: number
  /** Those on connections that were there, and to which no whole response with a 2xx came. */
  readonly failed: string[]
  /** Connections that could not be had. */
  refused: number
  /** Ends when every client has its last answer. */
  stop(): Promise<void>
}

/** Clients that ask one thing after another over connections that they keep, until they are told to close. */
export function load(port: number, kinds: readonly Kind[], pause = 0): Load {
  let isOver = false
  const clients: Promise<void>[] = []
  const result: Load = {
    answered: 0,
    failed: [],
    refused: 0,
    async stop() {
      isOver = true
      await Promise.all(clients)
    },
  }

  async function client(kind: Kind): Promise<void> {
    while (!isOver) {
      const socket = connect(port, '127.0.0.1')
      try {
        await once(socket, 'connect')
      } catch {
        result.refused++
        await later(20)
        continue
      }
      await askOver(socket, kind)
      socket.destroy()
    }
  }

  async function askOver(socket: Socket, kind: Kind): Promise<void> {
    socket.on('error', () => undefined)
    while (!isOver) {
      const answer = answerOn(socket)
      const [first, second] = REQUESTS[kind]
      socket.write(first)
      if (second !== undefined) {
        await later(20)
        socket.write(second)
      }
      const text = await answer
      if (/^HTTP\/1\.1 2/.test(text)) result.answered++
      else result.failed.push(`${kind}: ${JSON.stringify(text.slice(0, 60))}`)
      if (!/^HTTP\/1\.1 2/.test(text) || /\r\nconnection: close\r\n/i.test(text)) return
      if (pause > 0) await later(pause)
    }
  }

  for (const kind of kinds) clients.push(client(kind))
  return result
}

/** One whole response, or what had come of it when the connection was closed. */
function answerOn(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1')
      if (isWhole(text)) finish(text)
    }
    const fail = (): void => finish(isWhole(text) ? text : `broken off: ${text}`)
    function finish(what: string): void {
      socket.off('data', take).off('close', fail)
      resolve(what)
    }
    socket.on('data', take).once('close', fail)
    if (socket.destroyed) fail()
  })
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return false
  const [, length] = /\r\ncontent-length: (\d+)\r\n/i.exec(text.slice(0, end + 2)) ?? []
  if (length !== undefined) return text.length >= end + 4 + Number(length)
  return text.endsWith('\r\n0\r\n\r\n')
}

export function later(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time))
}
