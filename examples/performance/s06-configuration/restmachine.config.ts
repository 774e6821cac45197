/*
 * The configuration file: the names of the flags, with types. Flags go before the environment, the environment before
 * this file.
 *
 *   cd examples/performance/s06-configuration
 *   npx restmachine serve                  # with what is said here
 *   PORT=3000 npx restmachine serve -w 1   # with another port, and one process
 */
import { defineConfig } from 'restmachine/node'

export default defineConfig({
  app: '../s05-command-line.ts',
  host: '0.0.0.0',
  port: 8000,
  // One process for each processor that this one may use.
  workers: 'auto',
  limitConcurrency: 1000,
  backlog: 2048,
  keepAliveTimeout: 5_000,
  gracefulTimeout: 10_000,
  logLevel: 'info',
  compression: { minimumSize: 1000 },
})
