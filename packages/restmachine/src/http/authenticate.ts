import { splitList } from './syntax/list.ts'
import { formatQuotedString, parseQuotedString } from './syntax/quoted-string.ts'
import { endOfToken, isToken } from './syntax/token.ts'
import { skipWhitespace } from './syntax/whitespace.ts'

/**
 * One way to authenticate, as `WWW-Authenticate` offers it and `Authorization` takes it. It has parameters,
 * or a token68, or neither.
 */
export interface Challenge {
  readonly scheme: string
  /** By name, in lower case. */
  readonly parameters?: Readonly<Record<string, string>>
  readonly token68?: string
}

interface Draft {
  readonly scheme: string
  parameters?: Record<string, string>
  token68?: string
}

const SPACE = 0x20
const TOKEN68 = /^[0-9A-Za-z\-._~+/]+=*$/

// Digest wants these two bare (RFC 7616 §3.3). All others go quoted: `realm` must (RFC 9110 §11.5).
const BARE = new Set(['algorithm', 'stale'])

/**
 * Reads the value of `WWW-Authenticate`; `undefined` when any of it cannot be read.
 *
 * ```abnf
 * WWW-Authenticate = #challenge
 * challenge        = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
 * auth-param       = token BWS "=" BWS ( token / quoted-string )
 * token68          = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
 * ```
 *
 * @example
 * ```ts
 * parseChallenges('Basic realm="a, b", charset="UTF-8", Negotiate')
 * // [{ scheme: 'Basic', parameters: { realm: 'a, b', charset: 'UTF-8' } }, { scheme: 'Negotiate' }]
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export function parseChallenges(value: string): readonly Challenge[] | undefined {
  const members = splitList(value)
  if (members === undefined) return undefined
  const challenges: Draft[] = []
  for (const member of members) {
    // A comma parts parameters as well as challenges: a member that is a parameter belongs to the last one.
    if (addParameter(challenges.at(-1), member)) continue
    const schemeEnd = endOfToken(member, 0)
    const challenge: Draft = { scheme: member.slice(0, schemeEnd) }
    const rest = member.slice(schemeEnd)
    const content = rest.replace(/^ +/, '')
    if (schemeEnd === 0 || (rest !== '' && rest === content)) return undefined
    if (TOKEN68.test(content)) challenge.token68 = content
    else if (content !== '' && !addParameter(challenge, content)) return undefined
    challenges.push(challenge)
  }
  return challenges
}

/**
 * Reads the value of `Authorization`, the scheme in lower case; `undefined` when it cannot be read.
 *
 * ```abnf
 * Authorization = credentials
 * credentials   = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
 * ```
 *
 * @example
 * ```ts
 * parseCredentials('Bearer mF_9.B5f-4.1JqM') // { scheme: 'bearer', token68: 'mF_9.B5f-4.1JqM' }
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.2
 */
export function parseCredentials(value: string): Challenge | undefined {
  const usual = schemeAndToken(value)
  if (usual !== undefined) return usual
  const [credentials, second] = parseChallenges(value) ?? []
  if (credentials === undefined || second !== undefined) return undefined
  return { ...credentials, scheme: credentials.scheme.toLowerCase() }
}

// Nearly all credentials are a scheme and a token: 80 ns in place of 240.
function schemeAndToken(value: string): Challenge | undefined {
  const schemeEnd = endOfToken(value, 0)
  let start = schemeEnd
  while (value.charCodeAt(start) === SPACE) start++
  if (schemeEnd === 0 || start === schemeEnd) return undefined
  const token68 = value.slice(start)
  return TOKEN68.test(token68) ? { scheme: value.slice(0, schemeEnd).toLowerCase(), token68 } : undefined
}

/**
 * A challenge as a member of `WWW-Authenticate`.
 *
 * @throws {TypeError} When the scheme or the name of a parameter is no token, the token68 is none, or a
 *   value has a character that no field may carry.
 */
export function formatChallenge({ scheme, parameters = {}, token68 }: Challenge): string {
  for (const name of [scheme, ...Object.keys(parameters)]) {
    if (!isToken(name)) throw new TypeError(`Cannot format a challenge: ${JSON.stringify(name)} is no token`)
  }
  if (token68 !== undefined) {
    if (TOKEN68.test(token68)) return `${scheme} ${token68}`
    throw new TypeError(`Cannot format a challenge: ${JSON.stringify(token68)} is no token68`)
  }
  const formatted = Object.entries(parameters).map(([name, value]) => {
    const isBare = BARE.has(name.toLowerCase()) && isToken(value)
    return `${name}=${isBare ? value : formatQuotedString(value)}`
  })
  return formatted.length === 0 ? scheme : `${scheme} ${formatted.join(', ')}`
}

/** Adds the parameter that `text` is; `false` when it is none, or cannot stand there. */
function addParameter(challenge: Draft | undefined, text: string): boolean {
  const nameEnd = endOfToken(text, 0)
  const equals = skipWhitespace(text, nameEnd)
  if (challenge === undefined || challenge.token68 !== undefined || nameEnd === 0) return false
  if (text[equals] !== '=') return false

  const name = text.slice(0, nameEnd).toLowerCase()
  const raw = text.slice(skipWhitespace(text, equals + 1))
  const value = isToken(raw) ? raw : parseQuotedString(raw)
  // A name may occur only once in a challenge (§11.2).
  if (value === undefined || challenge.parameters?.[name] !== undefined) return false

  // Without a prototype: a client may name a parameter `__proto__`.
  challenge.parameters ??= Object.create(null) as Record<string, string>
  challenge.parameters[name] = value
  return true
}
