/** The words that stand for sources; a policy has them in single quotes, options may leave the quotes out. */
export const KEYWORDS = [
  'self',
  'none',
  'unsafe-inline',
  'unsafe-eval',
  'unsafe-hashes',
  'strict-dynamic',
  'report-sample',
  'wasm-unsafe-eval',
  'trusted-types-eval',
  'inline-speculation-rules',
  'unsafe-allow-redirects',
  'unsafe-webtransport-hashes',
  'report-sha256',
  'report-sha384',
  'report-sha512',
] as const

/** A word that stands for sources. */
export type CspKeyword = (typeof KEYWORDS)[number]

/** A host or scheme: the intersection keeps the keywords in the suggestions of an editor. */
type Place = string & Record<never, never>

/** One source: a keyword, a nonce, a hash, a scheme such as `data:`, a host such as `https://*.example.com`. */
export type CspSource = CspKeyword | `nonce-${string}` | `sha${256 | 384 | 512}-${string}` | Place

const keywords: ReadonlySet<string> = new Set(KEYWORDS)

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/
const SCHEME = /^[a-z][a-z0-9+.-]*:$/i
// The path without `;` and `,`, which part directives and policies. Neither a query nor a fragment can match.
const HOST =
  /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::(?:\d{1,5}|\*))?(?:\/(?:[a-z0-9._~!$&'()*+=:@/-]|%[0-9a-f]{2})*)?$/i

/** The characters of a hash in base64, without the padding. */
const HASH_LENGTHS: Readonly<Record<string, number>> = { sha256: 43, sha384: 64, sha512: 86 }

/** Whether a text can stand as a nonce, or as the value of a hash, in a policy. */
export function isBase64(value: string): boolean {
  return BASE64.test(value)
}

/**
 * A source as a policy has it: keywords, nonces and hashes in single quotes.
 *
 * ```abnf
 * source-expression = scheme-source / host-source / keyword-source / nonce-source / hash-source
 * base64-value      = 1*( ALPHA / DIGIT / "+" / "/" / "-" / "_" ) *2( "=" )
 * ```
 *
 * @param directive The directive it is for, as the error names it.
 * @throws {TypeError} When it is no source, such as one with a space, `;` or `,`.
 *
 * @example
 * ```ts
 * formatSource('self', 'scriptSrc') // "'self'"
 * formatSource('https://cdn.example.com', 'scriptSrc') // 'https://cdn.example.com'
 * ```
 *
 * @see https://www.w3.org/TR/CSP3/#framework-directive-source-list
 */
export function formatSource(source: string, directive: string): string {
  if (typeof source !== 'string') throw refusal(String(source), directive, 'it is no text')
  const isQuoted = source.length > 2 && source.startsWith("'") && source.endsWith("'")
  const word = isQuoted ? source.slice(1, -1) : source
  const quoted = quotable(word, directive)
  if (quoted !== undefined) return `'${quoted}'`
  if (isQuoted)
    throw refusal(source, directive, `only keywords, nonces and hashes are quoted: ${KEYWORDS.join(', ')}`)
  if (HOST.test(source) || SCHEME.test(source)) return source
  throw refusal(source, directive, reasonOf(source))
}

/** A source of `frame-ancestors`, which knows hosts, schemes, `'self'` and `'none'` only (CSP3 §6.4.2). */
export function formatAncestor(source: string, directive: string): string {
  const formatted = formatSource(source, directive)
  if (!formatted.startsWith("'") || formatted === "'self'" || formatted === "'none'") return formatted
  throw refusal(source, directive, "only 'self', 'none', hosts and schemes can stand there")
}

/** What goes between quotes: case matters only behind the `-` of a nonce or hash. */
function quotable(word: string, directive: string): string | undefined {
  const lowerCase = word.toLowerCase()
  if (keywords.has(lowerCase)) return lowerCase
  const [, kind = '', value = ''] = /^(nonce|sha256|sha384|sha512)-(.+)$/i.exec(word) ?? []
  if (!isBase64(value)) return undefined
  const needed = HASH_LENGTHS[kind.toLowerCase()]
  const length = value.replace(/=+$/, '').length
  if (needed !== undefined && length !== needed)
    throw refusal(word, directive, `a ${kind} hash has ${needed} characters of base64, not ${length}`)
  return `${kind.toLowerCase()}-${value}`
}

function reasonOf(source: string): string {
  if (/[;,]/.test(source)) return 'a ";" or "," would end it; a path has them as %3B and %2C'
  if (/\s/.test(source)) return 'there is a space in it; give several sources as a list'
  if (/[?#]/.test(source)) return 'a source has neither query nor fragment'
  if (/[^\x20-\x7e]/.test(source)) return 'a host is written in ASCII (xn--…)'
  return 'it is neither a keyword, a nonce, a hash, a scheme nor a host'
}

function refusal(source: string, directive: string, reason: string): TypeError {
  return new TypeError(
    `Cannot write the content security policy: ${directive} has ${JSON.stringify(source)}: ${reason}`,
  )
}
