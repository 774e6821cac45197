import { formatComment, formatEvent, parseLastEventId, type ServerSentEvent } from '../http/event-stream.ts'
import type { Exchange } from '../http/exchange.ts'
import { BEAT, heartbeatTime, withHeartbeat } from './server-sent-events-heartbeat.ts'
import { sourceOf, streamItems } from './streaming.ts'
import { type ItemsGiven, ndjson, stringifyItem } from './streaming-json.ts'

/** An item that says more than its data. */
export interface StreamedEvent {
  /** Text as it is, anything else as JSON. */
  readonly data: unknown
  /** What the client listens for. Default: `message`. */
  readonly event?: string | undefined
  /** Comes back as `Last-Event-ID` from a client that lost the connection. */
  readonly id?: string | number | undefined
  /** The milliseconds a client waits before it connects again. */
  readonly retry?: number | undefined
}

/** How events are sent. */
export interface ServerSentEventsOptions {
  /**
   * How long nothing may be sent before a comment keeps the connection open: milliseconds or a span such as
   * `'30s'`; `false` for never. Default: `'15s'`.
   */
  readonly heartbeat?: number | `${number}${'ms' | 's' | 'm'}` | false
}

/** Writes items as they come; a function that destructures `result`. */
export type ItemsRenderer = (given: ItemsGiven) => ReadableStream<Uint8Array>

const MEMBERS = ['data', 'event', 'id', 'retry']

/**
 * Makes a renderer that writes each item of the result as an event: for `text/event-stream`.
 *
 * Text is the data of an event, anything else is its data as JSON. An object of `data` and nothing but
 * `event`, `id` and `retry` is a whole event. A client that leaves ends the iteration.
 *
 * @throws {RangeError} When `heartbeat` is no span of time.
 *
 * @example
 * ```ts
 * import { RestApplication, serverSentEvents } from 'restmachine'
 *
 * async function* news() {
 *   yield 'hello'
 *   yield { event: 'added', id: 7, data: { name: 'Ada' } }
 * }
 * const app = new RestApplication().get('/', news, {
 *   provides: { 'text/event-stream': serverSentEvents({ heartbeat: '30s' }) },
 * })
 * const headers = { accept: 'text/event-stream' }
 * const response = await app.fetch(new Request('http://localhost/', { headers }))
 * const text = await response.text()
 * // text === 'data: hello\n\nevent: added\nid: 7\ndata: {"name":"Ada"}\n\n'
 * ```
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function serverSentEvents({ heartbeat = '15s' }: ServerSentEventsOptions = {}): ItemsRenderer {
  const time = heartbeat === false ? undefined : heartbeatTime(heartbeat)
  return ({ result }) => {
    const source = sourceOf(result)
    return streamItems(time === undefined ? source : withHeartbeat(source, time), { write: writeEvent })
  }
}

/**
 * The representations of a stream, for `provides`: events or lines of JSON to a client that asks for them;
 * any other gets the JSON array that a stream is without them.
 *
 * @throws {RangeError} When `heartbeat` is no span of time.
 *
 * @example
 * ```ts
 * import { RestApplication, streams } from 'restmachine'
 *
 * function* count() {
 *   yield* [1, 2]
 * }
 * const app = new RestApplication().get('/', count, { provides: streams() })
 * const plain = await app.fetch(new Request('http://localhost/'))
 * const array = await plain.text()
 * // array === '[1,2]'
 * const headers = { accept: 'text/event-stream' }
 * const response = await app.fetch(new Request('http://localhost/', { headers }))
 * const events = await response.text()
 * // events === 'data: 1\n\ndata: 2\n\n'
 * ```
 */
export function streams(
  options?: ServerSentEventsOptions,
): Readonly<Record<'text/event-stream' | 'application/x-ndjson' | 'application/jsonl', ItemsRenderer>> {
  return {
    'text/event-stream': serverSentEvents(options),
    'application/x-ndjson': ndjson,
    'application/jsonl': ndjson,
  }
}

/** The id of the event that a client saw last before it lost the connection; `undefined` when it names none. */
export function lastEventIdOf(exchange: Exchange): string | undefined {
  return parseLastEventId(exchange.header('last-event-id') ?? '')
}

function writeEvent(item: unknown): string {
  return item === BEAT ? formatComment('') : formatEvent(eventOf(item))
}

function eventOf(item: unknown): ServerSentEvent {
  if (!isEvent(item)) return { data: textOf(item) }
  const { data, event, id, retry } = item
  return {
    data: textOf(data),
    ...(event === undefined ? {} : { event }),
    ...(id === undefined ? {} : { id: String(id) }),
    ...(retry === undefined ? {} : { retry }),
  }
}

function isEvent(item: unknown): item is StreamedEvent {
  if (typeof item !== 'object' || item === null || !Object.hasOwn(item, 'data')) return false
  return Object.keys(item).every((name) => MEMBERS.includes(name))
}

function textOf(data: unknown): string {
  return typeof data === 'string' ? data : stringifyItem(data)
}
