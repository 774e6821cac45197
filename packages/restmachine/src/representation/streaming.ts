import { isStream } from '../http/outcome.ts'

/** What is streamed one item after another. */
export type Items<Item = unknown> = AsyncIterable<Item> | Iterable<Item>

/** Gives items one by one: an iterator of either kind. */
export interface ItemSource {
  next(): IteratorResult<unknown> | PromiseLike<IteratorResult<unknown>>
  /** Ends it early; `reason` is why. */
  return?(reason?: unknown): unknown
}

/** How items become a body. */
export interface ItemFormat {
  readonly write: (item: unknown, index: number) => string | Uint8Array
  /** What stands after `count` items. */
  readonly end?: (count: number) => string
}

/** What is used of a readable stream of Node, which no import may name here. */
interface NodeStream extends AsyncIterable<unknown> {
  readonly readableObjectMode: boolean
  on(event: 'error', listener: () => void): unknown
  destroy(): unknown
}

// Marks streams that are known to give bytes and nothing else.
const BYTES = Symbol('a stream of bytes')
const encoder = new TextEncoder()

/**
 * Whether a result is streamed: an async iterable, or an iterator, such as a generator gives. Lists, maps
 * and sets are data.
 */
export function isItems(value: unknown): value is Items {
  if (typeof value !== 'object' || value === null || isStream(value)) return false
  const { [Symbol.asyncIterator]: later, [Symbol.iterator]: now } = value as Record<symbol, unknown>
  if (typeof later === 'function') return true
  return typeof now === 'function' && typeof (value as { next?: unknown }).next === 'function'
}

/** Whether a value is a readable stream of Node that gives text or bytes. */
export function isNodeBytes(value: Items): boolean {
  return isNodeStream(value) && !value.readableObjectMode
}

/**
 * Begins to iterate, without asking for anything yet.
 *
 * @throws {TypeError} When it cannot be iterated, or is text.
 */
export function sourceOf(items: unknown): ItemSource {
  if (isStream(items)) return sourceOfStream(items)
  const { [Symbol.asyncIterator]: later, [Symbol.iterator]: now } = Object(items ?? {})
  const iterate = later ?? now
  if (typeof items !== 'object' || items === null || typeof iterate !== 'function') {
    const what = items === null ? 'null' : typeof items
    throw new TypeError(`Cannot stream the result: an async iterable or an iterable is needed, got ${what}`)
  }
  const source: ItemSource = iterate.call(items)
  return isNodeStream(items) ? sourceOfNode(items, source) : source
}

/**
 * A stream of bytes that asks for an item when somebody reads, and never before. Who cancels it ends the
 * source. What the source throws, or what cannot be written, is what the stream fails with.
 */
export function streamItems(source: ItemSource, { write, end }: ItemFormat): ReadableStream<Uint8Array> {
  let count = 0
  let isOver = false

  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    for (;;) {
      const { done, value } = await source.next()
      if (isOver) return
      if (done === true) {
        const last = end?.(count) ?? ''
        if (last !== '') controller.enqueue(encoder.encode(last))
        return controller.close()
      }
      const piece = await written(value)
      if (isOver) return
      if (piece.length > 0) return controller.enqueue(piece)
    }
  }

  async function written(item: unknown): Promise<Uint8Array> {
    try {
      const piece = write(await item, count++)
      return typeof piece === 'string' ? encoder.encode(piece) : piece
    } catch (error) {
      await close(error).catch(() => undefined)
      throw error
    }
  }

  async function close(reason: unknown): Promise<void> {
    isOver = true
    await source.return?.(reason)
  }

  const stream = new ReadableStream<Uint8Array>({ pull, cancel: close }, { highWaterMark: 0 })
  return Object.assign(stream, { [BYTES]: true })
}

/** Text and bytes as they are: UTF-8, one piece after another. */
export function streamPieces(items: unknown): ReadableStream<Uint8Array> {
  if (isStream(items) && BYTES in items) return items
  return streamItems(sourceOf(items), { write: pieceOf })
}

function pieceOf(piece: unknown): string | Uint8Array {
  if (typeof piece === 'string' || piece instanceof Uint8Array) return piece
  if (ArrayBuffer.isView(piece)) return new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength)
  if (piece instanceof ArrayBuffer) return new Uint8Array(piece)
  throw new TypeError(`Cannot stream the result: each piece is text or bytes, got ${typeof piece}`)
}

// Its own iterator would wait for the next piece before it lets go.
function sourceOfStream(stream: ReadableStream<unknown>): ItemSource {
  const reader = stream.getReader()
  return {
    next: () => reader.read() as Promise<IteratorResult<unknown>>,
    return: (reason) => reader.cancel(reason),
  }
}

// Its own iterator closes nothing that it has not begun to read.
function sourceOfNode(stream: NodeStream, source: ItemSource): ItemSource {
  // Who reads hears of the error; nobody else is there to, and Node would end the process.
  stream.on('error', () => undefined)
  return { next: () => source.next(), return: () => stream.destroy() }
}

function isNodeStream(value: object): value is NodeStream {
  const { readableObjectMode, destroy, on } = value as Partial<NodeStream>
  return typeof readableObjectMode === 'boolean' && typeof destroy === 'function' && typeof on === 'function'
}
