import type { Run } from '../decisions/run.ts'
import type { ClientCertificate, Exchange } from '../http/exchange.ts'
import { hostOf } from '../http/host.ts'

/** The header fields of a request. Names are case-insensitive; several lines are joined by `, `. */
export class RequestHeaders implements Iterable<readonly [name: string, value: string]> {
  readonly #exchange: Exchange

  constructor(exchange: Exchange) {
    this.#exchange = exchange
  }

  /** The value of a field, or `null`. */
  get(name: string): string | null {
    return this.#exchange.header(name.toLowerCase()) ?? null
  }

  has(name: string): boolean {
    return this.#exchange.header(name.toLowerCase()) !== undefined
  }

  /** All fields, each name once and in lower case. */
  *[Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    const seen = new Set<string>()
    for (const [name] of this.#exchange.fields()) {
      if (seen.has(name)) continue
      seen.add(name)
      yield [name, this.#exchange.header(name) ?? '']
    }
  }
}

let runOf: (request: RestRequest) => Run | undefined

/** The request as a handler sees it; what costs something is made when it is asked for. */
export class RestRequest {
  static {
    // A test may have put something else in its place.
    runOf = (request) => (#run in request ? request.#run : undefined)
  }

  readonly #run: Run
  #queryParams: URLSearchParams | undefined = undefined
  #headers: RequestHeaders | undefined = undefined

  constructor(run: Run) {
    this.#run = run
  }

  /** The method token: `GET`. */
  get method(): string {
    return this.#run.exchange.method
  }

  /** The path, every segment decoded once: `/users/7`. */
  get path(): string {
    return this.#run.exchange.path ?? ''
  }

  /** The target as it was sent, with its query: `/users/7?fields=id`. */
  get target(): string {
    return this.#run.exchange.target
  }

  /** The values of the path parameters, as strings. */
  get pathParams(): Readonly<Record<string, string>> {
    return this.#run.pathValues
  }

  get queryParams(): URLSearchParams {
    this.#queryParams ??= new URLSearchParams(this.#run.exchange.query)
    return this.#queryParams
  }

  get headers(): RequestHeaders {
    this.#headers ??= new RequestHeaders(this.#run.exchange)
    return this.#headers
  }

  /** Aborts when the client leaves or the time for the request is up. */
  get signal(): AbortSignal {
    return this.#run.signal
  }

  /** The certificate of the client, where `serve` has `tls.requestCert`; `undefined` elsewhere. */
  get clientCert(): ClientCertificate | undefined {
    return this.#run.exchange.clientCert
  }

  /**
   * The address of the client: `192.0.2.1`, `2001:db8::1`. Behind a proxy it is the proxy's, unless `serve` is told to
   * believe that one (`trustProxy`). `undefined` for a Unix socket, where a proxy does not know, and away from `serve`.
   */
  get remoteAddress(): string | undefined {
    return this.#run.exchange.remoteAddress
  }

  /** What the client speaks; behind a proxy see `trustProxy` of `serve`. */
  get protocol(): 'http' | 'https' {
    return this.#run.exchange.protocol ?? 'http'
  }

  /** The host that the client named, with its port unless that is the default: `api.example.com:8080`. */
  get host(): string {
    return hostOf(this.#run.exchange)
  }

  /** The web `Request`. On Node it is made when asked for, which costs more than most handlers. */
  get raw(): Request {
    const { exchange, facts } = this.#run
    return exchange.toRequest(facts.limits.content)
  }
}

/** Whether content of a type is coded on its way out, by what was negotiated for the request. */
export function isCodedOnTheWay(request: RestRequest, contentType: string): boolean {
  const run = runOf(request)
  const coding = run?.coding ?? null
  return coding !== null && run?.facts.compression?.compresses(contentType) === true
}
