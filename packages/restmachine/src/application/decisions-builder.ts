import { TAG_OF_ANSWER } from '../decisions/validators.ts'
import type { CallbackName } from '../declaration/callbacks.ts'
import type { AnyFunction } from '../injection/parameters.ts'
import { callerPlace } from '../injection/place.ts'
import { declareDecision } from './declare.ts'
import type { Answers, Present } from './given.ts'
import type { Builder, Kind } from './kind.ts'
import { Layered, layerOf } from './layered.ts'

/** What a layer may answer of the decision graph: one method for each decision. */
export abstract class DecisionsBuilder<Which extends Kind, Session, Provided> extends Layered {
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

  /**
   * Whether there are several representations to choose from: 300 when so. An address becomes `Location`, a list of
   * them (`[{ uri, type?, language?, title? }]`) is sent as `Link` and as HTML or JSON. RFC 9110 §15.4.1.
   * The route's own representations are negotiated before: where they refuse what a client accepts it is 406, unless
   * the route says `skipContentNegotiation: true`, which leaves the list as HTML to those who want HTML.
   */
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
   * value without quotes is strong; `W/"…"` is weak. `'auto'` makes it from the bytes of each answer to GET, HEAD
   * and QUERY, which spares the client their transfer but not the server their making.
   *
   * A write that comes with tags of such answers (`If-Match`, `If-None-Match`) is compared with what GET would give
   * the same client now: GET runs, with providers of its own (a second connection of a pool), no stored answer and
   * no background tasks. The `Accept` of the write says which representation: HTML has another tag than JSON. Only
   * a 200 counts; 412 otherwise. Such writes to one path take turns within a process; where several processes write,
   * or a version is at hand, let a function give the tag.
   *
   * @see RFC 9110 §8.8.3, §13.1.1
   */
  etag(ask: ((given: Provided) => Answers['etag']) | 'auto'): this {
    return this.#decide('etag', [ask === 'auto' ? () => TAG_OF_ANSWER : ask], this.etag)
  }

  /** When the resource last changed: a `Date` or milliseconds. From it follow `Last-Modified`, 304 and 412. RFC 9110 §8.8.2. */
  lastModified(ask: (given: Provided) => Answers['lastModified']): this {
    return this.#decide('lastModified', [ask], this.lastModified)
  }

  #decide(
    callback: CallbackName,
    given: readonly [AnyFunction] | readonly [string, AnyFunction],
    caller: AnyFunction,
  ): this {
    declareDecision(layerOf(this), callback, given, callerPlace(caller))
    return this
  }
}
