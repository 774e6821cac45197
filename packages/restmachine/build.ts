import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { build } from 'rolldown'

process.chdir(import.meta.dirname)
rmSync('dist', { recursive: true, force: true })
// A few files in place of a hundred and fifty: reading them takes a process 6 ms instead of 29 when it starts.
await build({
  input: { index: 'src/index.ts', node: 'src/node.ts' },
  platform: 'neutral',
  external: /^(node:|[^./])/,
  output: { dir: 'dist', sourcemap: true, chunkFileNames: 'chunks/[name].js', comments: false },
  logLevel: 'silent',
})
execFileSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' })
