import { nearest } from '../text/nearest.ts'
import { type CspDirectives, DIRECTIVES, type DirectiveName, kebab, wordsOf } from './csp-directives.ts'
import { isBase64 } from './csp-sources.ts'

/** A content security policy. */
export interface CspOptions extends CspDirectives {
  /**
   * Whether each response has a nonce of its own. It joins `script-src` and `style-src`, and their elements
   * where these have their own; a missing one starts as a copy of `default-src`. One that is `'none'` stays so.
   * Browsers then ignore `'unsafe-inline'` beside it. `false` by default.
   */
  readonly nonce?: boolean | undefined
  /** Whether browsers only report what the policy forbids; `false` by default. */
  readonly reportOnly?: boolean | undefined
}

/** What a content security policy amounts to. */
export interface Csp {
  /** Whether {@link field} needs a nonce, one for each response. */
  readonly needsNonce: boolean
  /**
   * The field, flat: its name in lower case and its value. Always the same list for a policy that does not
   * change.
   *
   * @throws {TypeError} When a needed nonce is missing or no base64, or a function gives no sources.
   */
  field(nonce?: string): readonly string[]
}

/**
 * Policies to start from: spread one, and override what differs.
 *
 * - `strict`: everything from the own origin; no plugins, no foreign `<base>`, no foreign forms.
 * - `basic`: everything from the own origin.
 * - `relaxed`: also styles in the page, and images from `data:` and `https:`.
 * - `development`: only reports; also scripts in the page and from strings.
 *
 * @example
 * ```ts
 * createCsp({ ...csp.strict, imgSrc: ['self', 'data:'] }).field()[1]
 * // "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'"
 * ```
 */
export const csp: Readonly<Record<'strict' | 'basic' | 'relaxed' | 'development', CspOptions>> = frozen({
  strict: { defaultSrc: ['self'], objectSrc: ['none'], baseUri: ['self'], formAction: ['self'] },
  basic: { defaultSrc: ['self'] },
  relaxed: {
    defaultSrc: ['self'],
    styleSrc: ['self', 'unsafe-inline'],
    imgSrc: ['self', 'data:', 'https:'],
  },
  development: {
    reportOnly: true,
    defaultSrc: ['self'],
    scriptSrc: ['self', 'unsafe-inline', 'unsafe-eval'],
    styleSrc: ['self', 'unsafe-inline'],
  },
})

/** Stands for the nonce until there is one; no source can have it. */
const PLACE = '\u0000'

const NONCE_FALLS_BACK: readonly DirectiveName[] = ['scriptSrc', 'styleSrc']
const NONCE_WHEN_THERE: readonly DirectiveName[] = ['scriptSrcElem', 'styleSrcElem']

/**
 * Reads a content security policy, once; what it makes writes the field of each response.
 *
 * @throws {TypeError} When a directive does not exist, has a source that is none, or the policy is empty.
 *
 * @example
 * ```ts
 * const policy = createCsp({ defaultSrc: 'self', nonce: true })
 * policy.field('r4nd0m')[1]
 * // "default-src 'self'; script-src 'self' 'nonce-r4nd0m'; style-src 'self' 'nonce-r4nd0m'"
 * ```
 *
 * @see https://www.w3.org/TR/CSP3/
 */
export function createCsp(options: CspOptions): Csp {
  const { nonce, reportOnly, ...directives } = options
  for (const name of Object.keys(directives)) checkName(name)
  const needsNonce = nonce === true
  const name = reportOnly === true ? 'content-security-policy-report-only' : 'content-security-policy'

  const changes = Object.values(directives).some((value) => typeof value === 'function')
  const settled = changes ? undefined : piecesOf(directives, needsNonce)
  const constant = needsNonce || settled === undefined ? undefined : Object.freeze([name, settled.join('')])

  return {
    needsNonce,
    field(given) {
      if (constant !== undefined) return constant
      if (needsNonce && (given === undefined || !isBase64(given)))
        throw refusal(given === undefined ? 'it needs a nonce' : 'the nonce is no base64')
      return [name, (settled ?? piecesOf(directives, needsNonce)).join(given)]
    },
  }
}

/** The policy, parted where the nonce goes. */
function piecesOf(directives: CspDirectives, needsNonce: boolean): readonly string[] {
  const words = wordsOf(directives)
  if (words.size === 0) throw refusal('it has no directive')
  if (needsNonce) addNonce(words)
  return DIRECTIVES.filter((name) => words.has(name))
    .map((name) => [kebab(name), ...(words.get(name) ?? [])].join(' '))
    .join('; ')
    .split(PLACE)
}

function addNonce(words: Map<DirectiveName, readonly string[]>): void {
  const nonce = `'nonce-${PLACE}'`
  const fallback = words.get('defaultSrc')?.filter((word) => word !== "'none'")
  let isThere = false
  for (const name of [...NONCE_FALLS_BACK, ...NONCE_WHEN_THERE]) {
    const sources = words.get(name) ?? (NONCE_FALLS_BACK.includes(name) ? fallback : undefined)
    if (sources === undefined || sources.includes("'none'")) continue
    words.set(name, [...sources, nonce])
    isThere = true
  }
  if (!isThere) throw refusal('there is no place for the nonce; give scriptSrc, styleSrc or defaultSrc')
}

function checkName(name: string): void {
  if ((DIRECTIVES as readonly string[]).includes(name)) return
  const meant = nearest(name, [...DIRECTIVES, 'nonce', 'reportOnly'])
  const advice = meant === undefined ? `directives: ${DIRECTIVES.join(', ')}` : `did you mean "${meant}"?`
  throw refusal(`there is no directive ${JSON.stringify(name)}\n  ${advice}`)
}

function refusal(fault: string): TypeError {
  return new TypeError(`Cannot write the content security policy: ${fault}`)
}

function frozen<Value extends object>(value: Value): Value {
  for (const member of Object.values(value)) if (typeof member === 'object') frozen(member)
  return Object.freeze(value)
}
