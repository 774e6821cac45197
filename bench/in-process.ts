import { FakeExchange } from './fake-exchange.ts'
import { quantile } from './statistics.ts'
import { alignColumns } from './table.ts'

const BATCHES = 11
const BATCH_MILLISECONDS = 40
const WARM_UP_MILLISECONDS = 300

/** Nanoseconds per operation, by the name of the operation. */
export type Nanoseconds = Readonly<Record<string, number>>

/** Measures the compiled graph without sockets: what the framework itself costs. */
export async function measureInProcess(): Promise<Nanoseconds> {
  const found: Record<string, number> = {}
  found['calibration: JSON.stringify({ message })'] = await timeOf(() => JSON.stringify({ message: 'Hello' }))
  const app = await loadApplication()
  if (app === undefined) return found
  for (const { name, path, headers, status } of routes) {
    const exchange = new FakeExchange(path, headers)
    expectStatus(`exchange: ${name}`, await app.answer(exchange), status)
    found[`exchange: ${name}`] = await timeOf(() => app.answer(exchange))
    const url = `http://localhost${path}`
    expectStatus(`fetch: ${name}`, await app.fetch(new Request(url, { headers })), status)
    // The body is read too: a web response that nobody reads has not done its work.
    found[`fetch: ${name}`] = await timeOf(async () =>
      (await app.fetch(new Request(url, { headers }))).text(),
    )
  }
  return found
}

const routes = [
  { name: 'plain GET', path: '/api/data', headers: {}, status: 200 },
  { name: 'path parameter, three dependencies', path: '/users/42', headers: {}, status: 200 },
  { name: '304', path: '/etag', headers: { 'if-none-match': '"v1"' }, status: 304 },
]

export function drawInProcess(nanoseconds: Nanoseconds): string {
  const rows = Object.entries(nanoseconds).map(([name, value]) => [name, value.toFixed(0)])
  return alignColumns([['operation', 'ns'], ...rows])
}

async function loadApplication(): Promise<typeof import('./contenders/restmachine.ts').app | undefined> {
  try {
    return (await import('./contenders/restmachine.ts')).app
  } catch (error) {
    console.error(
      `restmachine is left out, it does not load: ${error instanceof Error ? error.message : error}`,
    )
    process.exitCode = 1
    return undefined
  }
}

function expectStatus(name: string, answer: unknown, status: number): void {
  const told = (answer as { status?: unknown } | undefined)?.status
  if (told !== status) throw new Error(`cannot measure "${name}": it answers ${told}, wanted is ${status}`)
}

// Results go here, so that the optimiser cannot drop the work.
let sink: unknown

/** The median of several batches, after a warm-up in which the size of a batch is found. */
async function timeOf(operation: () => unknown): Promise<number> {
  let size = 100
  const end = performance.now() + WARM_UP_MILLISECONDS
  let last = 0
  while (performance.now() < end) {
    last = await batch(operation, size)
    if (last < BATCH_MILLISECONDS / 2) size *= 2
  }
  size = Math.max(100, Math.round((size * BATCH_MILLISECONDS) / Math.max(last, 1)))
  const times: number[] = []
  for (let index = 0; index < BATCHES; index++) times.push(((await batch(operation, size)) * 1e6) / size)
  return quantile(times, 0.5)
}

// An operation that answers at once is not awaited: an await would cost more than the operation.
async function batch(operation: () => unknown, size: number): Promise<number> {
  const start = performance.now()
  for (let index = 0; index < size; index++) {
    const result = operation()
    sink = result instanceof Promise ? await result : result
  }
  return performance.now() - start
}

process.on('exit', () => sink)
