import { type ContenderName, startServer } from '../servers.ts'
import { quantile } from '../statistics.ts'

const STARTS = 7

/** Milliseconds from starting the process to its first answer, by contender: the median of some starts, taking turns. */
export async function measureStartUp(
  names: readonly ContenderName[],
): Promise<Readonly<Record<string, number>>> {
  const found = new Map<ContenderName, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round < STARTS; round++) {
    for (const name of names) found.get(name)?.push(await startOnce(name))
  }
  return Object.fromEntries([...found].map(([name, times]) => [name, quantile(times, 0.5)]))
}

async function startOnce(name: ContenderName): Promise<number> {
  const start = performance.now()
  const server = await startServer(name)
  try {
    const response = await fetch(`${server.url}/api/data`)
    await response.arrayBuffer()
    if (response.status !== 200) throw new Error(`${name} answers ${response.status} when it has started`)
    return performance.now() - start
  } finally {
    await server.stop()
  }
}
