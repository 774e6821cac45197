import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { bareProblem, PROBLEM_TYPE } from '../adapters/bare-problem.ts'
import { LINGER_TIME } from '../adapters/node.ts'
import { titleOf } from '../http/status.ts'

/** What `node:http` could not take, by the code of its error. */
const REFUSALS: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The header fields have too many bytes'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunk extensions have too many bytes'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time'],
}
const UNREADABLE = [400, 'The message cannot be read as HTTP/1.1'] as const
const UNKNOWN_METHOD = [501, 'The method is not known here'] as const

/** What `node:http` tells of a message that it could not take. */
interface Unreadable extends NodeJS.ErrnoException {
  readonly reason?: string
  /** How far it could be read. */
  readonly bytesParsed?: number
  /** What came together with it, and before it. */
  readonly rawPacket?: Buffer
}

/** The response that a connection owes; `node:http` tells it nowhere else. */
export function responseOn(socket: Duplex): ServerResponse | undefined {
  return (socket as { readonly _httpMessage?: ServerResponse | null })._httpMessage ?? undefined
}

/**
 * Makes what answers to `clientError`: a problem, after the responses to the requests before. The
 * connection is closed, because where the next message begins cannot be known.
 */
export function refuserOfUnreadable(): (error: Unreadable, socket: Duplex) => void {
  // The parser fails again on whatever still comes.
  const known = new WeakSet<Duplex>()

  return (error, socket) => {
    if (known.has(socket)) return
    known.add(socket)

    function settle(): void {
      const owed = responseOn(socket)
      // A connection on which nothing was asked is closed without a word.
      const isSilent = (socket as Socket).bytesRead === 0
      if (!socket.writable || isSilent) socket.destroy(error)
      else if (owed?.req.complete === true) owed.once('close', settle)
      else if (owed?.headersSent === true) part(socket)
      else refuse(socket, ...refusalOf(error))
    }
    settle()
  }
}

function refusalOf(error: Unreadable): readonly [status: number, detail: string] {
  const { code = '', reason = '' } = error
  if (code === 'HPE_INVALID_METHOD' && isMethodAlone(error)) return UNKNOWN_METHOD
  // What the parser knows of other protocols, such as DESCRIBE.
  if (code === 'HPE_INVALID_CONSTANT' && reason.startsWith('Invalid method')) return UNKNOWN_METHOD
  return REFUSALS[code] ?? UNREADABLE
}

const TOKEN_CHARACTER = /[!#$%&'*+.^`|~\w-]/
const REQUEST_LINE = /^[!#$%&'*+.^`|~\w-]+ \S+ HTTP\/1\.[01]\r?\n/

/** Whether a message is one of HTTP/1.1, but for its method: `node:http` takes only those it knows (RFC 9110 §9.1). */
function isMethodAlone({ rawPacket, bytesParsed = 0 }: Unreadable): boolean {
  const text = rawPacket?.toString('latin1') ?? ''
  let start = bytesParsed
  while (TOKEN_CHARACTER.test(text.charAt(start - 1))) start--
  return REQUEST_LINE.test(text.slice(start))
}

/** Answers CONNECT. `node:http` lets go of its connection, so that responses before it have no way out any more. */
export function refuseTunnel(socket: Duplex): void {
  if (responseOn(socket) === undefined) refuse(socket, 501, 'CONNECT is for proxies')
  else socket.destroy()
}

/** Answers on a bare connection, and closes it. */
function refuse(socket: Duplex, status: number, detail: string): void {
  const body = bareProblem(status, detail)
  const head = [
    `HTTP/1.1 ${status} ${titleOf(status)}`,
    `Date: ${new Date().toUTCString()}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  part(socket, `${head.join('\r\n')}\r\n\r\n${body}`)
}

/** Sends what is written, and closes the connection once the client has had the time to read it (RFC 9112 §9.6). */
function part(socket: Duplex, lastWords = ''): void {
  const timer = setTimeout(() => socket.destroy(), LINGER_TIME)
  socket.once('close', () => clearTimeout(timer))
  socket.on('error', () => undefined)
  socket.resume()
  socket.end(lastWords)
}
