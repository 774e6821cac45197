import { isWebResponse } from '../http/outcome.ts'

/** Header fields as a user writes them; a list makes several lines, as `Set-Cookie` needs. */
export type HeaderFields = Readonly<Record<string, string | number | readonly string[]>>

/** A result with a status and header fields of its own; made by {@link respond}. */
export class Answer<Body = unknown> {
  readonly body: Body
  /** `undefined` leaves the status to the decision graph. */
  readonly status: number | undefined
  readonly headers: HeaderFields | undefined
  /** Exists for the compiler alone: a result of yours with the same members is a body. */
  declare protected readonly answers: true

  constructor(body: Body, status: number | undefined, headers: HeaderFields | undefined) {
    this.body = body
    this.status = status
    this.headers = headers
  }
}

/**
 * A handler's result with a status and header fields. The body is written in the negotiated
 * representation, like any other result.
 *
 * @param body What is written; nothing when `undefined` or `null`.
 * @param status 200 to 599; left out, the decision graph chooses (200, 201, 204).
 * @param headers Header fields; they win over default headers. A list makes several lines.
 * @throws {RangeError} When `status` is no final status.
 *
 * @example
 * ```ts
 * import { respond, RestApplication } from 'restmachine'
 *
 * const app = new RestApplication().post('/users', () => {
 *   return respond({ id: 7 }, 201, { location: '/users/7' })
 * })
 * const response = await app.fetch(new Request('http://localhost/users', { method: 'POST' }))
 * // response.status === 201
 * // response.headers.get('location') === '/users/7'
 * ```
 *
 * @see RFC 9110 §15
 */
export function respond<Body>(body: Body, status?: number, headers?: HeaderFields): Answer<Body> {
  if (status !== undefined && (!Number.isInteger(status) || status < 200 || status > 599)) {
    throw new RangeError(`Cannot respond: a status of 200 to 599 is needed, got ${status}`)
  }
  return new Answer(body, status, headers)
}

/**
 * Whether a result is data and nothing else: text, a number, a list, an object literal. It has no status of its
 * own and is written as it is negotiated, so nobody need ask what else it may be. Whatever is none is looked at
 * closely, and may be data all the same.
 */
export function isData(result: unknown): boolean {
  if (typeof result !== 'object' || result === null) return PRIMITIVES.includes(typeof result)
  const prototype: unknown = Object.getPrototypeOf(result)
  if (prototype === Array.prototype) return true
  // A literal may still be something that gives items.
  const { [Symbol.asyncIterator]: later, [Symbol.iterator]: now } = result as Record<symbol, unknown>
  return prototype === Object.prototype && later === undefined && now === undefined
}

const PRIMITIVES: readonly string[] = ['string', 'number', 'boolean']

/** The status that a result chose itself; `undefined` leaves it to the decision graph. */
export function statusOf(result: unknown): number | undefined {
  if (result instanceof Answer) return result.status
  return isWebResponse(result) ? result.status : undefined
}

/** What a renderer gets as `result`, and what a response schema describes: without the status around it. */
export type BodyOf<Result> =
  Result extends Answer<infer Body> ? Body : Result extends Response ? never : Result
