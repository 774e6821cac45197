import { make as createSearch } from 'multipasta/Search'
import { HttpError } from '../http/http-error.ts'
import { ByteBuffer } from './multipart-buffer.ts'
import { malformed, type PartHead, parsePartHead } from './multipart-head.ts'
import { decodeText } from './text.ts'

/** What comes out of a multipart body: for each part its head, its bytes in pieces, and its end. */
export type PartEvent =
  | { readonly kind: 'head'; readonly head: PartHead }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }

/** Cuts a multipart body into parts, as its bytes come. */
export interface PartSplitter {
  /** Takes the next bytes and tells what they complete. */
  write(chunk: Uint8Array): readonly PartEvent[]
  /** Takes the end of the body and tells what it completes. */
  end(): readonly PartEvent[]
}

const CR = 0x0d
const LF = 0x0a
const DASH = 0x2d
const CRLF = new Uint8Array([CR, LF])
const BLANKS: ReadonlySet<number> = new Set([CR, LF, 0x20, 0x09])

/**
 * Makes a splitter for one body (RFC 2046 §5.1.1).
 *
 * Only the search for the boundary is multipasta's. The parser above it (0.2.8) refuses a closing `--` that
 * a chunk cuts in two, loses names with letters beyond Latin-1, and joins the head of a part that breaks
 * off to the head of the next. Refused here is also what no sender of forms writes: text before the first
 * boundary, behind the last, or on the line of one, and two boundaries in a row.
 *
 * @param boundary The boundary, without dashes in front.
 * @param maxHeaderSize The most bytes that the head of a part may have, with its line breaks.
 * @returns The splitter. Both its methods throw an {@link HttpError}: 400 for a malformed or truncated
 *   body, 413 for a head that is too large.
 */
export function createPartSplitter(boundary: string, maxHeaderSize: number): PartSplitter {
  const held = new ByteBuffer()
  let state: 'before' | 'head' | 'body' | 'after' = 'before'
  let segment = 0
  let events: PartEvent[] = []

  // Segment 0 stands before the first boundary, segment n behind the nth.
  const search = createSearch(`\r\n--${boundary}`, (index, bytes) => {
    if (index !== segment) passBoundary(index)
    if (state === 'head') readHead(bytes)
    else if (state === 'body') events.push({ kind: 'data', bytes })
    else checkBlank(bytes)
  })
  // The first boundary has no line break in front of it; with this one it is found like the others.
  search.write(CRLF)

  function passBoundary(index: number): void {
    if (index !== segment + 1 || state === 'head') throw malformed('a part has no complete head')
    if (state === 'after') throw malformed('something follows the last boundary')
    if (state === 'body') events.push({ kind: 'end' })
    segment = index
    state = 'head'
    held.clear()
  }

  function readHead(bytes: Uint8Array): void {
    const before = held.size
    held.append(bytes.subarray(0, maxHeaderSize - before))
    const head = held.view()

    if (head.length >= 2 && head[0] === DASH && head[1] === DASH) {
      state = 'after'
      checkBlank(bytes.subarray(2 - before))
      return
    }
    const end = endOfHead(head, before)
    if (end !== undefined) {
      state = 'body'
      events.push({ kind: 'head', head: parseHead(head.subarray(0, end)) })
      if (end < before + bytes.length) events.push({ kind: 'data', bytes: bytes.subarray(end - before) })
    } else if (head.length >= maxHeaderSize) {
      throw new HttpError(413, `The head of a part is larger than ${maxHeaderSize} bytes (maxHeaderSize)`)
    }
  }

  function take(): readonly PartEvent[] {
    const taken = events
    events = []
    return taken
  }

  return {
    write(chunk) {
      search.write(chunk)
      return take()
    },
    end() {
      search.end()
      if (state !== 'after') throw malformed('it ends before the last boundary')
      return take()
    },
  }
}

// The index behind the first empty line, when that lies in the bytes added from `start` on.
function endOfHead(head: Uint8Array, start: number): number | undefined {
  for (let at = Math.max(start, 3); at < head.length; at++) {
    if (head[at] === LF && head[at - 1] === CR && head[at - 2] === LF && head[at - 3] === CR) return at + 1
  }
  return undefined
}

// The head starts with the rest of the line of the boundary, where RFC 2046 lets relays add blanks.
function parseHead(bytes: Uint8Array): PartHead {
  const [, lines] = /^[ \t]*\r\n(.*)\r\n\r\n$/s.exec(decodeText(bytes, undefined)) ?? []
  if (lines === undefined) throw malformed('a part has no head')
  return parsePartHead(lines)
}

function checkBlank(bytes: Uint8Array): void {
  if (!bytes.every((byte) => BLANKS.has(byte))) throw malformed('something stands outside of its parts')
}
