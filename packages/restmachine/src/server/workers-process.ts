// What runs in each worker: it does as it is told, and ends with 0 when all requests came to their end.
import { type OpenServer, openServer, type Servable } from './serve.ts'
import { NUMBER_VARIABLE, type Order, type Report } from './workers-messages.ts'

/** Which of the workers this is, from 1 on. */
export const workerNumber: number = Number(process.env[NUMBER_VARIABLE])

let serving: Promise<OpenServer> | undefined
let isStopping = false

process.on('message', (order: Order) => {
  if (order.type === 'serve') void start(order)
  else if (order.type === 'hush')
    void serving?.then((server) => server.hush()).then(() => tell({ type: 'hushed' }))
  else void stop(order.idleTime)
})
// The terminal sends it to all processes; the first one says what it means.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => void stop(0))

async function start({ file, options }: Extract<Order, { type: 'serve' }>): Promise<void> {
  try {
    serving = load(file).then((app) => openServer(app, { ...options, signals: false }))
    const { url, port } = await serving
    tell({ type: 'serving', url, port })
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error))
    tell({ type: 'failed', message, stack: stack ?? message }, () => process.exit(1))
  }
}

function tell(report: Report, then?: () => void): void {
  // Whoever listened may be gone; so is the worker then, by itself.
  process.send?.(report, undefined, undefined, () => then?.())
}

async function stop(idleTime: number): Promise<void> {
  if (isStopping) return
  isStopping = true
  try {
    const isClean = (await (await serving)?.close(idleTime)) ?? true
    if (!isClean) console.error('Some requests did not finish in time; their connections were closed')
    process.exit(isClean ? 0 : 1)
  } catch (error) {
    console.error('Stopping failed', error)
    process.exit(1)
  }
}

async function load(file: string): Promise<Servable> {
  const exported = (await import(file)) as { readonly app?: unknown; readonly default?: unknown }
  const app = await (exported.app ?? exported.default)
  if (isServable(app)) return app
  const names = Object.keys(exported).join(', ') || 'nothing'
  throw new Error(
    `Cannot serve ${file}: it exports ${names}; needed is: export const app = new RestApplication()`,
  )
}

// By its methods: the project may have another copy of the package.
function isServable(value: unknown): value is Servable {
  const methods = (value ?? {}) as Readonly<Record<string, unknown>>
  return ['startup', 'shutdown', 'answer'].every((name) => typeof methods[name] === 'function')
}
