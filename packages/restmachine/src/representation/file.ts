import { formatContentDisposition } from '../http/content-disposition.ts'
import { digestOf } from '../http/digest.ts'
import type { EntityTag } from '../http/entity-tag.ts'
import { checkField } from '../http/field.ts'
import { toLastModified } from '../http/http-date.ts'
import { HttpError } from '../http/http-error.ts'
import type { ByteRange } from '../http/range.ts'
import { PIECE_SIZE, readPart, readWhole, type SeenFile } from './file-stream.ts'
import { contentTypeOf } from './file-types.ts'
import { fileSystem } from './node-module.ts'
import { SeekableBody } from './seekable.ts'

/** How a file is sent. */
export interface FileOptions {
  /** The value of `Content-Type`. Default: by the ending of the file's name. */
  readonly contentType?: string
  /** Whether the client is to save the file or to show it. Default: `inline` where `filename` is given. */
  readonly disposition?: 'attachment' | 'inline'
  /** The name to save it under. Default for `attachment`: the name of the file. */
  readonly filename?: string
}

/**
 * What the system knows of a file: of `BigIntStats`, what is asked for here. The type of Node itself would ask
 * every user of the package for the types of Node.
 */
export interface FileStats {
  readonly ino: bigint
  readonly dev: bigint
  readonly size: bigint
  readonly mtimeMs: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
  isFile(): boolean
  isDirectory(): boolean
}

interface FileFacts extends SeenFile {
  readonly size: number
  readonly contentType: string
  readonly disposition: string | undefined
  readonly etag: EntityTag
  readonly lastModified: number
}

/** A file as a result; made by {@link file}. Its bytes are read when they are sent. */
export class FileBody extends SeekableBody {
  readonly #facts: FileFacts
  readonly #bytes: Uint8Array | undefined

  constructor(facts: FileFacts, bytes?: Uint8Array) {
    super()
    this.#facts = facts
    this.#bytes = bytes
  }

  /** In bytes. */
  get size(): number {
    return this.#facts.size
  }

  /** The value of `Content-Type`. */
  get contentType(): string {
    return this.#facts.contentType
  }

  /** The value of `Content-Disposition`; `undefined` for none. */
  get disposition(): string | undefined {
    return this.#facts.disposition
  }

  /** Changes with each change of the file; weak as long as it was changed a moment ago. */
  get etag(): EntityTag {
    return this.#facts.etag
  }

  /** Milliseconds since 1970, whole seconds. */
  get lastModified(): number {
    return this.#facts.lastModified
  }

  /** The bytes of a part, those of the whole by default; the file is opened when they are asked for. */
  stream(part: ByteRange = this.#whole): ReadableStream<Uint8Array> {
    return readPart(this.#facts, part)
  }

  /** The same as {@link stream}, but at once where the file was loaded. */
  content({ first, last }: ByteRange = this.#whole): Uint8Array | ReadableStream<Uint8Array> {
    return this.#bytes?.subarray(first, last + 1) ?? this.stream({ first, last })
  }

  /**
   * The same file with its bytes in memory, where it is small (64 KiB): a stream costs as much again as
   * reading it. Of a larger one it is only made sure that it can be read.
   *
   * @throws {Error} When it cannot be read: now there is still a status to say it with.
   */
  async load(): Promise<FileBody> {
    const facts = this.#facts
    if (this.size <= PIECE_SIZE) return new FileBody(facts, await readWhole(facts, this.size))
    const { access, constants } = fileSystem().promises
    await access(facts.path, constants.R_OK)
    return this
  }

  get #whole(): ByteRange {
    return { first: 0, last: this.size - 1 }
  }
}

/**
 * A file as a handler's result. It is sent as it is, with its type, length, entity tag and time of change,
 * in parts to those who ask for parts, and not at all to those who have it already.
 *
 * The path is opened as it is given: what a client may choose of it is for you to check.
 *
 * @param path Where it is; a relative path begins at the working directory.
 * @throws {HttpError} 404 when there is no such file, or it is no file but a directory or a device.
 * @throws {TypeError} When an option cannot stand in a header field.
 *
 * @example
 * ```ts
 * import { file, RestApplication } from 'restmachine'
 *
 * const app = new RestApplication().get('/report', () => file('/data/report.pdf', { disposition: 'attachment' }))
 * ```
 *
 * @see RFC 9110 §14, RFC 6266
 */
export async function file(path: string | URL, options: FileOptions = {}): Promise<FileBody> {
  const name = nameOf(path)
  const { contentType = contentTypeOf(name), filename } = options
  const { disposition = filename === undefined ? undefined : 'inline' } = options
  checkField('content-type', contentType)
  const stats = await lookAt(path)
  if (stats?.isFile() !== true) throw new HttpError(404, 'There is no such file')
  return bodyOf(path, stats, {
    contentType,
    disposition:
      disposition === undefined
        ? undefined
        : formatContentDisposition(disposition, filename ?? (disposition === 'inline' ? undefined : name)),
    tagSuffix: '',
  })
}

/** What a file is sent with besides what the system knows of it. */
interface Sent {
  readonly contentType: string
  readonly disposition: string | undefined
  /** What the entity tag ends with: representations of one resource have different ones (RFC 9110 §8.8.3.3). */
  readonly tagSuffix: string
}

/** A file that was looked at, as a result. */
export async function bodyOf(
  path: string | URL,
  stats: FileStats,
  { contentType, disposition, tagSuffix }: Sent,
): Promise<FileBody> {
  const { opaque, weak } = await tagOf(stats.size, stats.mtimeNs)
  return new FileBody({
    path,
    inode: stats.ino,
    device: stats.dev,
    size: Number(stats.size),
    contentType,
    disposition,
    etag: { opaque: opaque + tagSuffix, weak },
    lastModified: toLastModified(Number(stats.mtimeMs)),
  })
}

// What stands for "there is no such file", whatever the system calls it. Whether a file may be read is
// for who runs the server: that is no answer to a client.
const MISSING = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'ERR_INVALID_ARG_VALUE']

/** What the system knows of a path; `undefined` when nothing is there. */
async function lookAt(path: string | URL): Promise<FileStats | undefined> {
  return fileSystem().promises.stat(path, { bigint: true }).catch(noneIfMissing)
}

/** Takes the errors that say "there is no such file"; throws every other. */
export function noneIfMissing(error: unknown): undefined {
  if (!MISSING.includes((error as { readonly code?: string }).code ?? '')) throw error
}

/** How long after a change another one may leave the same time behind, in milliseconds. */
const COARSEST_CLOCK = 1000

async function tagOf(size: bigint, changed: bigint): Promise<EntityTag> {
  const hash = await digestOf(new TextEncoder().encode(`${size} ${changed}`), 'sha-256')
  return {
    opaque: btoa(String.fromCharCode(...hash.subarray(0, 12))),
    // RFC 9110 §8.8.1: a strong tag must change with every byte.
    weak: Date.now() - Number(changed / 1_000_000n) < COARSEST_CLOCK,
  }
}

function nameOf(path: string | URL): string {
  const text = typeof path === 'string' ? path : decodeURIComponent(path.pathname)
  return text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1)
}
