import { isToken } from '../http/syntax/token.ts'
import { type MaxAge, secondsOf } from './cors-max-age.ts'
import type { Origins } from './cors-origins.ts'

/** Which pages of other origins may use a resource, and how. */
export interface CorsOptions {
  /**
   * Whose pages may read the responses.
   *
   * - `'*'`: anybody's, without credentials.
   * - an origin as browsers send it, such as `'https://app.example.com'`, or `'null'`.
   * - a RegExp that matches the whole origin; it needs `^` and `$`, and its dots a backslash.
   * - several of these two.
   * - a function, asked with each origin; whatever it answers but `true` refuses.
   *
   * Only a listed `'null'` allows the origin `null`, which every page can send: patterns and functions are
   * not asked for it.
   */
  readonly origins: Origins
  /** What a page may call; the methods of the path when left out. */
  readonly methods?: readonly string[] | undefined
  /**
   * The request fields that a page may set besides those which need no permission. `'requested'` allows
   * what is asked for. By default those of conditional requests, `Authorization` and `X-Requested-With`.
   */
  readonly allowHeaders?: readonly string[] | 'requested' | undefined
  /** The response fields that a page may read. By default `ETag`, `Location`, `X-Request-ID` and a few more. */
  readonly exposeHeaders?: readonly string[] | undefined
  /** Whether a page may send cookies and other credentials of its user; `false` by default. */
  readonly credentials?: boolean | undefined
  /** How long a browser may keep the answer to a preflight: seconds or a span; a day by default. 0: never. */
  readonly maxAge?: MaxAge | undefined
  /** Whether a page of a public network may call into this private one; `false` by default. */
  readonly allowPrivateNetwork?: boolean | undefined
}

/** The request fields that pages may set by default. */
const ALLOW_HEADERS: readonly string[] = [
  'Accept',
  'Accept-Language',
  'Content-Type',
  'Content-Language',
  'Authorization',
  'X-Requested-With',
  'If-Match',
  'If-None-Match',
  'If-Modified-Since',
  'If-Unmodified-Since',
]
/** The response fields that pages may read by default. */
const EXPOSE_HEADERS: readonly string[] = [
  'Content-Length',
  'Content-Type',
  'ETag',
  'Location',
  'Retry-After',
  'X-Request-ID',
]

/** The options of a declaration, checked, with what is not given filled in. */
export interface CorsSettings {
  readonly origins: Origins
  /** `undefined` for those of the path. */
  readonly methods: readonly string[] | undefined
  readonly allowHeaders: readonly string[] | 'requested'
  readonly exposeHeaders: readonly string[]
  readonly credentials: boolean
  /** In seconds. */
  readonly maxAge: number
  readonly allowPrivateNetwork: boolean
}

const DEFAULTS: CorsSettings = {
  origins: [],
  methods: undefined,
  allowHeaders: ALLOW_HEADERS,
  exposeHeaders: EXPOSE_HEADERS,
  credentials: false,
  maxAge: 86_400,
  allowPrivateNetwork: false,
}

/**
 * The options with what is not given filled in. The single origins are not looked at.
 *
 * @throws {TypeError} When an option can only be a mistake, or would let any page use the credentials of its visitor.
 * @throws {RangeError} When `maxAge` is no span of time.
 */
export function settle(options: CorsOptions): CorsSettings {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(DEFAULTS, name))
  if (unknown !== undefined)
    throw new TypeError(
      `Cannot declare CORS: there is no option "${unknown}"\n  options: ${Object.keys(DEFAULTS).join(', ')}`,
    )
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const settings: CorsSettings = {
    ...DEFAULTS,
    ...Object.fromEntries(given),
    maxAge: secondsOf(options.maxAge ?? DEFAULTS.maxAge, 'maxAge'),
  }
  checkSettings(settings)
  return settings
}

function checkSettings({ origins, credentials, methods, allowHeaders, exposeHeaders }: CorsSettings): void {
  if (origins === '*' && credentials)
    throw new TypeError(
      "Cannot declare CORS: origins '*' with credentials would let any page act as its visitor\n" +
        "  name them:        origins: ['https://app.example.com']\n" +
        '  or decide:        origins: (origin) => customers.has(origin)',
    )
  checkNames('methods', methods ?? [])
  if (allowHeaders !== 'requested') checkNames('allowHeaders', allowHeaders)
  checkNames('exposeHeaders', exposeHeaders, !credentials)
}

function checkNames(option: string, names: readonly string[], mayBeAny = false): void {
  if (!Array.isArray(names)) throw new TypeError(`Cannot declare CORS: ${option} needs a list of names`)
  for (const name of names) {
    if (typeof name !== 'string' || !isToken(name))
      throw new TypeError(`Cannot declare CORS: ${option} has ${JSON.stringify(name)}, which is no token`)
    if (name === '*' && !mayBeAny)
      throw new TypeError(`Cannot declare CORS: ${option} has "*"; ${anyInstead(option)}`)
    // `fetch` sends "patch" as it is written, and it is another method than "PATCH" (RFC 9110 §9.1).
    if (option === 'methods' && name !== name.toUpperCase())
      throw new TypeError(
        `Cannot declare CORS: methods has "${name}"; case matters, did you mean "${name.toUpperCase()}"?`,
      )
  }
}

function anyInstead(option: string): string {
  if (option === 'methods') return 'leave methods out for those of the path'
  if (option === 'allowHeaders') return "write allowHeaders: 'requested'"
  return 'with credentials each name is needed'
}
