/** A file of ours in the directory for temporary files. */
export interface DiskFile {
  readonly path: string
  /** Writes behind what is there; settled when the bytes are with the system. */
  append(bytes: Uint8Array): Promise<void>
  /** Ends the writing. May be called again. */
  close(): Promise<void>
  /** Reads everything. */
  bytes(): Promise<Uint8Array>
  /** Reads piece by piece, as the reader asks. */
  stream(): ReadableStream<Uint8Array>
  /** Closes and deletes the file. May be called again. */
  remove(): Promise<void>
}

type FileSystem = typeof import('node:fs/promises')

const PIECE_SIZE = 256 * 1024

/**
 * Creates an empty temporary file that only this user may read.
 *
 * @returns The file, or `undefined` on a runtime without a file system.
 */
export async function createDiskFile(): Promise<DiskFile | undefined> {
  const node = await loadNode()
  if (node === undefined) return undefined
  const { fs, directory } = node
  const path = `${directory}/restmachine-${crypto.randomUUID()}`
  // "x" fails when something has that name already, so nobody can lay a link there for us to follow.
  const handle = await fs.open(path, 'wx', 0o600)
  return {
    path,
    append: (bytes) => handle.writeFile(bytes),
    close: () => handle.close(),
    bytes: () => fs.readFile(path),
    stream: () => readFrom(fs, path),
    async remove() {
      await handle.close()
      await fs.rm(path, { force: true })
    },
  }
}

// Imported only here and only when a file is needed: Workers and browsers have neither module.
async function loadNode(): Promise<{ fs: FileSystem; directory: string } | undefined> {
  try {
    const [fs, os] = await Promise.all([import('node:fs/promises'), import('node:os')])
    return { fs, directory: os.tmpdir() }
  } catch {
    return undefined
  }
}

// Opened anew for each piece: a stream that nobody reads to its end then keeps no file open.
function readFrom(fs: FileSystem, path: string): ReadableStream<Uint8Array> {
  let position = 0
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const handle = await fs.open(path)
        try {
          const { bytesRead, buffer } = await handle.read(new Uint8Array(PIECE_SIZE), 0, PIECE_SIZE, position)
          position += bytesRead
          if (bytesRead === 0) controller.close()
          else controller.enqueue(buffer.subarray(0, bytesRead))
        } finally {
          await handle.close()
        }
      },
    },
    { highWaterMark: 0 },
  )
}
