import type { CallbackName } from '../declaration/callbacks.ts'
import { type Injectable, readInjectable } from '../injection/injectable.ts'
import type { AnyFunction } from '../injection/parameters.ts'
import { callerPlace } from '../injection/place.ts'
import { createCors } from '../policies/cors.ts'
import type { CorsOptions } from '../policies/cors-options.ts'
import { type CspOptions, createCsp } from '../policies/csp.ts'
import { type SecurityHeadersOptions, securityHeaders } from '../policies/security-headers.ts'
import type { HeaderFields } from '../representation/answer.ts'
import { checkOpen, type DependencyOptions, declareDecision, declareProvider } from './declare.ts'
import type { Answers, Present, Yielded } from './given.ts'
import type { Builder, Kind } from './kind.ts'
import { Layered, layerOf } from './layered.ts'
import { checker, type StandardSchema, sourceOf } from './standard-schema.ts'

/**
 * What an application, a router and a resource have in common: providers, decisions, representations
 * and policies. Each call gives the builder back; those that add a name give it back with that name.
 */
export abstract class LayerBuilder<Which extends Kind, Session, Provided> extends Layered {
  /**
   * Provides a value under a name. It is made once in a request, when somebody who is reached asks for
   * it; a generator yields it and goes on when the request is over, also when the handler threw.
   *
   * @param name What functions destructure.
   * @param provider Makes the value; it may ask for other names.
   * @param options Scope (default `request`), time to live, time of closing.
   *
   * @example
   * ```ts
   * import { RestApplication } from 'restmachine'
   *
   * const app = new RestApplication()
   *   .dependency('clock', () => ({ now: () => 42 }))
   *   .get('/time', ({ clock }) => ({ time: clock.now() }))
   * const response = await app.fetch(new Request('http://localhost/time'))
   * // response.status === 200
   * ```
   */
  dependency<Name extends string, Result>(
    name: Name,
    provider: (given: Session) => Result,
    options: DependencyOptions &
      ({ readonly scope: 'session' } | { readonly ttl: NonNullable<DependencyOptions['ttl']> }),
  ): Builder<Which, Session & Record<Name, Yielded<Result>>, Provided & Record<Name, Yielded<Result>>>
  dependency<Name extends string, Result>(
    name: Name,
    provider: (given: Provided) => Result,
    options?: DependencyOptions,
  ): Builder<Which, Session, Provided & Record<Name, Yielded<Result>>>
  dependency(name: string, fn: AnyFunction, options: DependencyOptions = {}): unknown {
    const place = callerPlace(this.dependency)
    declareProvider(layerOf(this), { label: `dependency "${name}"`, name, fn, options, place })
    return this
  }

  /**
   * Provides a value that a schema has checked: 422 with the list of faults when it does not hold.
   *
   * @param name What functions destructure.
   * @param schema Any Standard Schema: zod, valibot, arktype …
   * @param source Gives the value to check.
   *
   * @example
   * ```ts
   * import { RestApplication } from 'restmachine'
   * import { z } from 'zod'
   *
   * const app = new RestApplication()
   *   .validates('newUser', z.object({ name: z.string() }), ({ jsonBody }) => jsonBody)
   *   .post('/users', ({ newUser }) => newUser)
   * const response = await app.fetch(
   *   new Request('http://localhost/users', {
   *     method: 'POST',
   *     headers: { 'content-type': 'application/json' },
   *     body: '{}',
   *   }),
   * )
   * // response.status === 422
   * ```
   *
   * @see RFC 9110 §15.5.21
   */
  validates<Name extends string, Output>(
    name: Name,
    schema: StandardSchema<Output>,
    source: (given: Provided) => unknown,
  ): Builder<Which, Session, Provided & Record<Name, Output>> {
    const place = callerPlace(this.validates)
    const label = `validates "${name}"`
    const { needs } = readInjectable(source, label, place)
    const refine = checker(schema, sourceOf(needs))
    declareProvider(layerOf(this), { label, name, fn: source, place, refine })
    return this as Builder<Which, Session, Provided & Record<Name, Output>>
  }

  /** Whether the service can answer now: 503 when not. `retryAfter(…)` says for how long. RFC 9110 §15.6.4. */
  serviceAvailable(ask: (given: Provided) => unknown): this {
    return this.#decide('serviceAvailable', [ask], this.serviceAvailable)
  }

  /** Whether the method is one the server knows: 501 when not. RFC 9110 §15.6.2. */
  knownMethod(ask: (given: Provided) => unknown): this {
    return this.#decide('knownMethod', [ask], this.knownMethod)
  }

  /** Whether the target is too long: 414 when so. The application's own limit holds besides. RFC 9110 §15.5.15. */
  uriTooLong(ask: (given: Provided) => unknown): this {
    return this.#decide('uriTooLong', [ask], this.uriTooLong)
  }

  /** Whether the method is allowed here and now: 405 with `Allow` when not. RFC 9110 §15.5.6. */
  methodAllowed(ask: (given: Provided) => unknown): this {
    return this.#decide('methodAllowed', [ask], this.methodAllowed)
  }

  /** Whether the request is malformed: 400 when so; a string is the detail. RFC 9110 §15.5.1. */
  malformedRequest(ask: (given: Provided) => unknown): this {
    return this.#decide('malformedRequest', [ask], this.malformedRequest)
  }

  /**
   * Whether the caller is known: 401 with `WWW-Authenticate` when not. With a name, what it finds can be
   * injected. It guards every route of the layer, whether the name is used or not. What it throws is a
   * 500, never a 401.
   *
   * @see RFC 9110 §15.5.2
   */
  authorized(ask: (given: Provided) => unknown): this
  authorized<Name extends string, Result>(
    name: Name,
    ask: (given: Provided) => Result,
  ): Builder<Which, Session, Provided & Record<Name, Present<Result>>>
  authorized(...given: readonly [AnyFunction] | readonly [string, AnyFunction]): unknown {
    return this.#decide('authorized', given, this.authorized)
  }

  /** Whether the caller may not: 403 when so; a string is the detail. It guards every route of the layer. RFC 9110 §15.5.4. */
  forbidden(ask: (given: Provided) => unknown): this {
    return this.#decide('forbidden', [ask], this.forbidden)
  }

  /** Whether a legal demand forbids the answer: 451 when so. RFC 7725 §3. */
  unavailableForLegalReasons(ask: (given: Provided) => unknown): this {
    return this.#decide('unavailableForLegalReasons', [ask], this.unavailableForLegalReasons)
  }

  /** Whether the caller asks too often: 429 when so; a number is the seconds to wait. It guards every route of the layer. RFC 6585 §4. */
  rateLimited(ask: (given: Provided) => unknown): this {
    return this.#decide('rateLimited', [ask], this.rateLimited)
  }

  /** Whether the `Content-*` fields of the request can be honoured: 400 when not. RFC 9110 §8. */
  validContentHeaders(ask: (given: Provided) => unknown): this {
    return this.#decide('validContentHeaders', [ask], this.validContentHeaders)
  }

  /**
   * Whether the resource exists: 404 when not. With a name, what it finds can be injected and is never
   * absent.
   *
   * @example
   * ```ts
   * import { RestApplication } from 'restmachine'
   *
   * const names = new Map([['7', 'Ada']])
   * const app = new RestApplication().resource('/users/{userId}', (user) =>
   *   user.resourceExists('name', ({ userId }) => names.get(userId)).get(({ name }) => ({ name })),
   * )
   * const found = await app.fetch(new Request('http://localhost/users/7'))
   * // found.status === 200
   * const missing = await app.fetch(new Request('http://localhost/users/8'))
   * // missing.status === 404
   * ```
   *
   * @see RFC 9110 §15.5.5
   */
  resourceExists(ask: (given: Provided) => unknown): this
  resourceExists<Name extends string, Result>(
    name: Name,
    ask: (given: Provided) => Result,
  ): Builder<Which, Session, Provided & Record<Name, Present<Result>>>
  resourceExists(...given: readonly [AnyFunction] | readonly [string, AnyFunction]): unknown {
    return this.#decide('resourceExists', given, this.resourceExists)
  }

  /** Whether there are several representations to choose from: 300 when so; an address becomes `Location`. RFC 9110 §15.4.1. */
  multipleChoices(ask: (given: Provided) => unknown): this {
    return this.#decide('multipleChoices', [ask], this.multipleChoices)
  }

  /** Whether a missing resource was there once: 410 instead of 404. RFC 9110 §15.5.11. */
  previouslyExisted(ask: (given: Provided) => unknown): this {
    return this.#decide('previouslyExisted', [ask], this.previouslyExisted)
  }

  /** Where a missing resource is now for good: 308, or the status given with the address. RFC 9110 §15.4.9. */
  movedPermanently(ask: (given: Provided) => Answers['movedPermanently']): this {
    return this.#decide('movedPermanently', [ask], this.movedPermanently)
  }

  /** Where a missing resource is for now: 307, or the status given with the address. RFC 9110 §15.4.8. */
  movedTemporarily(ask: (given: Provided) => Answers['movedTemporarily']): this {
    return this.#decide('movedTemporarily', [ask], this.movedTemporarily)
  }

  /** Whether PUT, PATCH or DELETE must come with a precondition: 428 without. Always, when no function is given. RFC 6585 §3. */
  preconditionRequired(ask: (given: Provided) => unknown = () => true): this {
    return this.#decide('preconditionRequired', [ask], this.preconditionRequired)
  }

  /** Whether a write contradicts the state of the resource: 409 when so; a string is the detail. RFC 9110 §15.5.10. */
  conflict(ask: (given: Provided) => unknown): this {
    return this.#decide('conflict', [ask], this.conflict)
  }

  /**
   * The entity tag of the resource: a version, or what names one. From it follow `ETag`, 304 and 412. A
   * value without quotes is strong; `W/"…"` is weak.
   *
   * @see RFC 9110 §8.8.3
   */
  etag(ask: (given: Provided) => Answers['etag']): this {
    return this.#decide('etag', [ask], this.etag)
  }

  /** When the resource last changed: a `Date` or milliseconds. From it follow `Last-Modified`, 304 and 412. RFC 9110 §8.8.2. */
  lastModified(ask: (given: Provided) => Answers['lastModified']): this {
    return this.#decide('lastModified', [ask], this.lastModified)
  }

  /** How results are written as a media type; `false` takes the type of an outer layer away. RFC 9110 §12. */
  provides(
    type: string,
    renderer: ((given: Provided & { readonly result: unknown }) => unknown) | false,
  ): this {
    checkOpen(layerOf(this), `provides "${type}"`)
    const place = callerPlace(this.provides)
    const render = renderer === false ? false : readInjectable(renderer, `provides "${type}"`, place)
    layerOf(this).renderers.set(type, render)
    return this
  }

  /** How content of a media type is read, for `parsedBody`. RFC 9110 §15.5.16. */
  accepts(type: string, parser: (given: Provided) => unknown): this {
    layerOf(this).parsers.set(type.toLowerCase(), this.#read(parser, `accepts "${type}"`, this.accepts))
    return this
  }

  /**
   * Writes errors: those of one status, of several, or all. The most specific status wins, then the
   * innermost layer, then the type the client wants.
   *
   * @param statuses A status, several, or `'all'`.
   * @param handler Gives the body; `undefined` leaves the problem as it is.
   * @param options `provides`: the media type it writes.
   */
  handlesError(
    statuses: number | readonly number[] | 'all',
    handler: (given: Provided & { readonly exception: unknown }) => unknown,
    { provides }: { readonly provides?: string } = {},
  ): this {
    const list = statuses === 'all' ? [] : [statuses].flat()
    const handle = this.#read(handler, `handlesError ${String(statuses)}`, this.handlesError)
    layerOf(this).errorHandlers.push({ statuses: list, type: provides, handle })
    return this
  }

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
    checkOpen(layerOf(this), 'cors')
    layerOf(this).cors = createCors(options)
    return this
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
    checkOpen(layerOf(this), 'csp')
    layerOf(this).csp = typeof policy === 'function' ? this.#read(policy, 'csp', this.csp) : createCsp(policy)
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
    checkOpen(layerOf(this), 'languages')
    const wrong = tags.find((tag) => !/^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/.test(tag))
    if (tags.length === 0 || wrong !== undefined) {
      throw new TypeError(
        `Cannot declare languages: tags such as "en" or "de-CH" are needed, got ${wrong ?? 'none'}`,
      )
    }
    layerOf(this).languages = [...tags]
    return this
  }

  /**
   * Sends the fields that close what browsers leave open by default, with every response of the layer.
   *
   * @param options What to change or leave out; see {@link SecurityHeadersOptions}.
   * @throws {TypeError} When an option does not exist or has a value that its field cannot have.
   */
  securityHeaders(options: SecurityHeadersOptions = {}): this {
    checkOpen(layerOf(this), 'securityHeaders')
    layerOf(this).securityHeaders = securityHeaders(options)
    return this
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

  #decide(
    callback: CallbackName,
    given: readonly [AnyFunction] | readonly [string, AnyFunction],
    caller: AnyFunction,
  ): this {
    declareDecision(layerOf(this), callback, given, callerPlace(caller))
    return this
  }

  #read(fn: AnyFunction, label: string, caller: AnyFunction): Injectable {
    checkOpen(layerOf(this), label)
    return readInjectable(fn, label, callerPlace(caller))
  }
}
