// What runs in each worker: it does as it is told, and ends with 0 when all requests came to their end.
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { PROFILE_SIGNAL } from './profiles.ts'
import { type OpenServer, openServer, type Servable } from './serve.ts'
import { type StopLog, UNFINISHED } from './signals.ts'
import { NUMBER_VARIABLE, type Order, type Report } from './workers-messages.ts'

/** Which of the workers this is, from 1 on. */
export const workerNumber: number = Number(process.env[NUMBER_VARIABLE])

let serving: Promise<OpenServer> | undefined
let isStopping = false

process.on('message', (order: Order) => {
  if (order.type === 'serve') void start(order)
  else if (order.type === 'hush')
    void serving?.then((server) => server.hush()).then(() => tell({ type: 'hushed' }))
  else if (order.type === 'profile')
    void serving?.then(({ profiles }) => (order.runs ? profiles?.begin() : profiles?.end()))
  else void stop(order.idleTime)
})
// The terminal sends it to all processes; the first one says what it means.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => void stop(0))

async function start({ file, options }: Extract<Order, { type: 'serve' }>): Promise<void> {
  // It may be sent to all processes; the first one says what it means.
  if (options.profile) process.on(PROFILE_SIGNAL, () => undefined)
  try {
    serving = load(file).then((app) => openServer(app, { ...options, signals: false }))
    const { url, port } = await serving
    tell({ type: 'serving', url, port })
  } catch (error) {
    tell({ type: 'failed', ...toldOf(error) }, () => process.exit(1))
  }
}

/** What goes from one process to another of what was thrown. */
function toldOf(error: unknown): { readonly name: string; readonly message: string; readonly stack: string } {
  if (!(error instanceof Error)) {
    const message = `it threw ${typeof error === 'string' ? `"${error}"` : inspect(error)}`
    return { name: 'Error', message, stack: message }
  }
  const { name, message, stack = message } = error
  // Several addresses that were tried in vain leave the message empty.
  return { name, message: message || String((error as NodeJS.ErrnoException).code ?? 'no message'), stack }
}

function tell(report: Report, then?: () => void): void {
  // Whoever listened may be gone; so is the worker then, by itself.
  process.send?.(report, undefined, undefined, () => then?.())
}

async function stop(idleTime: number): Promise<void> {
  if (isStopping) return
  isStopping = true
  let log: StopLog = console
  try {
    const server = await serving
    if (server === undefined) process.exit()
    log = server.log
    const isClean = await server.close(idleTime)
    if (!isClean) log.error(UNFINISHED)
    process.exit(isClean ? 0 : 1)
  } catch (error) {
    log.error('Stopping failed', error)
    process.exit(1)
  }
}

async function load(file: string): Promise<Servable> {
  const exported = (await import(file)) as { readonly app?: unknown; readonly default?: unknown }
  const app = await (exported.app ?? exported.default)
  if (isServable(app)) return app
  const names = Object.keys(exported).join(', ') || 'nothing'
  throw new Error(
    `Cannot serve ${fileURLToPath(file)}: it exports ${names}; needed is: export const app = new RestApplication()`,
  )
}

// By its methods: the project may have another copy of the package.
function isServable(value: unknown): value is Servable {
  const methods = (value ?? {}) as Readonly<Record<string, unknown>>
  return ['startup', 'shutdown', 'answer'].every((name) => typeof methods[name] === 'function')
}
