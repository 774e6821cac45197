import { serviceNames } from '../../application/collect.ts'
import { type Call, callsIn } from '../code.ts'
import type { RequestFunction } from '../declared.ts'
import { aboutFunction, type Rule } from '../rule.ts'

/** Classes whose objects hold connections to be shared. */
const POOLS: ReadonlySet<string> = new Set([
  ...['Pool', 'MongoClient', 'PrismaClient', 'Sequelize', 'DataSource', 'Redis', 'IORedis', 'Kafka'],
  ...['Agent', 'DatabaseSync'],
])
/** Functions that open one. */
const POOL_MAKERS: ReadonlySet<string> = new Set(['createPool', 'openPool', 'makePool'])
/** What some open for one caller, with its credentials: then it cannot be opened once. */
const CLIENTS: ReadonlySet<string> = new Set(['Client', 'createClient', 'createConnection'])

/** Connections that are opened in every request: opening costs more than most queries, and databases count them. */
export const poolPerRequest: Rule = ({ functions }) =>
  functions.flatMap((fn) => {
    const opening = callsIn(fn.code).find((call) => opens(call, fn))
    if (opening === undefined) return []
    const what = `${opening.isNew ? 'new ' : ''}${opening.name}(…)`
    return aboutFunction(fn, `${what} opens connections in every request`, mendFor(fn))
  })

function opens({ name, isNew }: Call, fn: RequestFunction): boolean {
  if (isNew ? POOLS.has(name) : POOL_MAKERS.has(name)) return true
  return CLIENTS.has(name) && isNew === /^[A-Z]/.test(name) && isForAll(fn)
}

/** Whether a function asks for nothing but what the whole process has. */
function isForAll({ injectable, route }: RequestFunction): boolean {
  const values = [...route.providers]
  return injectable.needs.every(
    ({ name }) =>
      serviceNames.includes(name) ||
      values.some((provider) => provider.name === name && provider.scope === 'session'),
  )
}

function mendFor({ isHandler, injectable, route }: RequestFunction): string {
  const own = [...route.providers].find(({ make }) => make === injectable)
  const name = isHandler || own === undefined ? 'pool' : own.name
  return `open it once, .onStartup('${name}', () => …), and ask for "${name}"; a generator can lend one connection of it to each request`
}
