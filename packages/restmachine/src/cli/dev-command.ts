import { spawn } from 'node:child_process'
import type { Command } from './command.ts'
import { readWanted, serveFlags } from './given-options.ts'
import { loadApplication } from './load-application.ts'
import { shortPath } from './module-fault.ts'
import { formatRoutes } from './route-list.ts'
import { OPTIONS_NOTE } from './serve-command.ts'
import { startServing } from './serving.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** How long a restart waits for requests in flight, in milliseconds: whoever edits does not want to wait. */
const GRACEFUL_TIME = 1_000

/** Within this time, in milliseconds, a second signal is the first one again: the terminal and the watcher send one each. */
const SAME_SIGNAL_TIME = 500

/** `restmachine dev` */
export const devCommand: Command = {
  name: 'dev',
  operands: '[app.ts]',
  count: [0, 1],
  help: 'serves an application, and starts it again when one of its files has changed',
  note: `${OPTIONS_NOTE}
NODE_ENV is "development" when nobody sets it.`,
  flags: serveFlags,
  async run(given) {
    // What no change of a file mends is told before anything is watched.
    await readWanted(given)
    const [, script = '', , ...words] = process.argv
    const env = { ...process.env, NODE_ENV: process.env.NODE_ENV ?? 'development' }
    const watching = ['--watch', '--watch-preserve-output', script, 'watched', ...words]
    const child = spawn(process.execPath, watching, { stdio: 'inherit', env })
    for (const signal of SIGNALS) process.on(signal, () => child.kill(signal))
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => resolve(code ?? 0))
    })
  },
}

/** What `dev` runs again and again. */
export const watchedCommand: Command = {
  ...devCommand,
  name: 'watched',
  isHidden: true,
  isLasting: true,
  async run(given) {
    const { file, options } = await readWanted(given)
    const app = await loadApplication(file)
    const settings = { gracefulTimeout: GRACEFUL_TIME, ...options, signals: false }
    const { url, close } = await startServing(file, app, settings)
    stopOnce(close)
    // The one that watches is another process, and so is each that is started again.
    const profiles = options.profile === undefined ? '' : ` (process ${process.pid}; SIGUSR2 profiles)`
    console.log(`Serving ${shortPath(file)} on ${url}${profiles}\n${formatRoutes(app.routes)}`)
    return 0
  },
}

function stopOnce(close: () => Promise<boolean>): void {
  let begun: number | undefined
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (begun !== undefined && performance.now() - begun > SAME_SIGNAL_TIME) process.exit(1)
      if (begun !== undefined) return
      begun = performance.now()
      close().then(
        () => process.exit(),
        (error: unknown) => {
          console.error('Stopping failed', error)
          process.exit(1)
        },
      )
    })
  }
}
