import { measureSuite } from './in-process/measure.ts'
import type { Costs } from './in-process/slices.ts'
import type { SuiteName } from './in-process/suite.ts'
import { alignColumns } from './table.ts'

/** Nanoseconds of CPU by the name of what was done. */
export type Nanoseconds = Readonly<Record<string, number>>

/** What the framework costs without sockets, with 400 routes registered. */
export interface InProcess {
  /** Whole requests through the compiled application. */
  readonly requests: Nanoseconds
  /** The same requests through the doors for fetch and for tests, beside hono and fastify. */
  readonly peers: Nanoseconds
  /** Routing, injection, negotiation, conditions, JSON. */
  readonly parts: Nanoseconds
  /** Each decision on the way of one request. */
  readonly decisions: Nanoseconds
}

const PROCESSES = 5

export async function measureInProcess(note: (line: string) => void): Promise<InProcess> {
  const { differences } = await import('./in-process/suites/parts.ts')
  const { increments } = await import('./in-process/suites/decisions.ts')
  const measure = async (suite: SuiteName): Promise<Nanoseconds> => {
    note(`in process: ${suite}, ${PROCESSES} processes`)
    return nanosecondsOf(await measureSuite(suite, PROCESSES))
  }
  return {
    requests: await measure('requests'),
    peers: await measure('peers'),
    parts: differences(await measure('parts')),
    decisions: increments(await measure('decisions')),
  }
}

const TITLES: Readonly<Record<keyof InProcess, string>> = {
  requests: 'whole requests, exchange to outcome',
  peers: 'the same through a web request, or what is injected',
  parts: 'parts (differences of two requests, or alone)',
  decisions: 'decisions of one conditional GET (what each adds)',
}

export function drawInProcess(inProcess: InProcess): string {
  return Object.entries(TITLES)
    .map(([part, title]) => {
      const rows = Object.entries(inProcess[part as keyof InProcess]).map(([name, value]) => [
        name,
        value.toFixed(0),
      ])
      return alignColumns([[title, 'ns'], ...rows])
    })
    .join('\n\n')
}

function nanosecondsOf(costs: Costs): Nanoseconds {
  return Object.fromEntries(Object.entries(costs).map(([name, { nanoseconds }]) => [name, nanoseconds]))
}
