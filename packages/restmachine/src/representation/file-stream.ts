import type { ByteRange } from '../http/range.ts'

type FileHandle = import('node:fs/promises').FileHandle

const PIECE_SIZE = 64 * 1024

/** A file as it was when it was looked at. */
export interface SeenFile {
  readonly path: string | URL
  /** Which file of the system it was: another one may take its name. */
  readonly inode: bigint
  /** Makes sense of the inode. */
  readonly device: bigint
}

/**
 * Reads a part of a file, piece by piece, as the reader asks. The file is opened with the first piece, and
 * closed with the last, by a failure, or when the reader cancels: a stream nobody reads holds nothing open.
 *
 * The stream fails when another file has taken the name, or the file has become shorter: the header fields
 * have told something else by then.
 */
export function readPart(file: SeenFile, { first, last }: ByteRange): ReadableStream<Uint8Array> {
  let position = first
  let opened: Promise<FileHandle> | undefined
  let closed: Promise<void> | undefined

  function close(): Promise<void> {
    closed ??= (opened ?? Promise.resolve(undefined)).then(
      (handle) => handle?.close(),
      () => undefined,
    )
    return closed
  }

  async function readPiece(): Promise<Uint8Array> {
    opened ??= openSame(file)
    const handle = await opened
    const size = Math.min(PIECE_SIZE, last - position + 1)
    const { bytesRead, buffer } = await handle.read(new Uint8Array(size), 0, size, position)
    if (bytesRead === 0) throw new Error(`Cannot read ${String(file.path)}: it has become shorter`)
    position += bytesRead
    return bytesRead === size ? buffer : buffer.subarray(0, bytesRead)
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (last < first) controller.close()
      },
      async pull(controller) {
        try {
          const piece = await readPiece()
          // The reader has left meanwhile.
          if (closed !== undefined) return
          controller.enqueue(piece)
        } catch (error) {
          await close()
          throw error
        }
        if (position <= last) return
        await close()
        controller.close()
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  )
}

async function openSame({ path, inode, device }: SeenFile): Promise<FileHandle> {
  const fs = await import('node:fs/promises')
  const handle = await fs.open(path)
  try {
    const { ino, dev } = await handle.stat({ bigint: true })
    if (ino === inode && dev === device) return handle
    throw new Error(`Cannot read ${String(path)}: another file has taken its name`)
  } catch (error) {
    await handle.close()
    throw error
  }
}
