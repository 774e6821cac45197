import { type CacheControl, formatCacheControl } from '../http/cache-control.ts'
import { isToken } from '../http/syntax/token.ts'

/** How the answers to GET, HEAD and QUERY may be kept, and by whom (RFC 9111). Times are whole seconds. */
export interface CacheResponseOptions extends CacheControl {
  /** Whether the time is also said as a date (`Expires`), for caches that know nothing else. */
  readonly expires?: boolean
  /** The request fields that answers depend on besides those that are negotiated. */
  readonly vary?: readonly string[]
  /**
   * Whether the server keeps the answers itself, in the application's `cache`, and gives them again without asking
   * the resource or running the handler; default `false`. Who may see them is still asked. Nothing that came of
   * credentials is kept, unless `public` says that everybody gets the same.
   */
  readonly store?: boolean
}

/** A declaration of that, checked. */
export interface CacheResponse {
  readonly cacheControl: string
  /** Seconds from now until `Expires`; `undefined` where it is not sent. */
  readonly expiresAfter: number | undefined
  readonly vary: readonly string[]
  /** Whether it is the same for everybody, also for those with credentials (RFC 9111 §3.5). */
  readonly public: boolean
  /** Where the server keeps the answers itself: for how long at most, in seconds. */
  readonly store: { readonly lifetime: number } | undefined
}

/**
 * Checks options.
 *
 * @throws {TypeError} When one does not exist, has a value that it cannot have, or contradicts another.
 */
export function createCacheResponse(options: CacheResponseOptions): CacheResponse {
  const { expires = false, vary = [], store = false, ...directives } = options
  if (expires && directives.maxAge === undefined)
    throw new TypeError('Cannot say when it expires: maxAge is needed')
  const wrong = vary.find((name) => typeof name !== 'string' || !isToken(name))
  if (wrong !== undefined)
    throw new TypeError(`Cannot vary by ${JSON.stringify(wrong)}: the name of a request field is needed`)
  const cacheControl = formatCacheControl(directives)
  if (store) checkStored(directives, vary)
  const { maxAge, sMaxAge = maxAge, staleWhileRevalidate = 0 } = directives
  return {
    cacheControl,
    expiresAfter: expires ? maxAge : undefined,
    vary: vary.map((name) => name.toLowerCase()),
    public: directives.public === true,
    store: store ? { lifetime: (sMaxAge ?? 0) + staleWhileRevalidate } : undefined,
  }
}

function checkStored(
  { maxAge, sMaxAge = maxAge, private: own, noStore, noCache }: CacheControl,
  vary: readonly string[],
): void {
  if (sMaxAge === undefined || sMaxAge === 0)
    throw new TypeError('Cannot store answers: maxAge or sMaxAge says how long, from 1 second on')
  if (own || noStore || noCache)
    throw new TypeError('Cannot store answers that are private, noStore or noCache: leave one of them out')
  if (vary.includes('*'))
    throw new TypeError('Cannot store answers that vary by "*": name the request fields they depend on')
}
