import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A response as it came over the wire. */
export interface WireResponse {
  readonly status: number
  readonly reason: string
  /** Names in lower case, in the order they came. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
  header(name: string): string | undefined
  json(): Record<string, unknown>
}

/** A connection of a client that says exactly what it is told to, and reads exactly what comes. */
export class Wire {
  readonly socket: Socket
  /** Whether the server has closed its side. */
  isEnded = false
  #chunks: Buffer[] = []
  #length = 0
  #changed: () => void = () => undefined

  private constructor(socket: Socket) {
    this.socket = socket
    const change = (): void => this.#changed()
    socket.on('data', (chunk) => {
      this.#chunks.push(chunk)
      this.#length += chunk.length
      change()
    })
    for (const event of ['end', 'close'] as const) {
      socket.on(event, () => {
        this.isEnded = true
        change()
      })
    }
    // A reset counts as a close; tests look at what came before it.
    socket.on('error', () => undefined)
  }

  static async open({ port }: { readonly port: number }): Promise<Wire> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const wire = new Wire(socket)
    onTestFinished(() => void socket.destroy())
    await once(socket, 'connect')
    return wire
  }

  /** Sends text as Latin-1. */
  send(text: string): this {
    this.socket.write(text, 'latin1')
    return this
  }

  /** Sends the head of a request, line by line. */
  ask(...lines: readonly string[]): this {
    return this.send(`${lines.join('\r\n')}\r\n\r\n`)
  }

  // Joined when somebody looks: joining with every chunk takes seconds for a large response.
  get #received(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0] ?? Buffer.alloc(0)
  }

  set #received(left: Buffer) {
    this.#chunks = [left]
    this.#length = left.length
  }

  /** Everything that has come and was not read as a response. */
  get rest(): string {
    return this.#received.toString('latin1')
  }

  /** Reads one response; `method` tells whether content may follow the head (RFC 9112 §6.3). */
  async response(method = 'GET'): Promise<WireResponse> {
    await this.until(() => this.#received.includes('\r\n\r\n'))
    const end = this.#received.indexOf('\r\n\r\n')
    const [statusLine = '', ...lines] = this.#received.subarray(0, end).toString('latin1').split('\r\n')
    const [, status = '', reason = ''] = /^HTTP\/1\.1 (\d{3}) (.*)$/.exec(statusLine) ?? []
    if (status === '') throw new Error(`This is no response: ${JSON.stringify(statusLine)}`)
    this.#received = this.#received.subarray(end + 4)
    const headers = lines.map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    })
    const header = (name: string): string | undefined => headers.find(([other]) => other === name)?.[1]
    const isEmpty = method === 'HEAD' || /^(?:1..|204|304)$/.test(status)
    const body = isEmpty ? Buffer.alloc(0) : await this.#content(header)
    return {
      status: Number(status),
      reason,
      headers,
      body,
      header,
      json: () => JSON.parse(body.toString()) as Record<string, unknown>,
    }
  }

  async #content(header: (name: string) => string | undefined): Promise<Buffer> {
    const length = header('content-length')
    if (header('transfer-encoding') === 'chunked') return this.#takeChunks()
    if (length !== undefined) return this.#take(Number(length))
    await this.until(() => this.isEnded)
    return this.#take(this.#received.length)
  }

  async #takeChunks(): Promise<Buffer> {
    const chunks: Buffer[] = []
    for (;;) {
      await this.until(() => this.#received.includes('\r\n'))
      const line = (await this.#take(this.#received.indexOf('\r\n') + 2)).toString('latin1')
      const chunk = await this.#take(Number.parseInt(line, 16))
      await this.#take(2)
      if (chunk.length === 0) return Buffer.concat(chunks)
      chunks.push(chunk)
    }
  }

  async #take(length: number): Promise<Buffer> {
    await this.until(() => this.#length >= length)
    const taken = Buffer.from(this.#received.subarray(0, length))
    this.#received = this.#received.subarray(length)
    return taken
  }

  /** Waits until something is so; fails when the connection ended and it is not. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.isEnded) throw new Error(`The connection ended; what had come: ${JSON.stringify(this.rest)}`)
      await new Promise<void>((resolve) => {
        this.#changed = resolve
      })
    }
  }

  /** Waits for the server to close the connection. */
  async closed(): Promise<void> {
    while (!this.isEnded) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve
      })
    }
  }
}
