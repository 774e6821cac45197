import { HttpError } from '../http/http-error.ts'
import { ByteBuffer } from './multipart-buffer.ts'
import type { PartHead } from './multipart-head.ts'
import { decodeText } from './text.ts'
import { createDiskFile, type DiskFile } from './uploads-disk.ts'

/** A file that came with a form. It can be read any number of times until the request is over. */
export interface UploadedFile {
  /** Name of the form field it came in. */
  readonly field: string
  /** A name without folders and control characters, never `.` or `..`; `unnamed` when nothing is left. */
  readonly filename: string
  /** The name as the client sent it. For show only: it may be a path, and hold anything. */
  readonly originalFilename: string
  /** The media type that the client declared, else `text/plain` (RFC 7578 §4.4); nobody has checked it. */
  readonly type: string
  /** Size in bytes. */
  readonly size: number
  /** Where a large file lies on the disk; `undefined` when it is in memory. */
  readonly path: string | undefined
  /** All of the bytes, as a copy of the caller's own. */
  bytes(): Promise<Uint8Array>
  /**
   * All of the file as text, in the charset that the client declared for it, else UTF-8.
   *
   * @throws {HttpError} 415 for an unknown charset, 400 for bytes that are invalid in it.
   */
  text(): Promise<string>
  /** The bytes piece by piece. */
  stream(): ReadableStream<Uint8Array>
}

/** Takes the bytes of one file. */
export interface UploadWriter {
  /**
   * Takes the next bytes; to be awaited before the next call.
   *
   * @throws {HttpError} 413 when the file is larger than `maxFileSize`.
   */
  write(bytes: Uint8Array): Promise<void>
  finish(): Promise<UploadedFile>
}

/** Keeps the files of one request. */
export interface UploadStore {
  open(head: PartHead): UploadWriter
  /** Deletes what is on the disk, finished or not. May be called again. */
  dispose(): Promise<void>
}

/**
 * Makes the store for one request: files stay in memory up to `memoryThreshold` bytes each, and go to
 * the directory for temporary files when they are larger. Without a file system they stay in memory.
 *
 * @param maxFileSize The most bytes that one file may have.
 * @param memoryThreshold The most bytes of one file that are held in memory.
 */
export function createUploadStore(maxFileSize: number, memoryThreshold: number): UploadStore {
  const onDisk: DiskFile[] = []
  let hasDisk = true

  function open(head: PartHead): UploadWriter {
    const held = new ByteBuffer()
    let file: DiskFile | undefined
    let size = 0

    async function spill(): Promise<void> {
      file ??= await createFile()
      if (file === undefined) return
      await file.append(held.view())
      held.clear()
    }

    return {
      async write(bytes) {
        size += bytes.length
        if (size > maxFileSize) {
          throw new HttpError(413, `A file is larger than ${maxFileSize} bytes (maxFileSize)`)
        }
        held.append(bytes)
        if (held.size > memoryThreshold && hasDisk) await spill()
      },
      async finish() {
        if (file === undefined) return describe(head, size, undefined, inMemory(held.view().slice()))
        await spill()
        await file.close()
        return describe(head, size, file.path, file)
      },
    }
  }

  async function createFile(): Promise<DiskFile | undefined> {
    const file = await createDiskFile()
    if (file === undefined) hasDisk = false
    else onDisk.push(file)
    return file
  }

  return {
    open,
    async dispose() {
      await Promise.all(onDisk.splice(0).map((file) => file.remove()))
    },
  }
}

/**
 * The last part of a name, fit for a file system: no folders, control characters, drives, or marks that
 * turn the direction of writing (`gpj.exe` can be made to look like `exe.jpg`).
 *
 * @example
 * ```ts
 * safeFilename('C:\\holiday\\../beach.jpg')
 * // 'beach.jpg'
 * ```
 */
export function safeFilename(original: string): string {
  const base = original.slice(Math.max(original.lastIndexOf('/'), original.lastIndexOf('\\')) + 1)
  const name = base
    .replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, '')
    .replaceAll(':', '_')
    .trim()
  return /^\.*$/.test(name) ? 'unnamed' : name
}

type Source = Pick<UploadedFile, 'bytes' | 'stream'>

function describe(head: PartHead, size: number, path: string | undefined, source: Source): UploadedFile {
  const originalFilename = head.filename ?? ''
  return {
    field: head.name,
    filename: safeFilename(originalFilename),
    originalFilename,
    type: head.type?.essence ?? 'text/plain',
    size,
    path,
    bytes: () => source.bytes(),
    text: async () => decodeText(await source.bytes(), head.type?.parameters.get('charset')),
    stream: () => source.stream(),
  }
}

function inMemory(bytes: Uint8Array<ArrayBuffer>): Source {
  return { bytes: async () => bytes.slice(), stream: () => new Blob([bytes]).stream() }
}
