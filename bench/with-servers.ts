import { bases, type ContenderName, type Server, startServer } from './servers.ts'
import type { Workload } from './workloads.ts'

/** Who is to be started, and who did not start and is not tried again. */
export interface Entrants {
  readonly contenders: readonly ContenderName[]
  readonly skipped: Set<ContenderName>
  readonly note: (line: string) => void
}

/**
 * Starts a new process of each contender, has them used, and stops them however that ends.
 *
 * @throws {Error} When a contender that others are compared with does not start.
 */
export async function withServers<Result>(
  workload: Workload,
  entrants: Entrants,
  use: (servers: readonly Server[]) => Promise<Result>,
): Promise<Result> {
  const servers: Server[] = []
  try {
    for (const name of entrants.contenders) {
      if (entrants.skipped.has(name)) continue
      const server = await startOrSkip(name, workload, entrants)
      if (server !== undefined) servers.push(server)
    }
    return await use(servers)
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

async function startOrSkip(
  name: ContenderName,
  workload: Workload,
  { skipped, note }: Entrants,
): Promise<Server | undefined> {
  try {
    return await startServer(name, workload)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    if (bases.some((base) => base === name)) {
      throw new Error(`cannot start ${name}: ${reason}`)
    }
    skipped.add(name)
    note(`${name} is left out, it does not start: ${reason}`)
    return undefined
  }
}
