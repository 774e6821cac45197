import { ownField } from '../decisions/answered.ts'
import type { Run, WrittenBody } from '../decisions/run.ts'
import { withLength } from '../http/content-length.ts'
import { isStream, type OutcomeBody } from '../http/outcome.ts'
import { formatContentRange } from '../http/range.ts'
import { isPromise } from '../injection/thenable.ts'
import { Answer } from '../representation/answer.ts'
import { joinParts } from '../representation/byte-ranges.ts'
import { type Charset, type EncodeText, hasCharset } from '../representation/charsets.ts'
import { FileBody } from '../representation/file.ts'
import { isBlob, SeekableBody, seekableBlob } from '../representation/seekable.ts'
import { type Written, writeAs, writeNegotiated } from './write.ts'

/** What goes out of a written body, and the fields that say so: nothing else may say otherwise. */
interface Sent {
  readonly body: OutcomeBody
  /** Flat: name, value … */
  readonly fields: readonly string[]
}

const WHOLE: readonly string[] = []

/** Writes the body of a result: in the negotiated representation, unless it is what it is. */
export function writeResult(run: Run): WrittenBody | Promise<WrittenBody> {
  const { result, charset } = run
  const body = result instanceof Answer ? result.body : result
  if (!run.isData) {
    // Nobody reads a file for HEAD.
    if (body instanceof FileBody && run.facts.method !== 'HEAD') return body.load().then(asItIs)
    if (body instanceof SeekableBody) return asItIs(body)
    if (isBlob(body)) return asItIs(seekableBlob(body))
    // What has a content type of its own is what it says: `respond('<a/>', 200, { 'content-type': 'text/xml' })`.
    if (ownField(run, 'content-type') !== undefined) return writeAs(undefined, body)
  }
  const written = writeNegotiated(run, body)
  if (charset?.encode === undefined) return written
  return isPromise(written) ? written.then((later) => inCharset(later, charset)) : inCharset(written, charset)
}

function asItIs(body: SeekableBody): WrittenBody {
  return { contentType: body.contentType, body }
}

// Types that say UTF-8 can say something else; JSON is UTF-8 and says nothing.
function inCharset(written: Written, { name, encode }: Charset): Written {
  const { contentType, body } = written
  if (encode === undefined || body instanceof Uint8Array) return written
  if (contentType === undefined || !hasCharset(contentType)) return written
  const type = contentType.replace(/utf-8$/, name)
  return { contentType: type, body: typeof body === 'string' ? encode(body) : recoded(body, encode) }
}

function recoded(stream: ReadableStream<Uint8Array>, encode: EncodeText): ReadableStream<Uint8Array> {
  const encoding = new TransformStream<string, Uint8Array>({
    transform: (text, controller) => controller.enqueue(encode(text)),
  })
  return stream
    .pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
    .pipeThrough(encoding)
}

/** Whether a body is worth to be told that parts of it can be had: one that people download. */
export function offersRanges({ body }: WrittenBody): boolean {
  if (typeof body === 'string') return false
  return body instanceof SeekableBody ? body.size > 0 : body instanceof Uint8Array && body.length > 0
}

/** What is sent of a body: all of it, or the parts that the client wants. */
export function sentOf(run: Run, status: number, { contentType, body }: WrittenBody): Sent {
  const { partial, facts } = run
  if (status === 206 && partial !== undefined && partial.parts.length > 0)
    return partsOf(run, partial, contentType)
  if (!(body instanceof SeekableBody)) return { body, fields: WHOLE }
  // Without the file being opened, where it would not be read.
  return {
    body: facts.method === 'HEAD' ? null : body.content(),
    fields: ['content-length', String(body.size)],
  }
}

function partsOf(
  run: Run,
  { whole, parts }: NonNullable<Run['partial']>,
  contentType: string | undefined,
): Sent {
  const [only, ...others] = parts
  if (only !== undefined && others.length === 0) {
    const body = whole.part(only)
    const fields = ['content-range', formatContentRange(only.first, only.last, whole.length)]
    // A stream does not tell how long it is; for bytes the adapter does.
    return { body, fields: isStream(body) ? withLength(fields, only.last - only.first + 1) : fields }
  }
  const joined = joinParts(whole, parts, ownField(run, 'content-type') ?? contentType)
  return { body: joined.body, fields: withLength(['content-type', joined.contentType], joined.length) }
}
