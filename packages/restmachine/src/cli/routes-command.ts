import type { Command } from './command.ts'
import { configFlag, wantedFile } from './given-options.ts'
import { loadApplication } from './load-application.ts'
import { formatRoutes } from './route-list.ts'
import { startFault } from './serving.ts'

/** `restmachine routes` */
export const routesCommand: Command = {
  name: 'routes',
  operands: '[app.ts]',
  count: [0, 1],
  help: 'lists the routes of an application; nothing is opened',
  flags: () => [configFlag],
  async run(given) {
    const file = await wantedFile(given, given.operands[0])
    const app = await loadApplication(file)
    try {
      console.log(formatRoutes(app.routes))
    } catch (error) {
      throw startFault(file, error)
    }
    return 0
  },
}
