import { parseRequestedHeaders } from '../http/access-control.ts'
import { parseOrigin } from '../http/origin.ts'
import { type CorsOptions, settle } from './cors-options.ts'
import { testOf } from './cors-origins.ts'

/** A preflight as it came: the values of its fields, unread. */
export interface PreflightRequest {
  /** `Origin`. */
  readonly origin: string | undefined
  /** `Access-Control-Request-Method`. */
  readonly method: string
  /** `Access-Control-Request-Headers`. */
  readonly headers: string | undefined
  /** Whether `Access-Control-Request-Private-Network` is `true`. */
  readonly privateNetwork: boolean
}

/** What a declaration of CORS amounts to. All field lists are flat, with names in lower case. */
export interface Cors {
  /** Whether responses depend on `Origin`: all but those of `'*'` do, also without the field. */
  readonly isDynamic: boolean
  /** The fields of the answer to a refused preflight. */
  readonly refused: readonly string[]
  /**
   * The fields of the answer to a preflight; `undefined` when it is refused.
   *
   * @param allowedMethods The methods of the path.
   */
  preflight(
    request: PreflightRequest,
    allowedMethods: readonly string[],
  ): readonly string[] | undefined | Promise<readonly string[] | undefined>
  /**
   * The fields of any other response, whatever its status, with `Vary` when it is dynamic.
   *
   * @param origin The value of `Origin`, or `undefined` when the request has none.
   */
  actual(origin: string | undefined): readonly string[] | Promise<readonly string[]>
}

/** Request fields that need no permission (Fetch §2.2.2), as long as their values are harmless. */
const SAFELISTED: readonly string[] = [
  'accept',
  'accept-language',
  'content-language',
  'content-type',
  'range',
]

/**
 * Reads a declaration of CORS, once; what it makes answers requests.
 *
 * @throws {TypeError} When no origins are given, one is malformed, or any page could use credentials.
 * @throws {RangeError} When `maxAge` is no span of time.
 *
 * @example
 * ```ts
 * const cors = createCors({ origins: 'https://app.example.com', exposeHeaders: [] })
 * cors.actual('https://app.example.com')
 * // ['access-control-allow-origin', 'https://app.example.com', 'vary', 'origin']
 * cors.actual('https://evil.example') // ['vary', 'origin']
 * ```
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function createCors(options: CorsOptions): Cors {
  const { origins, methods, allowHeaders, exposeHeaders, credentials, maxAge, allowPrivateNetwork } =
    settle(options)
  const isDynamic = origins !== '*'
  const test = isDynamic ? testOf(origins, credentials) : () => true
  const vary = isDynamic ? ['origin'] : []
  const withCredentials = credentials ? ['access-control-allow-credentials', 'true'] : []

  const refusedActual = Object.freeze(varyOn(vary))
  const allowedActual = [
    ...withCredentials,
    ...field('access-control-expose-headers', exposeHeaders.join(', ')),
    ...refusedActual,
  ]
  const refused = Object.freeze(
    varyOn([
      ...vary,
      'access-control-request-method',
      'access-control-request-headers',
      ...(allowPrivateNetwork ? ['access-control-request-private-network'] : []),
    ]),
  )
  const allowedPreflight = [...withCredentials, 'access-control-max-age', maxAge.toFixed(), ...refused]
  const grant = allowHeaders === 'requested' ? grantRequested : grantListed([...allowHeaders])
  const listedMethods = methods === undefined ? undefined : [...methods]
  const anyone = isDynamic ? undefined : Object.freeze(['access-control-allow-origin', '*', ...allowedActual])

  function judge<Yes, No>(
    sent: string | undefined,
    yes: (origin: string) => Yes,
    no: No,
  ): Yes | No | Promise<Yes | No> {
    const origin = sent === undefined ? undefined : parseOrigin(sent)
    if (origin === undefined) return no
    const answer = test(origin)
    if (typeof answer === 'boolean') return answer ? yes(origin) : no
    return answer.then((later) => (later ? yes(origin) : no))
  }

  return {
    isDynamic,
    refused,
    preflight({ origin, method, headers, privateNetwork }, allowedMethods) {
      const offered = listedMethods ?? allowedMethods
      const granted = headers === undefined ? grant([]) : grant(parseRequestedHeaders(headers))
      // Before the origin: a function about origins may be dear.
      if (granted === undefined || !offered.includes(method)) return undefined
      const allow = (allowed: string): readonly string[] => [
        'access-control-allow-origin',
        allowed,
        'access-control-allow-methods',
        offered.join(', '),
        ...field('access-control-allow-headers', granted),
        ...(privateNetwork && allowPrivateNetwork ? ['access-control-allow-private-network', 'true'] : []),
        ...allowedPreflight,
      ]
      return isDynamic ? judge(origin, allow, undefined) : allow('*')
    },
    actual(origin) {
      return (
        anyone ??
        judge(origin, (allowed) => ['access-control-allow-origin', allowed, ...allowedActual], refusedActual)
      )
    },
  }
}

/** The value of `Access-Control-Allow-Headers` for the requested names; `undefined` when it has to be refused. */
type Grant = (requested: readonly string[] | undefined) => string | undefined

const grantRequested: Grant = (requested) => requested?.join(', ')

function grantListed(listed: readonly string[]): Grant {
  const allowed = new Set(listed.map((name) => name.toLowerCase()))
  const value = listed.join(', ')
  return (requested) => {
    if (requested === undefined) return undefined
    // A browser wants to see the safelisted ones too when their values are not harmless, such as a type of JSON.
    const missing = requested.filter((name) => !allowed.has(name.toLowerCase()))
    if (!missing.every((name) => SAFELISTED.includes(name.toLowerCase()))) return undefined
    return missing.length === 0 ? value : [...listed, ...missing].join(', ')
  }
}

function field(name: string, value: string): readonly string[] {
  return value === '' ? [] : [name, value]
}

function varyOn(names: readonly string[]): readonly string[] {
  return field('vary', names.join(', '))
}
