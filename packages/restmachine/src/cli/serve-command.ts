import type { Command } from './command.ts'
import { readWanted, serveFlags } from './given-options.ts'
import { loadApplication } from './load-application.ts'
import { shortPath } from './module-fault.ts'
import { startServing, startWorkers } from './serving.ts'

export const OPTIONS_NOTE = `Each flag has a variable (--graceful-timeout is RESTMACHINE_GRACEFUL_TIMEOUT; PORT and HOST count, too)
and a name in restmachine.config.ts (gracefulTimeout). Flags go before variables, variables before the file.
A time is milliseconds, or a span such as 500ms, 30s or 5m.
* What the code of the application says goes first: its options, its logger, what a route says of itself.`

/** `restmachine serve` */
export const serveCommand: Command = {
  name: 'serve',
  operands: '[app.ts]',
  count: [0, 1],
  help: 'serves an application: the file exports it as app, or as its default',
  note: OPTIONS_NOTE,
  flags: serveFlags,
  isLasting: true,
  async run(given) {
    const { file, options } = await readWanted(given)
    const isAlone = (options.workers ?? 1) === 1
    // Workers load the application themselves: this process only looks after them.
    const { url } = isAlone
      ? await startServing(file, await loadApplication(file), options)
      : await startWorkers(file, options)
    const signals = isAlone
      ? 'SIGTERM and Ctrl-C stop it'
      : 'SIGTERM and Ctrl-C stop its workers, SIGHUP renews them'
    const profiles = options.profile === undefined ? '' : ', SIGUSR2 profiles'
    console.log(`Serving ${shortPath(file)} on ${url} (process ${process.pid}; ${signals}${profiles})`)
    return 0
  },
}
