import { parseCredentials } from './authenticate.ts'
import type { Exchange } from './exchange.ts'

/** Who somebody says they are, as `Authorization` says it. */
export type Credentials = BearerCredentials | BasicCredentials | OtherCredentials

/** A token: whoever has it is let in (RFC 6750 §2.1). */
export interface BearerCredentials {
  readonly scheme: 'bearer'
  readonly token: string
}

/** A name and a password (RFC 7617 §2). Either may be empty. */
export interface BasicCredentials {
  readonly scheme: 'basic'
  readonly username: string
  readonly password: string
}

/** What any other scheme has. */
export interface OtherCredentials {
  readonly scheme: 'other'
  /** The scheme in lower case, such as `digest`. */
  readonly name: string
  /** What stands behind the scheme, where that is one token. */
  readonly token: string | undefined
  /** By name, in lower case; an object without a prototype. */
  readonly parameters: Readonly<Record<string, string>>
}

/** The credentials of a request; `undefined` when there are none, or none that can be read. */
export function credentialsOf(exchange: Exchange): Credentials | undefined {
  const value = exchange.header('authorization')
  return value === undefined ? undefined : readCredentials(value)
}

/**
 * Reads the value of `Authorization` as its scheme has it; `undefined` when it cannot be read.
 *
 * ```abnf
 * credentials = "Bearer" 1*SP b64token                     ; RFC 6750 §2.1
 *             / "Basic" 1*SP token68                       ; RFC 7617 §2, base64 of user-id ":" password
 *             / auth-scheme [ 1*SP ( token68 / #auth-param ) ]
 * ```
 *
 * @example
 * ```ts
 * readCredentials('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==')
 * // { scheme: 'basic', username: 'Aladdin', password: 'open sesame' }
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.2
 */
export function readCredentials(value: string): Credentials | undefined {
  const sent = parseCredentials(value)
  if (sent === undefined) return undefined
  const { scheme, token68: token } = sent
  if (scheme === 'bearer') return token === undefined ? undefined : { scheme, token }
  if (scheme === 'basic') return token === undefined ? undefined : readBasic(token)
  const { parameters = Object.create(null) as Record<string, string> } = sent
  return { scheme: 'other', name: scheme, token, parameters }
}

// The user-id ends at the first colon: it has none itself, and a password may (RFC 7617 §2).
const PAIR = /^([^:]*):(.*)$/su

// No control characters are in either (RFC 7617 §2).
const CONTROL = /\p{Cc}/u

function readBasic(token: string): BasicCredentials | undefined {
  const text = decodeToken(token)
  const [, username, password] = PAIR.exec(text ?? '') ?? []
  if (text === undefined || username === undefined || password === undefined) return undefined
  return CONTROL.test(text) ? undefined : { scheme: 'basic', username, password }
}

/** The text in a token: base64 of UTF-8, for which `charset="UTF-8"` in the challenge asks (RFC 7617 §2.1). */
function decodeToken(token: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(token), (character) => character.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
