import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { sketches, writeSketch } from './hello.ts'

/** Bytes of a whole program: the framework and one route, minified. */
export interface BundleSize {
  readonly bytes: number
  readonly gzip: number
}

/** Bundles and minifies the smallest application of each framework, as it would go to a small image or an edge. */
export async function measureBundles(
  note: (line: string) => void,
): Promise<Readonly<Record<string, BundleSize>>> {
  const sizes: Record<string, BundleSize> = {}
  for (const [name, sketch] of Object.entries(sketches)) {
    try {
      sizes[name] = await bundle(writeSketch(sketch, 1))
    } catch (error) {
      note(`${name} has no bundle size: ${error instanceof Error ? error.message : error}`)
    }
  }
  return sizes
}

async function bundle(source: string): Promise<BundleSize> {
  // The entry is no file, but it is to find packages as a file here would.
  const entry = new URL('./hello-entry.ts', import.meta.url).pathname
  const built = await rolldown({
    input: entry,
    platform: 'node',
    logLevel: 'silent',
    plugins: [
      {
        name: 'hello',
        resolveId: (id) => (id === entry ? entry : null),
        load: (id) => (id === entry ? source : null),
      },
    ],
  })
  try {
    const { output } = await built.generate({ minify: true, codeSplitting: false })
    const code = output.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('')
    return { bytes: Buffer.byteLength(code), gzip: gzipSync(code).length }
  } finally {
    await built.close()
  }
}
