#!/usr/bin/env node
// Lies in the repository, so that npm links the command in a fresh checkout, too, before anything is built.
import { existsSync } from 'node:fs'

const built = new URL('../dist/cli.js', import.meta.url)
if (existsSync(built)) {
  await import(built.href)
} else {
  console.error('restmachine: Cannot run: the package is not built\n  mend:  npm run build')
  process.exitCode = 1
}
