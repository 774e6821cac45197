import { formatExtendedValue, parseExtendedValue } from './syntax/extended-value.ts'
import { MAX_LIST_MEMBERS } from './syntax/list.ts'
import { endOfQuotedString, formatQuotedString, parseQuotedString } from './syntax/quoted-string.ts'
import { endOfToken, isToken } from './syntax/token.ts'
import { skipWhitespace } from './syntax/whitespace.ts'

/** A link to another resource. Besides `title`, such as `type`, `hreflang`, `media`, `anchor` and `as`. */
export interface Link {
  /** Where it leads, as it was sent: it may be relative. */
  readonly uri: string
  /** How the two are related; several relations are parted by spaces. */
  readonly rel: string
  /** Any text: `title*` is read and written when it is needed. */
  readonly title?: string
  /** The other parameters, names in lower case; empty for one without a value. */
  readonly [parameter: string]: string
}

const NO_URI = /[^\x21\x23-\x3b\x3d\x3f-\x7e]/
const ASCII = /^\p{ASCII}*$/u

/**
 * Reads the value of `Link`; `undefined` when any of it cannot be read, or there are more than 50 links or
 * 50 parameters of one. A link without `rel` is passed over (§3.3), and of a parameter given twice the
 * first counts.
 *
 * ```abnf
 * Link       = #link-value
 * link-value = "<" URI-Reference ">" *( OWS ";" OWS link-param )
 * link-param = token BWS [ "=" BWS ( token / quoted-string ) ]   ; beyond tokens, "/" and the like are read
 * ```
 *
 * @returns Objects without a prototype: a server may name a parameter `__proto__`.
 *
 * @example
 * ```ts
 * parseLink('</users?page=2,3>; rel="next"; title*=UTF-8\'\'%C3%A9, </>; rel=up')
 * // [{ uri: '/users?page=2,3', rel: 'next', title: 'é' }, { uri: '/', rel: 'up' }]
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc8288#section-3
 */
export function parseLink(value: string): readonly Link[] | undefined {
  const links: Link[] = []
  let at = skipCommas(value, 0)
  while (at < value.length) {
    const close = value.indexOf('>', at)
    if (value[at] !== '<' || close === -1) return undefined
    const parameters = new Map<string, string>()
    const end = readParameters(value, close + 1, parameters)
    if (end === -1 || (end < value.length && value[end] !== ',')) return undefined
    const link = toLink(value.slice(at + 1, close), parameters)
    if (link !== undefined && links.push(link) > MAX_LIST_MEMBERS) return undefined
    at = skipCommas(value, end)
  }
  return links
}

/**
 * Links as the value of `Link`; empty when there is none.
 *
 * @throws {TypeError} When a `uri` has what no URI has, such as a space or a letter beyond ASCII, a link
 *   has no `rel`, the name of a parameter is no token or ends in `*`, or a value has a character that no
 *   field may carry.
 *
 * @example
 * ```ts
 * formatLink([{ uri: '/users?page=2', rel: 'next', title: 'Page 2' }])
 * // '</users?page=2>; rel="next"; title="Page 2"'
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc8288#section-3
 */
export function formatLink(links: readonly Link[]): string {
  return links.map(formatOne).join(', ')
}

function skipCommas(value: string, from: number): number {
  let at = skipWhitespace(value, from)
  while (value[at] === ',') at = skipWhitespace(value, at + 1)
  return at
}

/** Adds the parameters that start at `from`; where they end, or `-1` when one cannot be read. */
function readParameters(value: string, from: number, parameters: Map<string, string>): number {
  let at = skipWhitespace(value, from)
  while (value[at] === ';') {
    const start = skipWhitespace(value, at + 1)
    const nameEnd = endOfToken(value, start)
    const name = value.slice(start, nameEnd).toLowerCase()
    at = skipWhitespace(value, nameEnd)
    let text: string | undefined = ''
    if (value[at] === '=') {
      const valueStart = skipWhitespace(value, at + 1)
      const isQuoted = value[valueStart] === '"'
      const end = isQuoted ? endOfQuotedString(value, valueStart) : endOfBare(value, valueStart)
      const raw = value.slice(valueStart, end)
      text = isQuoted ? parseQuotedString(raw) : raw
      if (name === '' || end <= valueStart || text === undefined) return -1
      at = skipWhitespace(value, end)
    }
    if (name !== '' && !parameters.has(name)) parameters.set(name, text)
    if (parameters.size > MAX_LIST_MEMBERS) return -1
  }
  return at
}

/** Where a value without quotes ends. Many write `type=text/html`, which RFC 5988 allowed. */
function endOfBare(value: string, from: number): number {
  let end = from
  while (end < value.length && !' \t",;'.includes(value[end] ?? '')) end++
  return end
}

function toLink(uri: string, parameters: Map<string, string>): Link | undefined {
  const extended = parameters.get('title*')
  const title = extended === undefined ? undefined : parseExtendedValue(extended)
  // Who can read both takes the one with the star (§3.4.1).
  if (title !== undefined) parameters.set('title', title)
  parameters.delete('title*')
  if (!parameters.has('rel')) return undefined
  parameters.set('uri', uri)
  return Object.assign(Object.create(null), Object.fromEntries(parameters)) as Link
}

function formatOne({ uri, rel, ...parameters }: Link): string {
  const refuse = (reason: string): TypeError =>
    new TypeError(`Cannot format a link to ${JSON.stringify(uri)}: ${reason}`)
  if (NO_URI.test(uri)) throw refuse('no URI has all of these characters; encodeURI escapes them')
  if (typeof rel !== 'string' || rel === '') throw refuse('it needs a rel, such as next')
  let formatted = `<${uri}>`
  for (const [name, value] of Object.entries({ rel, ...parameters })) {
    if (!isToken(name) || name.endsWith('*')) throw refuse(`${JSON.stringify(name)} cannot name a parameter`)
    // Quoted, also where a token would do: many clients look for `rel="next"`.
    if (name === 'title' && !ASCII.test(value)) formatted += `; title*=${formatExtendedValue(value)}`
    else formatted += value === '' ? `; ${name}` : `; ${name}=${formatQuotedString(value)}`
  }
  return formatted
}
