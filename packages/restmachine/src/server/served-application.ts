import type { ServedDefaults } from '../application/served-defaults.ts'
import type { ErrorLog } from './error-log.ts'
import { type HandedDown, handedDownNames } from './handed-down.ts'

interface Served<Application> {
  servedWith?(defaults: ServedDefaults): Application
}

/**
 * An application with what its server was told, where its own code says nothing; itself, when nothing was told. It is
 * not changed: another server may have been told something else.
 *
 * @throws {Error} When an application that takes no defaults is to have some.
 */
export function servedApplication<Application extends Served<Application>>(
  app: Application,
  told: { readonly [Name in keyof HandedDown]?: HandedDown[Name] | undefined },
  log: ErrorLog | undefined,
): Application {
  const said = handedDownNames.filter((name) => told[name] !== undefined)
  if (said.length === 0) return app
  if (app.servedWith === undefined)
    throw new Error(`Cannot serve: ${said[0]} is for applications with servedWith, as RestApplication has it`)
  const own = said.filter((name) => name !== 'errorLog' && name !== 'logLevel')
  const defaults = Object.fromEntries(own.map((name) => [name, told[name]]))
  return app.servedWith(log === undefined ? defaults : { ...defaults, logger: log.logger })
}
