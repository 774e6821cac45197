import { execFileSync } from 'node:child_process'
import { globSync, rmSync } from 'node:fs'
import { parse } from 'node:path'
import { build } from 'rolldown'

process.chdir(import.meta.dirname)
rmSync('dist', { recursive: true, force: true })
// A few files in place of a hundred and fifty: reading them takes a process 6 ms instead of 29 when it starts.
await build({
  input: Object.fromEntries(globSync('src/*.ts').map((file) => [parse(file).name, file])),
  platform: 'neutral',
  external: /^(node:|[^./])/,
  // What the package says of its side effects is for those who import it; the command is nothing else.
  treeshake: { moduleSideEffects: [{ test: /src\/cli\/main\.ts$/, sideEffects: true }] },
  output: { dir: 'dist', sourcemap: true, chunkFileNames: 'chunks/[name].js', comments: false },
  logLevel: 'silent',
})
execFileSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' })
