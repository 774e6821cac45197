import type { Run } from '../decisions/run.ts'
import { isStream } from '../http/outcome.ts'
import { isThenable } from '../injection/thenable.ts'
import { Html } from '../representation/html.ts'
import { stringifyJson } from '../representation/json.ts'
import { isItems, isNodeBytes, streamPieces } from '../representation/streaming.ts'
import { jsonArray } from '../representation/streaming-json.ts'

/** A value as it goes out. */
export interface Written {
  readonly contentType: string | undefined
  readonly body: string | Uint8Array | ReadableStream<Uint8Array>
}

export const JSON_TYPE = 'application/json'
const BYTES_TYPE = 'application/octet-stream'
const JSON_LIKE = /^application\/(?:[^;]+\+)?json(?:;|$)/
export const HTML_TYPE = 'text/html; charset=utf-8'
export const TEXT_TYPE = 'text/plain; charset=utf-8'

/** Writes a value that no renderer takes: as JSON, item by item where it is made so, unless it is what it is. */
export function writePlain(value: unknown): Written {
  if (value instanceof Html) return { contentType: HTML_TYPE, body: value.toString() }
  if (isRaw(value)) return { contentType: BYTES_TYPE, body: rawBody(value) }
  if (!isItems(value)) return writeData(value)
  if (isNodeBytes(value)) return { contentType: BYTES_TYPE, body: streamPieces(value) }
  return { contentType: JSON_TYPE, body: jsonArray({ result: value }) }
}

function writeData(value: unknown): Written {
  return { contentType: JSON_TYPE, body: stringifyJson(value) }
}

/**
 * Writes what a renderer for `contentType` gave, or what comes with a content type of its own: text and
 * bytes as they are, data as JSON. The items of a generator are pieces of text or bytes, unless the type is
 * JSON.
 */
export function writeAs(contentType: string | undefined, value: unknown): Written {
  if (typeof value === 'string') return { contentType, body: value }
  if (value instanceof Html) return { contentType, body: value.toString() }
  if (isRaw(value)) return { contentType, body: rawBody(value) }
  if (!isItems(value)) return { contentType, body: stringifyJson(value) }
  const isJson = contentType !== undefined && JSON_LIKE.test(contentType)
  return { contentType, body: isJson ? jsonArray({ result: value }) : streamPieces(value) }
}

/** Writes the body of a result in the representation the run has chosen. */
export function writeNegotiated(run: Run, value: unknown): Written | Promise<Written> {
  const { offer, isData } = run
  if (offer?.render === undefined) return isData ? writeData(value) : writePlain(value)
  if (!isData && !offer.own && isRaw(value)) return writePlain(value)
  const rendered = offer.render(run)
  return isThenable(rendered)
    ? Promise.resolve(rendered).then((later) => writeAs(offer.contentType, later))
    : writeAs(offer.contentType, rendered)
}

// Bytes are what they are, unless the route itself says how to write them.
function isRaw(value: unknown): value is Uint8Array | ReadableStream<Uint8Array> {
  return value instanceof Uint8Array || isStream(value)
}

// A stream of the user may give text, too.
function rawBody(value: Uint8Array | ReadableStream<Uint8Array>): Uint8Array | ReadableStream<Uint8Array> {
  return value instanceof Uint8Array ? value : streamPieces(value)
}
