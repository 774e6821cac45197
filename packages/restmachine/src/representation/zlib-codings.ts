import type { ContentCoding } from './codings.ts'
import { nodeModule } from './node-module.ts'

/** The codings of the platform. */
export type PlatformCoding = 'zstd' | 'br' | 'gzip'

type Zlib = typeof import('node:zlib')

/** Bytes up to which coding at once is sooner done than asking another thread for it. */
const MAX_AT_ONCE = 16 * 1024

// What is written for one response must be quick to write: more than this costs more time than it spares bytes.
const BROTLI_QUALITY = 4

/** The coding of this name, or `undefined` where the platform does not have it. */
export function platformCoding(name: PlatformCoding): ContentCoding | undefined {
  const zlib = nodeModule('node:zlib')
  if (zlib !== undefined) return zlibCoding(name, zlib)
  return name === 'gzip' && 'CompressionStream' in globalThis ? gzipOfTheWeb : undefined
}

function zlibCoding(name: PlatformCoding, zlib: Zlib): ContentCoding | undefined {
  const { constants } = zlib
  switch (name) {
    case 'gzip': {
      const flush = constants.Z_SYNC_FLUSH
      return coding(name, zlib.gzipSync, zlib.gzip, () => zlib.createGzip({ flush }))
    }
    case 'br': {
      const flush = constants.BROTLI_OPERATION_FLUSH
      const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY }
      return coding(
        name,
        (bytes) => zlib.brotliCompressSync(bytes, { params }),
        (bytes, done) => zlib.brotliCompress(bytes, { params }, done),
        () => zlib.createBrotliCompress({ flush, params }),
      )
    }
    case 'zstd': {
      // Node has it from 22.15 on.
      if (zlib.zstdCompressSync === undefined) return undefined
      const flush = constants.ZSTD_e_flush
      return coding(name, zlib.zstdCompressSync, zlib.zstdCompress, () => zlib.createZstdCompress({ flush }))
    }
  }
}

function coding(
  name: PlatformCoding,
  atOnce: (bytes: Uint8Array) => Uint8Array,
  elsewhere: (bytes: Uint8Array, done: (error: Error | null, coded: Uint8Array) => void) => void,
  create: () => import('node:stream').Transform,
): ContentCoding {
  return {
    name,
    encode: (bytes) =>
      bytes.length <= MAX_AT_ONCE
        ? atOnce(bytes)
        : new Promise((resolve, reject) => {
            elsewhere(bytes, (error, coded) => (error === null ? resolve(coded) : reject(error)))
          }),
    encodeStream(stream) {
      const { Duplex } = process.getBuiltinModule('node:stream')
      return stream.pipeThrough(Duplex.toWeb(create()) as unknown as TransformStream<Uint8Array, Uint8Array>)
    },
  }
}

/** Where there is no zlib. It cannot be told to flush, so streams of items are left as they are. */
const gzipOfTheWeb: ContentCoding = {
  name: 'gzip',
  async encode(bytes) {
    const source = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream()
    return new Uint8Array(await new Response(source.pipeThrough(new CompressionStream('gzip'))).arrayBuffer())
  },
}
