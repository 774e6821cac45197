import { type Content, type Exchange, type FieldGroup, namesIn } from './exchange.ts'

/** Fields that speak of the content that came with a request, of its condition, and of what its answer is to be like. */
const LEFT_OUT =
  /^(?:if-.+|content-.+|repr-digest|want-.+-digest|range|accept-encoding|expect|prefer|te|trailer|transfer-encoding)$/

const NOTHING: Content = {
  announced: false,
  length: undefined,
  bytes: () => new Uint8Array(),
  stream: () => new ReadableStream({ start: (controller) => controller.close() }),
}

/**
 * A plain GET of what another request is about: by the same client, with the same credentials and wishes, but
 * without its conditions and its content.
 */
export class ReadingExchange implements Exchange {
  readonly #other: Exchange
  readonly method = 'GET'
  readonly target: string
  readonly path: string | undefined
  readonly query: string
  readonly content: Content = NOTHING
  readonly signal: AbortSignal
  readonly waitUntil: Exchange['waitUntil']

  /**
   * @param other The request it is made for.
   * @param signal Aborts when nobody waits any more.
   */
  constructor(other: Exchange, signal: AbortSignal) {
    this.#other = other
    this.target = other.target
    this.path = other.path
    this.query = other.query
    this.signal = signal
    this.waitUntil = other.waitUntil
  }

  get clientCert(): Exchange['clientCert'] {
    return this.#other.clientCert
  }

  get remoteAddress(): Exchange['remoteAddress'] {
    return this.#other.remoteAddress
  }

  get protocol(): Exchange['protocol'] {
    return this.#other.protocol
  }

  get fieldCount(): number {
    return [...this.fields()].length
  }

  header(name: string): string | undefined {
    return LEFT_OUT.test(name) ? undefined : this.#other.header(name)
  }

  has(group: FieldGroup): boolean {
    return namesIn(group).some((name) => this.header(name) !== undefined)
  }

  *fields(): Iterable<readonly [name: string, value: string]> {
    for (const field of this.#other.fields()) if (!LEFT_OUT.test(field[0])) yield field
  }

  toRequest(limit: number): Request {
    const { method, signal } = this
    const headers = new Headers()
    for (const [name, value] of this.fields()) headers.append(name, value)
    return new Request(this.#other.toRequest(limit).url, { method, headers, signal })
  }
}
