import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** The types of frames (RFC 9113 §6). */
export const DATA = 0
export const HEADERS = 1
export const PRIORITY = 2
export const RST_STREAM = 3
export const SETTINGS = 4
export const PUSH_PROMISE = 5
export const PING = 6
export const GOAWAY = 7
export const WINDOW_UPDATE = 8
export const CONTINUATION = 9

/** Of HEADERS and DATA; of SETTINGS and PING the first is ACK. */
export const END_STREAM = 1
const END_HEADERS = 4

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
const SETTINGS_HEADER_TABLE_SIZE = 1
const SETTINGS_INITIAL_WINDOW_SIZE = 4

/** A frame that has come. */
export interface Frame {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly payload: Buffer
}

/** A field, in the order it is sent. */
export type Field = readonly [name: string, value: string]

/** What a request may have, with what is to be different. */
export function fields(other: Readonly<Record<string, string>> = {}): readonly Field[] {
  const usual = { ':method': 'GET', ':scheme': 'http', ':authority': 'here.example', ':path': '/' }
  return Object.entries({ ...usual, ...other })
}

/** A client of HTTP/2 that sends exactly what it is told to: wrong frames, too. */
export class Frames {
  readonly socket: Socket
  readonly frames: Frame[] = []
  isClosed = false
  #rest = Buffer.alloc(0)
  readonly #waiting = new Set<() => void>()

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('error', () => undefined)
    for (const event of ['end', 'close'] as const) {
      socket.on(event, () => {
        this.isClosed = true
        this.#change()
      })
    }
  }

  /** Connects, and says the preface. */
  static async open(port: number, windowSize = 65_535): Promise<Frames> {
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    await once(socket, 'connect')
    return Frames.over(socket, windowSize)
  }

  /** Says the preface on a connection that there is. */
  static over(socket: Socket, windowSize = 65_535): Frames {
    const client = new Frames(socket)
    socket.write(PREFACE)
    // Without a table the head of a response can be read without a memory.
    const table = setting(SETTINGS_HEADER_TABLE_SIZE, 0)
    client.send(SETTINGS, 0, 0, Buffer.concat([table, setting(SETTINGS_INITIAL_WINDOW_SIZE, windowSize)]))
    return client
  }

  send(type: number, flags: number, stream: number, payload: Uint8Array | string = ''): this {
    this.socket.write(frame(type, flags, stream, payload))
    return this
  }

  /** Sends a head; it ends the stream unless it is told not to. */
  ask(stream: number, head: readonly Field[], ends = true): this {
    return this.send(HEADERS, END_HEADERS | (ends ? END_STREAM : 0), stream, block(head))
  }

  /** The frames of a stream that have come, of one type. */
  of(stream: number, type: number): readonly Frame[] {
    return this.frames.filter((each) => each.stream === stream && each.type === type)
  }

  /** The statuses that have come on a stream, those of interim responses, too. */
  statuses(stream: number): readonly number[] {
    return this.of(stream, HEADERS).map(({ payload }) => statusIn(payload))
  }

  /** The content that has come on a stream. */
  text(stream: number): string {
    return Buffer.concat(this.of(stream, DATA).map(({ payload }) => payload)).toString()
  }

  /** What became of a stream: the status of its response, the error it was reset with, or the one of the connection. */
  async outcome(stream: number): Promise<string> {
    await this.until(() => this.isClosed || this.isOver(stream) || this.of(0, GOAWAY).some(isError))
    const goaway = this.of(0, GOAWAY).find(isError)
    const [reset] = this.of(stream, RST_STREAM)
    const status = this.statuses(stream).at(-1)
    if (status !== undefined && reset === undefined && this.isOver(stream)) return String(status)
    const told = status === undefined ? '' : `${status} `
    if (reset !== undefined) return `${told}reset ${reset.payload.readUInt32BE(0)}`
    return goaway === undefined ? `${told}closed` : `${told}goaway ${goaway.payload.readUInt32BE(4)}`
  }

  /** Whether the server has ended a stream. */
  isOver(stream: number): boolean {
    const ends = (each: Frame): boolean =>
      each.type === RST_STREAM || (isContent(each) && (each.flags & 1) === 1)
    return this.frames.some((each) => each.stream === stream && ends(each))
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.isClosed) throw new Error('The connection was closed')
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve)
      })
    }
  }

  async closed(): Promise<void> {
    await this.until(() => this.isClosed)
  }

  #change(): void {
    for (const tell of this.#waiting) tell()
    this.#waiting.clear()
  }

  #take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    while (this.#rest.length >= 9) {
      const end = 9 + this.#rest.readUIntBE(0, 3)
      if (this.#rest.length < end) break
      const [type = 0, flags = 0] = this.#rest.subarray(3, 5)
      const stream = this.#rest.readUInt32BE(5) & 0x7fffffff
      this.frames.push({ type, flags, stream, payload: Buffer.from(this.#rest.subarray(9, end)) })
      // Who does not acknowledge settings is not told with fields of that size.
      if (type === SETTINGS && flags === 0) this.send(SETTINGS, 1, 0)
      this.#rest = this.#rest.subarray(end)
    }
    this.#change()
  }
}

function isContent({ type }: Frame): boolean {
  return type === DATA || type === HEADERS
}

function isError({ payload }: Frame): boolean {
  return payload.readUInt32BE(4) !== 0
}

function frame(type: number, flags: number, stream: number, payload: Uint8Array | string): Buffer {
  const content = Buffer.from(payload as string, 'latin1')
  const head = Buffer.alloc(9)
  head.writeUIntBE(content.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, content])
}

function setting(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(6)
  bytes.writeUInt16BE(id, 0)
  bytes.writeUInt32BE(value, 2)
  return bytes
}

/** Fields as literals without indexing, whose names are literals, too (RFC 7541 §6.2.2). */
export function block(head: readonly Field[]): Buffer {
  return Buffer.concat(head.flatMap(([name, value]) => [Buffer.of(0), literal(name), literal(value)]))
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1')
  return Buffer.concat([integer(bytes.length), bytes])
}

/** A length with a prefix of seven bits (RFC 7541 §5.1). */
function integer(value: number): Buffer {
  if (value < 127) return Buffer.of(value)
  const bytes = [127]
  let left = value - 127
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128)
  return Buffer.from([...bytes, left])
}

/** The statuses of the static table (RFC 7541 Appendix A). */
const INDEXED: Readonly<Record<number, number>> = {
  136: 200,
  137: 204,
  138: 206,
  139: 304,
  140: 400,
  141: 404,
  142: 500,
}

/** The status of a response, which is its first field. */
function statusIn(payload: Buffer): number {
  let at = 0
  // A change of the size of the table may come first (RFC 7541 §6.3).
  while (((payload[at] ?? 0) & 0xe0) === 0x20) at++
  const indexed = INDEXED[payload[at] ?? 0]
  if (indexed !== undefined) return indexed
  const length = payload[at + 1] ?? 0
  const value = payload.subarray(at + 2, at + 2 + (length & 0x7f))
  return Number((length & 0x80) === 0 ? value.toString() : digitsIn(value))
}

/** Digits in the code of Huffman (RFC 7541 Appendix B): 0 to 2 have five bits, the others six. */
function digitsIn(value: Buffer): string {
  let bits = Array.from(value, (byte) => byte.toString(2).padStart(8, '0')).join('')
  let digits = ''
  while (digits.length < 3) {
    const short = Number.parseInt(bits.slice(0, 5), 2)
    const isShort = short < 3
    digits += isShort ? short : Number.parseInt(bits.slice(0, 6), 2) - 22
    bits = bits.slice(isShort ? 5 : 6)
  }
  return digits
}
