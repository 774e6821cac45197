import { type CharsetRange, parseAcceptCharset } from '../http/accept-charset.ts'
import { isToken } from '../http/syntax/token.ts'
import { remembering } from './remembering.ts'

/** Turns text into bytes of a charset. */
export type EncodeText = (text: string) => Uint8Array

/** The charsets that text can be had in, the preferred one first; `true` for UTF-8, which needs no function. */
export type CharsetOptions = Readonly<Record<string, EncodeText | true>>

/** The charsets of a route. */
export interface Charsets {
  /** The default one first. */
  readonly list: readonly Charset[]
  /** Whether who takes none of them is refused. */
  readonly strict: boolean
}

/** One charset of a declaration. */
export interface Charset {
  readonly name: string
  /** `undefined` for UTF-8: the wire does that. */
  readonly encode: EncodeText | undefined
}

/** Whether text of a media type may be in another charset than UTF-8: events may not (HTML §9.2.5). */
export function hasCharset(contentType: string): boolean {
  return contentType.endsWith('charset=utf-8') && !contentType.startsWith('text/event-stream')
}

/**
 * Reads the charsets of a declaration.
 *
 * @throws {TypeError} When one is no token, or has no function where one is needed.
 */
export function createCharsets(options: CharsetOptions, strict = false): Charsets {
  const list = Object.entries(options).map(([written, encode]) => {
    const name = written.toLowerCase()
    if (!isToken(name)) throw fault(`a name such as "utf-8" is needed, got ${JSON.stringify(written)}`)
    if (name === 'utf-8') return { name, encode: encode === true ? undefined : encode }
    if (typeof encode !== 'function') throw fault(`"${written}" needs a function that turns text into bytes`)
    return { name, encode }
  })
  if (list.length === 0) throw fault('at least one is needed, such as { "utf-8": true }')
  return { list, strict }
}

/**
 * Makes the function that picks a charset for a value of `Accept-Charset`: the one the client wants most, the
 * first declared among equals, `undefined` when it takes none of them.
 *
 * @see RFC 9110 §12.5.2
 */
export function charsetChooser(charsets: readonly Charset[]): (accept: string) => Charset | undefined {
  return remembering((accept) => chooseCharset(charsets, parseAcceptCharset(accept)))
}

function chooseCharset(charsets: readonly Charset[], ranges: readonly CharsetRange[]): Charset | undefined {
  // A field without one readable member says nothing.
  if (ranges.length === 0) return charsets[0]
  let chosen: Charset | undefined
  let best = 0
  for (const charset of charsets) {
    const range =
      ranges.find((one) => one.charset === charset.name) ?? ranges.find((one) => one.charset === '*')
    if ((range?.quality ?? 0) > best) [chosen, best] = [charset, range?.quality ?? 0]
  }
  return chosen
}

function fault(reason: string): TypeError {
  return new TypeError(`Cannot declare charsets: ${reason}`)
}
