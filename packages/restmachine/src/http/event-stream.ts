/** One event of a stream of the type `text/event-stream`. */
export interface ServerSentEvent {
  /** The text, of any number of lines. */
  readonly data: string
  /** What it is called. Default: `message`. */
  readonly event?: string
  /** What a client that lost the connection sends as `Last-Event-ID`; empty to send nothing. */
  readonly id?: string
  /** The milliseconds that a client then waits. */
  readonly retry?: number
}

const LINE_BREAK = /\r\n|\r|\n/
const NOT_IN_EVENT = /[\r\n]/
const NOT_IN_ID = /[\r\n\0]/
const NOT_A_BYTE = /[^\0-\xff]/
const NOT_ASCII = /[^\0-\x7f]/

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * An event as text of a stream, with the empty line that ends it. Each line of its data is a line of the
 * stream, so nothing in it can start another field or event; all line breaks arrive as LF.
 *
 * ```abnf
 * event = *( comment / field ) end-of-line
 * field = 1*name-char [ colon [ space ] *any-char ] end-of-line
 * ```
 *
 * @throws {TypeError} When `event` has a line break, or `id` a line break or NUL.
 * @throws {RangeError} When `retry` is no whole number from 0 on.
 *
 * @example
 * ```ts
 * formatEvent({ event: 'added', id: '7', data: 'one\ntwo' })
 * // 'event: added\nid: 7\ndata: one\ndata: two\n\n'
 * ```
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function formatEvent({ event, data, id, retry }: ServerSentEvent): string {
  let formatted = ''
  if (event !== undefined) {
    if (NOT_IN_EVENT.test(event)) throw refusal('a name', event, 'a line break')
    formatted += `event: ${event}\n`
  }
  if (id !== undefined) {
    if (NOT_IN_ID.test(id)) throw refusal('an id', id, 'a line break or NUL')
    formatted += `id: ${id}\n`
  }
  if (retry !== undefined) {
    if (!(Number.isSafeInteger(retry) && retry >= 0))
      throw new RangeError(`Cannot format an event: retry: whole milliseconds are needed, got ${retry}`)
    formatted += `retry: ${retry}\n`
  }
  return `${formatted}${formatLines('data: ', data)}\n`
}

/**
 * A comment as text of a stream, which clients pass over: one every 15 seconds keeps a connection open.
 *
 * @example
 * ```ts
 * formatComment('still here') // ': still here\n\n'
 * ```
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes
 */
export function formatComment(text: string): string {
  return `${formatLines(': ', text)}\n`
}

/**
 * Reads the value of `Last-Event-ID`; `undefined` when it is empty, is not UTF-8 or has what no id has.
 *
 * ```abnf
 * Last-Event-ID = *( any-char but NUL, LF and CR )   ; in UTF-8
 * ```
 *
 * @param value The field value, a character for each byte, as runtimes hand it over.
 *
 * @example
 * ```ts
 * parseLastEventId('7-\u00c3\u00a9') // '7-é'
 * ```
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header
 */
export function parseLastEventId(value: string): string | undefined {
  if (value === '' || NOT_IN_ID.test(value) || NOT_A_BYTE.test(value)) return undefined
  if (!NOT_ASCII.test(value)) return value
  try {
    return utf8.decode(Uint8Array.from(value, (character) => character.charCodeAt(0)))
  } catch {
    return undefined
  }
}

function formatLines(start: string, text: string): string {
  let formatted = ''
  for (const line of text.split(LINE_BREAK)) formatted += `${start}${line}\n`
  return formatted
}

function refusal(what: string, text: string, having: string): TypeError {
  return new TypeError(`Cannot format an event: ${what} cannot have ${having}: ${JSON.stringify(text)}`)
}
