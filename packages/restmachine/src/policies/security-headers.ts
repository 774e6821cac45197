import { type MaxAge, secondsOf } from './cors-max-age.ts'

/** How much of the address of a page goes along with its requests. */
export type ReferrerPolicy = (typeof REFERRER_POLICIES)[number]

/** What `Strict-Transport-Security` says (RFC 6797 §6.1). */
export interface StrictTransportSecurity {
  /** How long browsers use https only: seconds or a span; 365 days by default. */
  readonly maxAge?: MaxAge | undefined
  /** Whether the hosts below this one are https only too; `false` by default. */
  readonly includeSubDomains?: boolean | undefined
  /** Whether browsers may be built with the host; needs `includeSubDomains` and a year. `false` by default. */
  readonly preload?: boolean | undefined
}

/** Who may use each feature of the browser: `'*'`, or a list of `'self'` and origins; an empty one means nobody. */
export type PermissionsPolicy = Readonly<Record<string, '*' | readonly string[]>>

/** The field of each option; `false` leaves it out. */
export interface SecurityHeadersOptions {
  /**
   * `Strict-Transport-Security`: whether everything is served by https, now and for the time it says.
   * `false` by default, because a browser does not forget it.
   */
  readonly https?: boolean | StrictTransportSecurity | undefined
  /** `X-Content-Type-Options`: whether browsers take the media type as it is sent; `'nosniff'` by default. */
  readonly contentTypeOptions?: 'nosniff' | false | undefined
  /**
   * `Referrer-Policy`; `'same-origin'` by default. The last of a list that a browser knows counts.
   * Under `'no-referrer'` a browser sends `Origin: null` with forms.
   */
  readonly referrerPolicy?: ReferrerPolicy | readonly ReferrerPolicy[] | false | undefined
  /** `Cross-Origin-Opener-Policy`; `'same-origin'` by default. */
  readonly crossOriginOpenerPolicy?: (typeof OPENER_POLICIES)[number] | false | undefined
  /** `Cross-Origin-Resource-Policy`; `'same-origin'` by default. It does not concern requests by CORS. */
  readonly crossOriginResourcePolicy?: (typeof RESOURCE_POLICIES)[number] | false | undefined
  /** `X-Frame-Options`; `'DENY'` by default. Where a policy has `frameAncestors`, browsers go by that. */
  readonly frameOptions?: 'DENY' | 'SAMEORIGIN' | false | undefined
  /** `Permissions-Policy`; by default nobody gets camera, microphone, geolocation, payment and USB. */
  readonly permissionsPolicy?: PermissionsPolicy | false | undefined
  /** `Origin-Agent-Cluster`; `true` by default. */
  readonly originAgentCluster?: boolean | undefined
}

const REFERRER_POLICIES = [
  'no-referrer',
  'no-referrer-when-downgrade',
  'origin',
  'origin-when-cross-origin',
  'same-origin',
  'strict-origin',
  'strict-origin-when-cross-origin',
  'unsafe-url',
] as const
const OPENER_POLICIES = [
  'same-origin',
  'same-origin-allow-popups',
  'noopener-allow-popups',
  'unsafe-none',
] as const
const RESOURCE_POLICIES = ['same-origin', 'same-site', 'cross-origin'] as const

const YEAR = 31_536_000
const NOBODY: PermissionsPolicy = { camera: [], geolocation: [], microphone: [], payment: [], usb: [] }

// One origin, or with `*.` those below it; nothing in it could end the quotes it is put in.
const ORIGINS = /^[a-z][a-z0-9+.-]*:\/\/(?:\*\.)?[a-z0-9.-]+(?::\d{1,5})?$/

/** What writes the field of an option: `undefined` leaves it out. */
type Writer = (value: unknown, option: string) => string | undefined

/** For each option its field, what writes it, and what it is when it is not given. */
const FIELDS: Readonly<
  Record<keyof SecurityHeadersOptions, readonly [name: string, Writer, standard: unknown]>
> = {
  contentTypeOptions: ['x-content-type-options', oneOf(['nosniff']), 'nosniff'],
  referrerPolicy: ['referrer-policy', oneOrMore(REFERRER_POLICIES), 'same-origin'],
  https: ['strict-transport-security', transportSecurity, false],
  crossOriginOpenerPolicy: ['cross-origin-opener-policy', oneOf(OPENER_POLICIES), 'same-origin'],
  crossOriginResourcePolicy: ['cross-origin-resource-policy', oneOf(RESOURCE_POLICIES), 'same-origin'],
  frameOptions: ['x-frame-options', oneOf(['DENY', 'SAMEORIGIN']), 'DENY'],
  permissionsPolicy: ['permissions-policy', permissions, NOBODY],
  originAgentCluster: ['origin-agent-cluster', (value) => (value === true ? '?1' : undefined), true],
}

/**
 * The fields that close what browsers leave open by default, flat, with names in lower case.
 *
 * @throws {TypeError} When an option does not exist or has a value that the field cannot have.
 * @throws {RangeError} When `maxAge` is no span of time.
 *
 * @example
 * ```ts
 * securityHeaders({ permissionsPolicy: false }).slice(0, 4)
 * // ['x-content-type-options', 'nosniff', 'referrer-policy', 'same-origin']
 * ```
 */
export function securityHeaders(options: SecurityHeadersOptions = {}): readonly string[] {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(FIELDS, name))
  if (unknown !== undefined)
    throw new TypeError(
      `Cannot set security headers: there is no option "${unknown}"\n  options: ${Object.keys(FIELDS).join(', ')}`,
    )
  const flat: string[] = []
  for (const option of Object.keys(FIELDS) as (keyof SecurityHeadersOptions)[]) {
    const [name, write, standard] = FIELDS[option]
    const given = options[option] ?? standard
    const value = given === false ? undefined : write(given, option)
    if (value !== undefined) flat.push(name, value)
  }
  return Object.freeze(flat)
}

function oneOf(known: readonly string[]): Writer {
  return (value, option) => {
    if (known.includes(value as string)) return value as string
    throw refusal(option, `has ${JSON.stringify(value)}; it may have ${known.join(', ')}`)
  }
}

function oneOrMore(known: readonly string[]): Writer {
  const one = oneOf(known)
  return (value, option) => {
    if (Array.isArray(value) && value.length > 0) return value.map((word) => one(word, option)).join(', ')
    return one(value, option)
  }
}

function transportSecurity(value: unknown): string {
  const {
    maxAge = YEAR,
    includeSubDomains,
    preload,
  }: StrictTransportSecurity = value === true ? {} : Object(value)
  const seconds = secondsOf(maxAge, 'https.maxAge')
  if (preload === true && (includeSubDomains !== true || seconds < YEAR))
    throw refusal('https', 'has preload, which needs includeSubDomains and a maxAge of 365 days')
  return [
    `max-age=${seconds.toFixed()}`,
    ...(includeSubDomains === true ? ['includeSubDomains'] : []),
    ...(preload === true ? ['preload'] : []),
  ].join('; ')
}

/** A dictionary of structured fields (RFC 9651 §3.2): `camera=(), geolocation=(self "https://maps.example")`. */
function permissions(value: unknown, option: string): string | undefined {
  const members = Object.entries(value as PermissionsPolicy).map(([feature, who]) => {
    if (!/^[a-z][a-z0-9-]*$/.test(feature))
      throw refusal(option, `has ${JSON.stringify(feature)}, which is no feature`)
    if (who === '*') return `${feature}=*`
    if (!Array.isArray(who)) throw refusal(option, `has ${feature}, which needs "*" or a list`)
    return `${feature}=(${who.map((one) => permitted(one, option)).join(' ')})`
  })
  return members.length === 0 ? undefined : members.join(', ')
}

function permitted(one: string, option: string): string {
  if (one === 'self') return one
  if (typeof one === 'string' && ORIGINS.test(one)) return `"${one}"`
  throw refusal(option, `has ${JSON.stringify(one)}, which is neither "self" nor an origin`)
}

function refusal(option: string, fault: string): TypeError {
  return new TypeError(`Cannot set security headers: ${option} ${fault}`)
}
