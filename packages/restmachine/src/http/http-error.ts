import { titleOf } from './status.ts'

/** One fault in what the client sent, as it stands in the `errors` member of a problem (RFC 9457 §3). */
export interface Fault {
  /** Where: a JSON Pointer into the value (RFC 6901); empty for the whole. */
  readonly pointer: string
  /** What is wrong, for the person who sent it. */
  readonly message: string
  /** Which part of the request it came from. */
  readonly in?: 'body' | 'query' | 'path' | 'header' | 'cookie'
}

/** What an {@link HttpError} may carry besides its status. */
export interface HttpErrorOptions {
  /** Header fields of the response, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>
  /** URI of the kind of problem; `about:blank` when left out (RFC 9457 §3.1.1). */
  readonly type?: string
  /** Short name of the kind of problem; the reason phrase of the status when left out. */
  readonly title?: string
  /** Single faults, such as those of a validation. */
  readonly errors?: readonly Fault[]
  /** Further members of the problem (RFC 9457 §3.2). */
  readonly members?: Readonly<Record<string, unknown>>
  /** The error behind this one; it stays in the log. */
  readonly cause?: unknown
}

/**
 * Ends a request with a status, from anywhere: a handler, a decision, a provider.
 *
 * @param status A status of 400 to 599.
 * @param detail What went wrong, for the person who sent the request. Shown to the client.
 * @throws {RangeError} When `status` is no error status.
 *
 * @example
 * ```ts
 * import { HttpError, RestApplication } from 'restmachine'
 *
 * const app = new RestApplication().get('/users/{userId}', ({ userId }) => {
 *   throw new HttpError(404, `There is no user ${userId}`)
 * })
 * const response = await app.fetch(new Request('http://localhost/users/7'))
 * // response.status === 404
 * ```
 *
 * @see RFC 9457, Problem Details for HTTP APIs
 */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: number
  readonly detail: string | undefined
  readonly options: HttpErrorOptions

  constructor(status: number, detail?: string, options: HttpErrorOptions = {}) {
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw new RangeError(`Cannot make an HttpError: a status of 400 to 599 is needed, got ${status}`)
    }
    super(detail ?? titleOf(status), options.cause === undefined ? undefined : { cause: options.cause })
    this.status = status
    this.detail = detail
    this.options = options
  }
}
