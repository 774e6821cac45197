// A connection of a client that speaks HTTP/1.1 and counts what it gets to the byte.
import { type EventEmitter, once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Answered } from './soak-requests.ts'

/** Connects to the server. */
export async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  // A reset is a close; what had come before it counts.
  socket.on('error', () => undefined)
  return socket
}

/** Resolves when it is closed; `once` of `node:events` would throw what else befalls it. */
export function closed(what: EventEmitter): Promise<void> {
  return new Promise((resolve) => void what.once('close', () => resolve()))
}

/** One whole response, or `undefined` when the connection is closed before there is one. */
export function answerOn(socket: Socket): Promise<Answered | undefined> {
  return new Promise((resolve) => {
    let head: Head | undefined
    let pieces: string[] = []
    let length = 0

    function take(chunk: string): void {
      pieces.push(chunk)
      length += chunk.length
      if (head === undefined) {
        const text = pieces.join('')
        const end = text.indexOf('\r\n\r\n')
        if (end === -1) return
        head = readHead(text.slice(0, end))
        pieces = [text.slice(end + 4)]
        length -= end + 4
      }
      const isWhole = head.length === undefined ? hasLastChunk(pieces) : length >= head.length
      if (isWhole) finish({ ...head, body: bodyOf(head, pieces.join('')) })
    }
    const fail = (): void => finish(undefined)
    function finish(answer: Answered | undefined): void {
      socket.off('data', take).off('close', fail)
      resolve(answer)
    }
    socket.setEncoding('latin1').on('data', take).once('close', fail)
    if (socket.destroyed) fail()
  })
}

interface Head extends Omit<Answered, 'body'> {
  /** How much content there is; `undefined` where it comes in chunks. */
  readonly length: number | undefined
}

function readHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n')
  const fields: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    fields[line.slice(0, colon).toLowerCase()] = line.slice(colon + 2)
  }
  const status = Number(first.slice(9, 12))
  const isEmpty = status === 204 || status === 304
  const isChunked = fields['transfer-encoding'] === 'chunked'
  return { status, fields, length: isEmpty ? 0 : isChunked ? undefined : Number(fields['content-length']) }
}

function hasLastChunk(pieces: readonly string[]): boolean {
  const end = '0\r\n\r\n'
  return pieces.slice(-end.length).join('').endsWith(end)
}

function bodyOf({ length }: Head, text: string): string {
  if (length !== undefined) return text
  const chunks: string[] = []
  for (let at = 0; ; ) {
    const line = text.indexOf('\r\n', at)
    const size = Number.parseInt(text.slice(at, line), 16)
    if (!(size > 0)) return chunks.join('')
    chunks.push(text.slice(line + 2, line + 2 + size))
    at = line + 2 + size + 2
  }
}
