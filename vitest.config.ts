import { globSync } from 'node:fs'
import { join, parse } from 'node:path'
import { defineConfig } from 'vitest/config'

// The entries of the package as its users name them: `restmachine`, `restmachine/node` …
const sources = join(import.meta.dirname, 'packages/restmachine/src')
const alias = globSync('*.ts', { cwd: sources }).map((file) => ({
  find: new RegExp(file === 'index.ts' ? '^restmachine$' : `^restmachine/${parse(file).name}$`),
  replacement: join(sources, file),
}))

export default defineConfig({
  resolve: { alias },
  test: {
    reporters: ['default', './vitest.reporter.ts'],
    include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
    testTimeout: 20_000,
  },
})
