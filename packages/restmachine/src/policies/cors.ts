import { parseRequestedHeaders } from '../http/access-control.ts'
import { parseOrigin } from '../http/origin.ts'
import { type CorsOptions, type CorsSettings, settle } from './cors-options.ts'
import { type OriginTest, testOf } from './cors-origins.ts'

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
  const settings = settle(options)
  const { origins, credentials } = settings
  const test = origins === '*' ? undefined : testOf(origins, credentials)
  return {
    isDynamic: test !== undefined,
    actual: responder(settings, test),
    ...preflighter(settings, test),
  }
}

function responder(
  { origins, exposeHeaders, credentials }: CorsSettings,
  test: OriginTest | undefined,
): Cors['actual'] {
  const refused = Object.freeze(test === undefined ? [] : ['vary', 'origin'])
  const allowed = [
    ...allowCredentials(credentials),
    ...field('access-control-expose-headers', exposeHeaders),
    ...refused,
  ]
  function allow(origin: string): readonly string[] {
    return ['access-control-allow-origin', origin, ...allowed]
  }

  if (test === undefined) {
    const anyone = Object.freeze(allow('*'))
    return () => anyone
  }
  // A listed origin comes as it is listed: it is found in 30 ns, and read and tested in 360.
  const listed = new Map<string, readonly string[]>()
  for (const rule of [origins].flat())
    if (typeof rule === 'string') listed.set(rule, Object.freeze(allow(rule)))
  return (origin) => listed.get(origin ?? '') ?? judge(test, origin, allow, refused)
}

function preflighter(
  settings: CorsSettings,
  test: OriginTest | undefined,
): Pick<Cors, 'preflight' | 'refused'> {
  const { allowHeaders, allowPrivateNetwork, credentials, maxAge } = settings
  const methods = settings.methods && [...settings.methods]
  const grant = allowHeaders === 'requested' ? grantRequested : grantListed([...allowHeaders])
  const refused = Object.freeze(
    field('vary', [
      ...(test === undefined ? [] : ['origin']),
      'access-control-request-method',
      'access-control-request-headers',
      ...(allowPrivateNetwork ? ['access-control-request-private-network'] : []),
    ]),
  )
  const allowed = [...allowCredentials(credentials), 'access-control-max-age', maxAge.toFixed(), ...refused]

  return {
    refused,
    preflight({ origin, method, headers, privateNetwork }, allowedMethods) {
      const offered = methods ?? allowedMethods
      const granted = grant(headers === undefined ? [] : parseRequestedHeaders(headers))
      // Before the origin: a function about origins may be dear.
      if (granted === undefined || !offered.includes(method)) return undefined
      const allow = (whom: string): readonly string[] => [
        'access-control-allow-origin',
        whom,
        ...field('access-control-allow-methods', offered),
        ...field('access-control-allow-headers', granted),
        ...(privateNetwork && allowPrivateNetwork ? ['access-control-allow-private-network', 'true'] : []),
        ...allowed,
      ]
      return test === undefined ? allow('*') : judge(test, origin, allow, undefined)
    },
  }
}

/** What `yes` gives for the origin when the test allows it, else `no`. */
function judge<Yes, No>(
  test: OriginTest,
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

/** The names in `Access-Control-Allow-Headers` for the requested ones; `undefined` when these are refused. */
type Grant = (requested: readonly string[] | undefined) => readonly string[] | undefined

const grantRequested: Grant = (requested) => requested

function grantListed(listed: readonly string[]): Grant {
  const allowed = new Set(listed.map((name) => name.toLowerCase()))
  return (requested) => {
    // A browser wants to see the safelisted ones too when their values are not harmless, such as a type of JSON.
    const missing = requested?.filter((name) => !allowed.has(name))
    if (!missing?.every((name) => SAFELISTED.includes(name))) return undefined
    return [...listed, ...missing]
  }
}

function allowCredentials(credentials: boolean): readonly string[] {
  return credentials ? ['access-control-allow-credentials', 'true'] : []
}

function field(name: string, members: readonly string[]): readonly string[] {
  return members.length === 0 ? [] : [name, members.join(', ')]
}
