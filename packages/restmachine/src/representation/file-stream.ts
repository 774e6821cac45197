import type { ByteRange } from '../http/range.ts'
import { fileSystem } from './node-module.ts'

type FileHandle = import('node:fs/promises').FileHandle
type BigIntStats = import('node:fs').BigIntStats

/** How much is read at once, in bytes. */
export const PIECE_SIZE = 65_536

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
    if (bytesRead === 0) throw becameShorter(file)
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

/**
 * Reads all of a file that has `size` bytes.
 *
 * @throws {Error} When another file has taken the name, or the file has become shorter.
 */
export async function readWhole(file: SeenFile, size: number): Promise<Uint8Array> {
  const fs = fileSystem()
  // Half of what a file handle costs. Nobody else has the number, and it is closed here.
  const opened = await settled<number>((done) => fs.open(file.path, done))
  try {
    checkSame(file, await settled<BigIntStats>((done) => fs.fstat(opened, { bigint: true }, done)))
    const bytes = new Uint8Array(size)
    for (let position = 0; position < size; ) {
      const read = await settled<number>((done) =>
        fs.read(opened, bytes, position, size - position, position, done),
      )
      if (read === 0) throw becameShorter(file)
      position += read
    }
    return bytes
  } finally {
    await settled<void>((done) => fs.close(opened, done))
  }
}

function settled<Value>(
  begin: (done: (error: Error | null | undefined, value: Value) => void) => void,
): Promise<Value> {
  return new Promise((resolve, reject) => begin((error, value) => (error ? reject(error) : resolve(value))))
}

async function openSame(file: SeenFile): Promise<FileHandle> {
  const handle = await fileSystem().promises.open(file.path)
  try {
    checkSame(file, await handle.stat({ bigint: true }))
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

function checkSame({ path, inode, device }: SeenFile, { ino, dev }: BigIntStats): void {
  if (ino !== inode || dev !== device)
    throw new Error(`Cannot read ${String(path)}: another file has taken its name`)
}

function becameShorter({ path }: SeenFile): Error {
  return new Error(`Cannot read ${String(path)}: it has become shorter`)
}
