import { formatChallenge } from '../http/authenticate.ts'
import { formatRetryAfter } from '../http/retry-after.ts'
import { Refusing } from './asking.ts'

/** Says no to `authorized`, and how to ask again; made by {@link challenge}. */
export class ChallengeRefusal extends Refusing {
  readonly headers: readonly string[]
  readonly #challenges: readonly string[]

  constructor(challenges: readonly string[]) {
    super()
    this.#challenges = challenges
    this.headers = ['www-authenticate', challenges.join(', ')]
  }

  /** Offers another scheme besides; the client takes the one it knows (RFC 9110 §11.6.1). */
  and(scheme: string, parameters: Readonly<Record<string, string>> = {}): ChallengeRefusal {
    return new ChallengeRefusal([...this.#challenges, formatChallenge({ scheme, parameters })])
  }
}

/** Says no for a time; made by {@link retryAfter}. */
export class RetryRefusal extends Refusing {
  readonly headers: readonly string[]

  constructor(when: number | Date) {
    super()
    this.headers = ['retry-after', formatRetryAfter(when)]
  }
}

/**
 * The answer of an `authorized` decision that refuses and says how to authenticate: 401 with
 * `WWW-Authenticate`. Several schemes are offered by `challenge('Bearer').and('Basic', { realm: 'api' })`.
 *
 * @param scheme The authentication scheme: `Bearer`, `Basic` …
 * @param parameters Its parameters, such as `realm` or `error`.
 *
 * @example
 * ```ts
 * import { challenge, RestApplication } from 'restmachine'
 *
 * const app = new RestApplication()
 *   .authorized('user', ({ requestHeaders }) =>
 *     requestHeaders.get('authorization') === 'Bearer secret' ? { name: 'Ada' } : challenge('Bearer', { realm: 'api' }),
 *   )
 *   .get('/me', ({ user }) => user)
 * const response = await app.fetch(new Request('http://localhost/me'))
 * // response.status === 401
 * // response.headers.get('www-authenticate') === 'Bearer realm="api"'
 * ```
 *
 * @see RFC 9110 §11.6.1
 */
export function challenge(
  scheme: string,
  parameters: Readonly<Record<string, string>> = {},
): ChallengeRefusal {
  return new ChallengeRefusal([formatChallenge({ scheme, parameters })])
}

/**
 * The answer of `serviceAvailable` or `rateLimited` that refuses for a time: 503 or 429 with `Retry-After`.
 *
 * @param when Seconds from now, or the time.
 *
 * @example
 * ```ts
 * import { RestApplication, retryAfter } from 'restmachine'
 *
 * const app = new RestApplication()
 *   .serviceAvailable(() => retryAfter(120))
 *   .get('/', () => 'hello')
 * const response = await app.fetch(new Request('http://localhost/'))
 * // response.status === 503
 * // response.headers.get('retry-after') === '120'
 * ```
 *
 * @see RFC 9110 §10.2.3
 */
export function retryAfter(when: number | Date): RetryRefusal {
  return new RetryRefusal(when)
}
