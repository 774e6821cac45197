import { type CspSource, formatAncestor, formatSource } from './csp-sources.ts'

/** One source, several, or a function that is asked for them for each response. */
export type CspSources = CspSource | readonly CspSource[] | (() => CspSource | readonly CspSource[])

/** What a sandboxed page may do all the same. */
export type SandboxFlag = (typeof SANDBOX_FLAGS)[number]

/** The directives of a content security policy, by their names in camel case; one that is `undefined` is left out. */
export interface CspDirectives {
  /** Wherever no other directive of this family says something else. */
  readonly defaultSrc?: CspSources | undefined
  /** Scripts; also workers, and elements and attributes, unless these have their own. */
  readonly scriptSrc?: CspSources | undefined
  /** Elements `<script>`. */
  readonly scriptSrcElem?: CspSources | undefined
  /** Handlers in attributes, such as `onclick`. */
  readonly scriptSrcAttr?: CspSources | undefined
  /** Styles; also elements and attributes, unless these have their own. */
  readonly styleSrc?: CspSources | undefined
  /** Elements `<style>` and `<link rel="stylesheet">`. */
  readonly styleSrcElem?: CspSources | undefined
  /** The attribute `style`. */
  readonly styleSrcAttr?: CspSources | undefined
  readonly imgSrc?: CspSources | undefined
  readonly fontSrc?: CspSources | undefined
  /** What scripts may connect to: `fetch`, `WebSocket`, `EventSource`, `sendBeacon`. */
  readonly connectSrc?: CspSources | undefined
  readonly mediaSrc?: CspSources | undefined
  /** Elements `<object>` and `<embed>`. */
  readonly objectSrc?: CspSources | undefined
  /** What may be framed. */
  readonly frameSrc?: CspSources | undefined
  /** Elements `<fencedframe>`. */
  readonly fencedFrameSrc?: CspSources | undefined
  /** Frames and workers, unless these have their own. */
  readonly childSrc?: CspSources | undefined
  readonly workerSrc?: CspSources | undefined
  readonly manifestSrc?: CspSources | undefined
  /** Connections by WebRTC. */
  readonly webrtc?: 'allow' | 'block' | undefined
  /** What `<base>` may name. `default-src` does not stand for it. */
  readonly baseUri?: CspSources | undefined
  /** Where forms may be sent. `default-src` does not stand for it. */
  readonly formAction?: CspSources | undefined
  /** Who may frame the page: hosts, schemes, `'self'`, `'none'`. `default-src` does not stand for it. */
  readonly frameAncestors?: CspSources | undefined
  /** Treats the page as a sandboxed frame, without what the flags give back. */
  readonly sandbox?: boolean | SandboxFlag | readonly SandboxFlag[] | undefined
  /** Refuses plain texts where the DOM would run them. */
  readonly requireTrustedTypesFor?: 'script' | undefined
  /** The names that trusted types policies may have; also `none`, `allow-duplicates` and `*`. */
  readonly trustedTypes?: string | readonly string[] | undefined
  /** Asks for `http:` by `https:`. */
  readonly upgradeInsecureRequests?: boolean | undefined
  /** The name of an endpoint in `Reporting-Endpoints` that gets reports. */
  readonly reportTo?: string | undefined
  /** Where reports go in browsers that do not know `report-to`. */
  readonly reportUri?: string | readonly string[] | undefined
}

/** The name of a directive in camel case. */
export type DirectiveName = keyof CspDirectives

/** The words behind the name of a directive; `undefined` leaves the directive out. */
type Words = readonly string[] | undefined

const SANDBOX_FLAGS = [
  'allow-downloads',
  'allow-forms',
  'allow-modals',
  'allow-orientation-lock',
  'allow-pointer-lock',
  'allow-popups',
  'allow-popups-to-escape-sandbox',
  'allow-presentation',
  'allow-same-origin',
  'allow-scripts',
  'allow-storage-access-by-user-activation',
  'allow-top-navigation',
  'allow-top-navigation-by-user-activation',
  'allow-top-navigation-to-custom-protocols',
] as const

const TRUSTED_TYPES_KEYWORDS = ['none', 'allow-duplicates']

/** For each directive what writes it; a policy has them in this order. */
const WRITERS: Readonly<Record<DirectiveName, (value: unknown, name: string) => Words>> = {
  defaultSrc: sources,
  scriptSrc: sources,
  scriptSrcElem: sources,
  scriptSrcAttr: sources,
  styleSrc: sources,
  styleSrcElem: sources,
  styleSrcAttr: sources,
  imgSrc: sources,
  fontSrc: sources,
  connectSrc: sources,
  frameSrc: sources,
  fencedFrameSrc: sources,
  childSrc: sources,
  objectSrc: sources,
  mediaSrc: sources,
  workerSrc: sources,
  manifestSrc: sources,
  webrtc: (value, name) => [`'${oneOf(['allow', 'block'], value, name)}'`],
  baseUri: sources,
  formAction: sources,
  frameAncestors: (value, name) =>
    alone(
      listOf(value, name).map((source) => formatAncestor(source, name)),
      name,
    ),
  sandbox: (value, name) => {
    if (typeof value === 'boolean') return value ? [] : undefined
    return [value].flat().map((flag) => oneOf(SANDBOX_FLAGS, flag, name))
  },
  requireTrustedTypesFor: (value, name) => [`'${oneOf(['script'], value, name)}'`],
  trustedTypes: (value, name) =>
    alone(
      listOf(value, name).map((word) => policyName(word, name)),
      name,
    ),
  upgradeInsecureRequests: (value) => (value === true ? [] : undefined),
  reportUri: (value, name) => listOf(value, name).map((uri) => matching(/^[^\s;,'"\\]+$/, uri, name)),
  reportTo: (value, name) => [matching(/^[a-z0-9_*.!#$%&+^`|~-]+$/i, value, name)],
}

/** The directives in the order in which a policy has them. */
export const DIRECTIVES = Object.keys(WRITERS) as readonly DirectiveName[]

/**
 * The words of each directive that is there.
 *
 * @throws {TypeError} When a value cannot stand in a policy.
 */
export function wordsOf(directives: CspDirectives): Map<DirectiveName, readonly string[]> {
  const written = new Map<DirectiveName, readonly string[]>()
  for (const name of DIRECTIVES) {
    const value = directives[name]
    const words = value === undefined ? undefined : WRITERS[name](value, name)
    if (words !== undefined) written.set(name, [...new Set(words)])
  }
  return written
}

/** A directive as a policy has it: `scriptSrc` → `script-src`. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

function sources(value: unknown, name: string): Words {
  return alone(
    listOf(value, name).map((source) => formatSource(source, name)),
    name,
  )
}

function listOf(value: unknown, name: string): readonly string[] {
  const given: unknown = typeof value === 'function' ? value() : value
  const list = Array.isArray(given) ? given : [given]
  // In a policy an empty list means 'none', elsewhere often "no rule": neither is to be guessed.
  if (list.length === 0) throw refusal(name, "has an empty list; write 'none', or leave it out")
  return list
}

/** `'none'` beside others is ignored by browsers: what was meant to be closed would be open. */
function alone(words: readonly string[], name: string): readonly string[] {
  if (words.length > 1 && words.includes("'none'"))
    throw refusal(name, "has 'none', which has to stand alone")
  return words
}

function policyName(word: string, name: string): string {
  const bare = String(word).replace(/^'(.*)'$/, '$1')
  return TRUSTED_TYPES_KEYWORDS.includes(bare)
    ? `'${bare}'`
    : matching(/^(?:\*|[a-z0-9#=_/@.%-]+)$/i, word, name)
}

function oneOf(known: readonly string[], value: unknown, name: string): string {
  if (known.includes(value as string)) return value as string
  throw refusal(name, `has ${JSON.stringify(value)}; it may have ${known.join(', ')}`)
}

function matching(pattern: RegExp, value: unknown, name: string): string {
  if (typeof value === 'string' && pattern.test(value) && /^[\x21-\x7e]+$/.test(value)) return value
  throw refusal(name, `cannot have ${JSON.stringify(value)}`)
}

function refusal(name: string, fault: string): TypeError {
  return new TypeError(`Cannot write the content security policy: ${name} ${fault}`)
}
