import { MAX_LIST_MEMBERS } from './list.ts'
import { endOfQuotedString, formatQuotedString, parseQuotedString } from './quoted-string.ts'
import { endOfToken, isToken } from './token.ts'
import { skipWhitespace } from './whitespace.ts'

/**
 * The parameters that fill `value` from `from` to its end, or `undefined` when something else does.
 * Names come in lower case. A name given twice is refused: two readers might each take another one.
 *
 * ```abnf
 * parameters      = *( OWS ";" OWS [ parameter ] )
 * parameter       = parameter-name "=" parameter-value
 * parameter-name  = token
 * parameter-value = ( token / quoted-string )
 * ```
 *
 * @example
 * ```ts
 * parseParameters('text/plain; Charset="utf-8"', 10) // new Map([['charset', 'utf-8']])
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.6
 */
export function parseParameters(value: string, from: number): Map<string, string> | undefined {
  const parameters = new Map<string, string>()
  let at = from
  while (at < value.length) {
    at = skipWhitespace(value, at)
    if (value[at] !== ';') return undefined
    at = skipWhitespace(value, at + 1)

    const equals = endOfToken(value, at)
    if (equals === at) continue
    const name = value.slice(at, equals).toLowerCase()
    if (value[equals] !== '=' || parameters.has(name)) return undefined
    if (parameters.size === MAX_LIST_MEMBERS) return undefined

    const start = equals + 1
    const isQuoted = value[start] === '"'
    const end = isQuoted ? endOfQuotedString(value, start) : endOfToken(value, start)
    const raw = value.slice(start, end)
    const text = isQuoted ? parseQuotedString(raw) : raw
    if (end <= start || text === undefined) return undefined
    parameters.set(name, text)
    at = end
  }
  return parameters
}

/**
 * Parameters as they follow a value; without a space, the form that RFC 9110 §8.3.1 prefers.
 *
 * @throws {TypeError} When a value has a character that no field may carry.
 */
export function formatParameters(parameters: ReadonlyMap<string, string>): string {
  let formatted = ''
  for (const [name, value] of parameters) {
    formatted += `;${name}=${isToken(value) ? value : formatQuotedString(value)}`
  }
  return formatted
}
