import type { DigestAlgorithm } from '../http/digest.ts'
import type { Injectable } from '../injection/injectable.ts'
import type { AnyFunction } from '../injection/parameters.ts'
import { callerPlace } from '../injection/place.ts'
import type { CorsOptions } from '../policies/cors-options.ts'
import type { CspOptions } from '../policies/csp.ts'
import type { SecurityHeadersOptions } from '../policies/security-headers.ts'
import type { HeaderFields } from '../representation/answer.ts'
import type { CharsetOptions } from '../representation/charsets.ts'
import type { CompressionOptions } from '../representation/compression.ts'
import { DecisionsBuilder } from './decisions-builder.ts'
import { checkOpen, declareProvider, readDeclared } from './declare.ts'
import { declarePolicy, type Policies } from './declare-policy.ts'
import type { Kind } from './kind.ts'
import { layerOf } from './layered.ts'

/** What holds for every response of a layer. An inner layer's policy takes the place of an outer one's. */
export abstract class PoliciesBuilder<Which extends Kind, Session, Provided> extends DecisionsBuilder<
  Which,
  Session,
  Provided
> {
  /** Header fields for every response of the layer, errors too; what a handler sets wins. */
  defaultHeaders(
    give: (given: Provided) => HeaderFields | undefined | Promise<HeaderFields | undefined>,
  ): this {
    layerOf(this).defaultHeaders.push(this.#read(give, 'defaultHeaders', this.defaultHeaders))
    return this
  }

  /**
   * Lets pages of other origins use what is in the layer: preflights are answered, and every response, errors
   * too, says whose page may read it. An inner layer's policy takes the place of an outer one.
   *
   * @param options Whose pages, and what they may do.
   * @throws {TypeError} When an origin is malformed, or any page could use credentials.
   *
   * @example
   * ```ts
   * import { RestApplication } from 'restmachine'
   *
   * const app = new RestApplication().cors({ origins: 'https://app.example.com' }).get('/', () => ({ ok: true }))
   * const headers = { origin: 'https://app.example.com' }
   * const response = await app.fetch(new Request('http://localhost/', { headers }))
   * // response.headers.get('access-control-allow-origin') === 'https://app.example.com'
   * ```
   *
   * @see https://fetch.spec.whatwg.org/#http-cors-protocol
   */
  cors(options: CorsOptions): this {
    return this.#declare('cors', options)
  }

  /**
   * Sends a content security policy with every response of the layer. With `nonce: true` functions can ask for
   * `cspNonce`.
   *
   * @param policy A policy (start from a preset: `{ ...csp.strict, imgSrc: ['self'] }`), or a function that gives
   *   one, or `undefined` for none.
   * @throws {TypeError} When a directive does not exist or has a source that is none.
   *
   * @example
   * ```ts
   * import { csp, RestApplication } from 'restmachine'
   *
   * const app = new RestApplication().csp(csp.basic).get('/', () => ({ ok: true }))
   * const response = await app.fetch(new Request('http://localhost/'))
   * // response.headers.get('content-security-policy') === "default-src 'self'"
   * ```
   *
   * @see https://www.w3.org/TR/CSP3/
   */
  csp(
    policy: CspOptions | ((given: Provided) => CspOptions | undefined | Promise<CspOptions | undefined>),
  ): this {
    if (typeof policy !== 'function') return this.#declare('csp', policy)
    layerOf(this).csp = this.#read(policy, 'csp', this.csp)
    return this
  }

  /**
   * The languages there are, the default one first. The one that the client wants most is chosen by lookup, can be
   * asked for as `language`, and is named in `Content-Language`; the default is given when none fits.
   *
   * @throws {TypeError} When a tag is none.
   *
   * @example
   * ```ts
   * import { RestApplication } from 'restmachine'
   *
   * const greetings: Record<string, string> = { en: 'Hello', de: 'Hallo' }
   * const app = new RestApplication()
   *   .languages(['en', 'de'])
   *   .get('/', ({ language }) => ({ greeting: greetings[language] }))
   * const headers = { 'accept-language': 'de-CH, fr;q=0.5' }
   * const response = await app.fetch(new Request('http://localhost/', { headers }))
   * // response.headers.get('content-language') === 'de'
   * ```
   *
   * @see RFC 9110 §12.5.4, RFC 4647 §3.4
   */
  languages(tags: readonly string[]): this {
    return this.#declare('languages', tags)
  }

  /**
   * Sends content coded where the client takes it: `zstd`, `br` or `gzip`, whichever it wants most. Each coding has
   * an entity tag of its own. What is small, coded already, a part, or says `no-transform` goes out as it is; what
   * is streamed goes out piece by piece.
   *
   * @param options Which codings, from how many bytes on, of which media types; `false` for none in this layer.
   * @throws {TypeError} When an option does not exist or has a value that it cannot have.
   *
   * @example
   * ```ts
   * import { RestApplication } from 'restmachine'
   *
   * const app = new RestApplication()
   *   .compression({ minimumSize: 500 })
   *   .get('/', () => ({ text: 'hello '.repeat(100) }))
   * const headers = { 'accept-encoding': 'gzip' }
   * const response = await app.fetch(new Request('http://localhost/', { headers }))
   * // response.headers.get('content-encoding') === 'gzip'
   * ```
   *
   * @see RFC 9110 §8.4, §12.5.3
   */
  compression(options: CompressionOptions | boolean = true): this {
    return this.#declare('compression', options)
  }

  /**
   * Makes `Accept-Charset` count: text is sent in the charset that the client wants most. Without it everything is
   * UTF-8 and the field is passed over, as the standard recommends.
   *
   * @param charsets The default one first: `{ 'utf-8': true }`, with a function that turns text into bytes for each
   *   other one.
   * @param options `strict` refuses whoever takes none of them with 406; by default the first is sent.
   * @throws {TypeError} When a name is no token, or a function is missing.
   *
   * @see RFC 9110 §12.5.2
   */
  charsets(charsets: CharsetOptions, { strict = false }: { readonly strict?: boolean } = {}): this {
    return this.#declare('charsets', [charsets, strict])
  }

  /**
   * Gives clients that ask for it (`Want-Content-Digest`, `Want-Repr-Digest`) a digest with the response, and checks
   * the digest that comes with the content of a request: 400 when they differ.
   *
   * @param algorithms Those to be had; SHA-256 and SHA-512 when nobody says.
   *
   * @see RFC 9530
   */
  digests(algorithms: readonly DigestAlgorithm[] = ['sha-256', 'sha-512']): this {
    return this.#declare('digests', algorithms)
  }

  /**
   * Sends the fields that close what browsers leave open by default, with every response of the layer.
   *
   * @param options What to change or leave out; see {@link SecurityHeadersOptions}.
   * @throws {TypeError} When an option does not exist or has a value that its field cannot have.
   */
  securityHeaders(options: SecurityHeadersOptions = {}): this {
    return this.#declare('securityHeaders', options)
  }

  /** Where `requestId` comes from; a random UUID when nobody says. */
  requestId(give: (given: Provided) => string | Promise<string>): this {
    const place = callerPlace(this.requestId)
    const { make } = declareProvider(layerOf(this), {
      label: 'requestId',
      name: 'requestId',
      fn: give,
      place,
    })
    layerOf(this).requestId = make
    return this
  }

  /** Where `traceId` comes from; that of `traceparent`, else a random one, when nobody says. */
  traceId(give: (given: Provided) => string | Promise<string>): this {
    const place = callerPlace(this.traceId)
    const { make } = declareProvider(layerOf(this), { label: 'traceId', name: 'traceId', fn: give, place })
    layerOf(this).traceId = make
    return this
  }

  #declare<Name extends keyof Policies>(name: Name, options: Policies[Name]): this {
    checkOpen(layerOf(this), name)
    declarePolicy(layerOf(this), name, options)
    return this
  }

  #read(fn: AnyFunction, label: string, caller: AnyFunction): Injectable {
    return readDeclared(layerOf(this), label, fn, callerPlace(caller))
  }
}
