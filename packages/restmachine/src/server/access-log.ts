import type { IncomingMessage, ServerResponse } from 'node:http'
import { fieldIn } from '../http/exchange.ts'
import type { ForwardedClient } from '../http/forwarded-client.ts'
import { unmapped } from '../http/syntax/ipv4-address.ts'
import { formatterOf } from './access-log-format.ts'
import { type AccessLogOption, type AccessLogOptions, readAccessLog } from './access-log-option.ts'
import {
  createFileWriter,
  createFunctionWriter,
  createOutputWriter,
  type LineWriter,
} from './access-log-writer.ts'
import type { Listener } from './trust-proxy.ts'

type Report = (message: string, error: unknown) => void

/** An access log that is open. */
export interface AccessLog {
  /** A listener that answers as `listener` does, and whose requests are told. */
  around(listener: Listener): Listener
  /** Writes what is left. */
  close(): Promise<void>
}

const NO_LOG: AccessLog = { around: (listener) => listener, close: async () => undefined }

/** What nginx writes for a client that left before there was an answer. */
const CLIENT_LEFT = 499

/**
 * Opens the access log that an option asks for. Without one the listener stays as it is.
 *
 * @throws {Error} When the option cannot be read, or the file cannot be opened.
 */
export function openAccessLog(option: AccessLogOption, report: Report): AccessLog {
  const read = readAccessLog(option)
  if (read === undefined) return NO_LOG
  const { format = 'combined', write } = read
  const toLine = formatterOf(format)
  const writer = writerTo(write, report)

  function tell(told: Told, incoming: IncomingMessage, outgoing: ServerResponse): void {
    try {
      const { headers, method = '', url = '', httpVersion } = incoming
      const entry = {
        time: new Date(told.time),
        remoteAddress: told.remoteAddress,
        method,
        target: url,
        httpVersion,
        status: outgoing.headersSent ? outgoing.statusCode : CLIENT_LEFT,
        bytes: told.bytes,
        duration: Math.round((performance.now() - told.begin) * 10) / 10,
        complete: outgoing.writableFinished,
        requestId: told.requestId,
        referer: headers.referer,
        userAgent: headers['user-agent'],
      }
      writer.add(toLine(entry))
    } catch (error) {
      // A format of the user's own: the request is not to suffer from it.
      report('The access log has a format that failed', error)
    }
  }

  return {
    close: () => writer.close(),
    around: (listener) => (incoming, outgoing, client) => {
      const told = watch(incoming, outgoing, client)
      onceOver(incoming, outgoing, () => tell(told, incoming, outgoing))
      listener(incoming, outgoing, client)
    },
  }
}

/** What has to be noted while the response is on its way. */
interface Told {
  readonly time: number
  readonly begin: number
  /** Read at once: a connection that is closed has none. */
  readonly remoteAddress: string | undefined
  bytes: number
  requestId: string | undefined
}

/** Notes what goes out. `node:http` counts only for whole connections, and keeps no fields that came as a list. */
function watch(
  { socket }: IncomingMessage,
  outgoing: ServerResponse,
  client: ForwardedClient | undefined,
): Told {
  const { remoteAddress } = client ?? socket
  const told: Told = {
    time: Date.now(),
    begin: performance.now(),
    remoteAddress: remoteAddress && unmapped(remoteAddress),
    bytes: 0,
    requestId: undefined,
  }
  const { writeHead, write, end } = outgoing
  outgoing.writeHead = function noteHead(this: ServerResponse, ...given: unknown[]): ServerResponse {
    const fields = given.at(-1)
    if (Array.isArray(fields)) told.requestId = fieldIn(fields as string[], 'x-request-id')
    return Reflect.apply(writeHead, this, given)
  }
  outgoing.write = function noteChunk(this: ServerResponse, ...given: unknown[]): boolean {
    told.bytes += sizeOf(given[0])
    return Reflect.apply(write, this, given)
  } as ServerResponse['write']
  outgoing.end = function noteEnd(this: ServerResponse, ...given: unknown[]): ServerResponse {
    const { bytes } = told
    const ended = Reflect.apply(end, this, given)
    // HTTP/2 ends by a call of `write`, HTTP/1.1 does not.
    if (told.bytes === bytes) told.bytes += sizeOf(given[0])
    return ended
  } as ServerResponse['end']
  return told
}

function sizeOf(chunk: unknown): number {
  if (typeof chunk === 'string') return Buffer.byteLength(chunk)
  return chunk instanceof Uint8Array ? chunk.length : 0
}

/** Calls back once, when the last byte is out or the client has left. */
function onceOver({ socket }: IncomingMessage, outgoing: ServerResponse, callback: () => void): void {
  function call(): void {
    outgoing.off('close', call)
    socket.off('close', call)
    callback()
  }
  outgoing.on('close', call)
  // A response that waits behind another does not always hear that the connection is closed.
  if (outgoing.socket === null) socket.setMaxListeners(0).on('close', call)
}

function writerTo(write: AccessLogOptions['write'], report: Report): LineWriter {
  if (write === undefined || write === '-') return createOutputWriter(report)
  if (typeof write === 'function') return createFunctionWriter(write, report)
  try {
    return createFileWriter(write, report)
  } catch (error) {
    throw new Error(`Cannot serve: the access log ${write} cannot be opened: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
