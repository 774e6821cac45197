import { HttpError } from '../http/http-error.ts'
import type { MediaType } from '../http/media-type.ts'
import { MAX_FORM_FIELDS } from './form.ts'
import { addField, checkFieldName, createFormFields, type FormFields } from './form-fields.ts'
import { ByteBuffer } from './multipart-buffer.ts'
import { malformed, type PartHead } from './multipart-head.ts'
import { createPartSplitter, type PartEvent } from './multipart-parts.ts'
import { decodeText } from './text.ts'
import { createUploadStore, type UploadedFile } from './uploads.ts'

/**
 * Limits for {@link parseMultipart}; sizes are in bytes.
 *
 * There is none for parts: each is a field or a file.
 */
export interface MultipartOptions {
  /** Largest size of one file; 10 MiB when left out. */
  readonly maxFileSize?: number
  /** Most files; 20 when left out. */
  readonly maxFiles?: number
  /** Most fields that are no files; 1000 when left out. */
  readonly maxFields?: number
  /** Largest size of one field; 1 MiB when left out. */
  readonly maxFieldSize?: number
  /** Largest size of the header fields of one part, with their line breaks; 16 KiB when left out. */
  readonly maxHeaderSize?: number
  /** Most bytes of one file that stay in memory; a larger file goes to the disk. 64 KiB when left out. */
  readonly memoryThreshold?: number
}

/** What {@link MultipartOptions} are when they are left out. */
export const MULTIPART_DEFAULTS: Readonly<Required<MultipartOptions>> = {
  maxFileSize: 10 * 1024 * 1024,
  maxFiles: 20,
  maxFields: MAX_FORM_FIELDS,
  maxFieldSize: 1024 * 1024,
  maxHeaderSize: 16 * 1024,
  memoryThreshold: 64 * 1024,
}

/** A form with files in it. */
export interface MultipartBody {
  /** The fields that are no files. */
  readonly fields: FormFields
  /** The files in the order they were sent. A file input in which nothing was chosen leaves no file. */
  readonly files: readonly UploadedFile[]
  /** Deletes the temporary files. May be called again. */
  dispose(): Promise<void>
}

// RFC 2046 §5.1.1: at most 70 characters, the last of them no space.
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/

/**
 * Reads `multipart/form-data` (RFC 7578) as it comes. No more of a file than `memoryThreshold` and one
 * chunk of the stream is in memory at a time, and the next chunk waits until the disk has taken the last.
 *
 * @param stream The content. Its total size is for the stream to limit; an error of it is passed on.
 * @param type The media type of the content, with its `boundary`.
 * @param options The limits; see {@link MULTIPART_DEFAULTS}.
 * @returns The form. Whoever asked for it must call `dispose`.
 * @throws {HttpError} 400 for a malformed or truncated body and for a name such as `__proto__`, 413 above
 *   a limit (the detail names it), 415 for a field in an unknown charset. The temporary files are gone
 *   then, and the stream is cancelled.
 *
 * @example
 * ```ts
 * import { RestApplication } from 'restmachine'
 *
 * const app = new RestApplication().post('/users', ({ multipartBody }) => multipartBody.fields)
 * const form = new FormData()
 * form.append('name', 'Ada')
 * const response = await app.fetch(new Request('http://localhost/users', { method: 'POST', body: form }))
 * const fields = await response.json()
 * // fields.name === 'Ada'
 * ```
 */
export async function parseMultipart(
  stream: ReadableStream<Uint8Array>,
  type: MediaType,
  options: MultipartOptions = {},
): Promise<MultipartBody> {
  const limits = { ...MULTIPART_DEFAULTS, ...options }
  const splitter = createPartSplitter(boundaryOf(type), limits.maxHeaderSize)
  const store = createUploadStore(limits.maxFileSize, limits.memoryThreshold)
  const fields = createFormFields()
  const files: UploadedFile[] = []
  let fieldCount = 0
  let part: PartReader | undefined

  function open(head: PartHead): PartReader {
    checkFieldName(head.name)
    if (head.filename === undefined) {
      if (++fieldCount > limits.maxFields) throw tooMany('fields', limits.maxFields, 'maxFields')
      return readField(head, limits.maxFieldSize, (value) => addField(fields, head.name, value))
    }
    if (files.length === limits.maxFiles) throw tooMany('files', limits.maxFiles, 'maxFiles')
    const writer = store.open(head)
    return {
      take: (bytes) => writer.write(bytes),
      async finish() {
        const file = await writer.finish()
        // A browser sends this for a file input in which nothing was chosen.
        if (file.originalFilename !== '' || file.size > 0) files.push(file)
      },
    }
  }

  async function follow(events: readonly PartEvent[]): Promise<void> {
    for (const event of events) {
      if (event.kind === 'head') part = open(event.head)
      else if (event.kind === 'data') await part?.take(event.bytes)
      else await part?.finish()
    }
  }

  try {
    for await (const chunk of stream) await follow(splitter.write(chunk))
    await follow(splitter.end())
  } catch (failure) {
    // What went wrong first is what the client has to know.
    await store.dispose().catch(() => undefined)
    throw failure
  }
  return { fields, files, dispose: () => store.dispose() }
}

// What is done with the content of the part that is being read.
interface PartReader {
  take(bytes: Uint8Array): Promise<void> | void
  finish(): Promise<void> | void
}

function readField(head: PartHead, maxFieldSize: number, done: (value: string) => void): PartReader {
  const held = new ByteBuffer()
  return {
    take(bytes) {
      if (held.size + bytes.length > maxFieldSize) {
        throw new HttpError(413, `A field is larger than ${maxFieldSize} bytes (maxFieldSize)`)
      }
      held.append(bytes)
    },
    finish() {
      done(decodeText(held.view(), head.type?.parameters.get('charset')))
    },
  }
}

function boundaryOf(type: MediaType): string {
  const boundary = type.parameters.get('boundary')
  if (boundary === undefined || !BOUNDARY.test(boundary)) {
    throw malformed('its Content-Type has no valid boundary')
  }
  return boundary
}

function tooMany(what: string, limit: number, option: string): HttpError {
  return new HttpError(413, `The form has more than ${limit} ${what} (${option})`)
}
