import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { parseContentLength } from '../http/content-length.ts'
import {
  ANNOUNCING_CONTENT,
  type ClientCertificate,
  type Exchange,
  type FieldGroup,
  fieldIn,
  HOST,
  isNamed,
  joinLines,
  markOf,
  UPGRADE,
} from '../http/exchange.ts'
import type { ForwardedClient } from '../http/forwarded-client.ts'
import { unmapped } from '../http/syntax/ipv4-address.ts'
import { parseTarget, type Target } from '../http/target.ts'
import { NodeContent } from './node-content.ts'
import { linesOf } from './node-lines.ts'
import type { Incoming, Outgoing } from './node-message.ts'

/**
 * The exchange of a request on Node. It reads the raw field lines: `headers` drops the second line
 * of many fields, and two readers of one value are how requests get smuggled.
 */
export class NodeExchange<In extends Incoming = Incoming, Out extends Outgoing = Outgoing>
  implements Exchange
{
  readonly incoming: In
  readonly outgoing: Out
  readonly method: string
  readonly target: string
  readonly #lines: readonly string[]
  readonly #marks: number
  /** Everybody asks for it, and more than once. */
  readonly #host: string | undefined
  readonly #client: ForwardedClient | undefined
  #read: Target | null | undefined = undefined
  #content: NodeContent | undefined = undefined
  #gone: AbortController | undefined = undefined
  #request: Request | undefined = undefined

  /** @param client What a trusted proxy tells of the client. */
  constructor(incoming: In, outgoing: Out, client?: ForwardedClient) {
    this.incoming = incoming
    this.outgoing = outgoing
    this.method = incoming.method as string
    this.target = incoming.url as string
    this.#client = client
    const lines = linesOf(incoming, client?.host)
    let marks = 0
    let host: string | undefined
    for (let index = 0; index < lines.length; index += 2) {
      const name = lines[index] as string
      const mark = markOf(name)
      marks |= mark
      if ((mark & HOST.mask) !== 0 && isNamed(name, 'host'))
        host = joinLines('host', host, lines[index + 1] as string)
    }
    this.#lines = lines
    this.#marks = marks
    this.#host = host
  }

  get path(): string | undefined {
    return this.#readTarget()?.path
  }

  get query(): string {
    return this.#readTarget()?.query ?? ''
  }

  #readTarget(): Target | null {
    if (this.#read === undefined) this.#read = parseTarget(this.target) ?? null
    return this.#read
  }

  get fieldCount(): number {
    return this.#lines.length >> 1
  }

  header(name: string): string | undefined {
    return name === 'host' ? this.#host : fieldIn(this.#lines, name)
  }

  has({ mask }: FieldGroup): boolean {
    return (this.#marks & mask) !== 0
  }

  *fields(): Iterable<readonly [name: string, value: string]> {
    for (let index = 0; index < this.#lines.length; index += 2) {
      yield [(this.#lines[index] as string).toLowerCase(), this.#lines[index + 1] as string]
    }
  }

  get content(): NodeContent {
    this.#content ??= this.#toContent()
    return this.#content
  }

  /** Whether content may come. */
  protected get announcesContent(): boolean {
    return this.has(ANNOUNCING_CONTENT)
  }

  /** Where content comes from. */
  protected get source(): Readable {
    return this.incoming as unknown as IncomingMessage
  }

  /** Whether the length of the content is known only when it ends. */
  protected get endsByItself(): boolean {
    return this.transferCoding !== undefined
  }

  /** Whether there is content, and so little that it is taken in first. */
  get hasSmallContent(): boolean {
    return this.announcesContent && this.content.isSmall && this.header('expect') === undefined
  }

  /** The content, when bytes may still come that nobody has read. */
  get unread(): NodeContent | undefined {
    return this.announcesContent && this.content.isUnread ? this.content : undefined
  }

  /** The value of Transfer-Encoding in lower case. */
  get transferCoding(): string | undefined {
    return this.has(ANNOUNCING_CONTENT) ? this.header('transfer-encoding')?.toLowerCase() : undefined
  }

  /**
   * Whether a request behind this one may be lost: after one that asks for another protocol, `node:http`
   * throws away what came together with it, and only a closed connection tells the client. Not so for h2c:
   * clients offer it with every request, wait for the answer, and have to keep their connection.
   */
  get losesTheNext(): boolean {
    if (!this.has(UPGRADE)) return false
    const wanted = this.header('upgrade')
    return wanted !== undefined && wanted.toLowerCase() !== 'h2c' && !this.content.announced
  }

  get clientCert(): ClientCertificate | undefined {
    const socket = this.incoming.socket as Partial<TLSSocket>
    // One that nobody has checked proves nothing.
    return socket.authorized === true ? socket.getPeerX509Certificate?.() : undefined
  }

  get httpVersion(): string {
    return this.incoming.httpVersion
  }

  get remoteAddress(): string | undefined {
    const { remoteAddress } = this.#client ?? this.incoming.socket
    return remoteAddress && unmapped(remoteAddress)
  }

  get protocol(): 'http' | 'https' {
    return this.#client?.protocol ?? ('encrypted' in this.incoming.socket ? 'https' : 'http')
  }

  get signal(): AbortSignal {
    this.#gone ??= this.#watch(new AbortController())
    return this.#gone.signal
  }

  #watch(gone: AbortController): AbortController {
    this.onceOver(() => {
      if (!this.outgoing.writableFinished) gone.abort(new DOMException('The client left', 'AbortError'))
    })
    return gone
  }

  /** Aborts the signal, if anybody has asked for it. */
  abort(reason: unknown): void {
    this.#gone?.abort(reason)
  }

  /** Whether nothing can be sent any more. */
  get isOver(): boolean {
    const { incoming, outgoing } = this
    return outgoing.destroyed || (outgoing.socket === null && incoming.socket.destroyed)
  }

  /**
   * Calls back once, when the last byte is out or the client has left, at once if that is so already.
   *
   * @returns What makes it not call back.
   */
  onceOver(callback: () => void): () => void {
    const { incoming, outgoing } = this
    if (this.isOver) {
      callback()
      return () => undefined
    }
    const { socket } = incoming
    function forget(): void {
      outgoing.off('close', call)
      socket.off('close', call)
    }
    function call(): void {
      forget()
      callback()
    }
    outgoing.on('close', call)
    // A response that waits behind another does not always hear that the connection is closed.
    if (outgoing.socket === null) socket.setMaxListeners(0).on('close', call)
    return forget
  }

  toRequest(limit: number): Request {
    this.#request ??= this.#makeRequest(limit)
    return this.#request
  }

  #toContent(): NodeContent {
    const { incoming, outgoing, source } = this
    const length = parseContentLength(this.header('content-length'))
    return new NodeContent(source, outgoing, {
      length: length === 'malformed' ? undefined : length,
      isChunked: this.endsByItself,
      // HTTP/1.0 knows no 100 (RFC 9110 §10.1.1).
      isAwaited: incoming.httpVersion !== '1.0' && this.header('expect')?.toLowerCase() === '100-continue',
    })
  }

  #makeRequest(limit: number): Request {
    const { method, protocol, signal, target } = this
    const headers = new Headers()
    for (const [name, value] of this.fields()) headers.append(name, value)
    const origin = `${protocol}://${this.header('host') ?? 'localhost'}`
    // Joined, not resolved: `//evil.example/` against a base is another host.
    const url = target.startsWith('/') ? origin + target : target === '*' ? `${origin}/*` : target
    if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers, signal })
    const body = this.content.announced ? this.content.stream(limit) : null
    return new Request(url, { method, headers, signal, body, duplex: 'half' } as RequestInit)
  }
}
