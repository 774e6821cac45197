import { parseOrigin } from '../http/origin.ts'

/** One origin, or a pattern of origins. */
export type OriginRule = string | RegExp

/** Decides about an origin. Any answer but `true` refuses it. */
export type OriginTest = (origin: string) => boolean | Promise<boolean>

/** Whose pages may read the responses; see `origins` of the options. */
export type Origins = '*' | OriginRule | readonly OriginRule[] | OriginTest

/** What every page can send, from a sandboxed frame: the origin of nobody in particular (RFC 6454 §6.1). */
const NOBODY = 'null'

/**
 * The test that the declared origins amount to. It is asked with origins that `parseOrigin` has read, and
 * answers at once unless the declared function does not.
 *
 * @throws {TypeError} When there are none, or one of them could match nothing or too much.
 */
export function testOf(origins: Exclude<Origins, '*'>, credentials: boolean): OriginTest {
  if (typeof origins === 'function') return asked(origins)
  const rules = Array.isArray(origins) ? origins : [origins]
  const patterns: RegExp[] = []
  const names = new Set<string>()
  for (const rule of rules) {
    if (rule instanceof RegExp) patterns.push(wholeMatch(rule))
    else names.add(checkOrigin(rule, credentials))
  }
  if (rules.length === 0) throw new TypeError(`Cannot declare CORS: there are no origins\n${ADVICE}`)
  return (origin) =>
    names.has(origin) || (origin !== NOBODY && patterns.some((pattern) => pattern.test(origin)))
}

/** What to write, for whoever wrote no origins. */
const ADVICE =
  "  name them:        origins: ['https://app.example.com']\n" +
  '  or a pattern:     origins: /^https:\\/\\/[a-z0-9-]+\\.example\\.com$/\n' +
  '  or decide:        origins: (origin) => customers.has(origin)\n' +
  "  or allow any:     origins: '*'"

function asked(test: OriginTest): OriginTest {
  return (origin) => {
    if (origin === NOBODY) return false
    const answer: unknown = test(origin)
    // Whatever is not `true` refuses, so that a forgotten `return` opens nothing.
    return typeof answer === 'object' && answer !== null
      ? Promise.resolve<unknown>(answer).then((later) => later === true)
      : answer === true
  }
}

function checkOrigin(rule: unknown, credentials: boolean): string {
  if (rule === '*') throw refusal(rule, "it stands alone: origins: '*'")
  if (typeof rule !== 'string') throw refusal(String(rule), 'a text or a RegExp is needed')
  if (rule === NOBODY && credentials)
    throw refusal(rule, 'with credentials it would let in any page: each can send it from a sandboxed frame')
  if (rule.includes('*'))
    throw refusal(
      rule,
      `a pattern is a RegExp, such as ${String.raw`/^https:\/\/[a-z0-9-]+\.example\.com$/`}`,
    )
  const origin = parseOrigin(rule)
  if (origin === rule) return rule
  const meant = origin ?? originWithin(rule)
  throw refusal(
    rule,
    'an origin is scheme://host or scheme://host:port, as a browser sends it' +
      (meant === undefined ? '' : `\n  did you mean "${meant}"?`),
  )
}

/** The origin of a URL that says more than its origin, for the advice. */
function originWithin(rule: string): string | undefined {
  const url = URL.parse(rule.includes('://') ? rule : `https://${rule}`)
  return url === null || url.origin === NOBODY ? undefined : url.origin
}

/**
 * A pattern that has to match the whole origin: in `/^https:\/\/a|b$/` each side has only one anchor. The
 * flags `g` and `y` would remember the last request, `m` is for several lines.
 */
function wholeMatch(pattern: RegExp): RegExp {
  const { source, flags } = pattern
  if (!source.startsWith('^') || !/(?<!\\)(?:\\\\)*\$$/.test(source))
    throw refusal(String(pattern), 'without ^ and $ it also matches an origin that only contains it')
  // Neither what is escaped nor a class of characters has dots that stand for any character.
  if (/\.(?![*+?{])/.test(source.replace(/\\.|\[(?:\\.|[^\]\\])*\]/g, '_')))
    throw refusal(
      String(pattern),
      'a dot stands for any character, so that it also matches another host: \\.',
    )
  return new RegExp(`^(?:${source})$`, flags.replace(/[gmy]/g, ''))
}

function refusal(rule: string, reason: string): TypeError {
  return new TypeError(
    `Cannot allow the origin ${rule.startsWith('/') ? rule : JSON.stringify(rule)}: ${reason}`,
  )
}
