import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (file: string) => fileURLToPath(new URL(`packages/restmachine/src/${file}`, import.meta.url))

export default defineConfig({
  resolve: { alias: { 'restmachine/node': source('node.ts'), restmachine: source('index.ts') } },
  test: {
    reporters: ['default', './vitest.reporter.ts'],
    include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
    testTimeout: 20_000,
  },
})
