import { getHeapStatistics } from 'node:v8'
import type { Logger } from '../compile/services.ts'

/** What V8 counts, in bytes, for the whole process. */
export interface MemoryReading {
  /** Objects on the heap, also those that nobody refers to any more and that are not collected yet. */
  readonly heapUsed: number
  /** What objects hold outside the heap, such as the content of a `Buffer`. */
  readonly external: number
}

/** What became more since a request began; what became less, through a collection, is below 0. */
export interface MemoryChange extends MemoryReading {
  /** Other monitored requests that ran at some time in between: what they took is in the figures, too. */
  readonly others: number
}

/** The memory of the process around one request; made by {@link memoryMonitor}. */
export interface MemoryMonitor {
  /** What V8 counted when the monitor was first asked for. */
  readonly before: MemoryReading
  /** What it counts now. */
  current(): MemoryReading
  /** What has changed until now. */
  change(): MemoryChange
}

/** What is measured, and when it is worth a warning. */
export interface MemoryMonitorOptions {
  /** Bytes, on the heap and outside, above which the line in the log is a warning. None, when nobody says. */
  readonly warnAbove?: number
  /**
   * Collects what nobody refers to before each reading of a request's begin and end, so that the difference is what
   * is kept. It halts the whole process for milliseconds, so it is for looking for a leak and not for production.
   * Needs `node --expose-gc`. Off when nobody says.
   */
  readonly collect?: boolean
}

/** What {@link memoryMonitor} asks for; every request has it. */
interface Needs {
  readonly request: { readonly method: string; readonly target: string }
  readonly logger: Pick<Logger, 'debug' | 'warn'>
}

const OPTIONS = ['warnAbove', 'collect']

/**
 * Makes a provider that reads V8's counters when a request first asks for it and when the request is over, and writes
 * the difference to the log (`debug`). It costs about two microseconds a request.
 *
 * There is one heap for all. The difference is what the whole process took in between, less what was collected: of a
 * request that ran alone a good measure, and of many at once only their sum. `others` tells which of both it is. A
 * single figure says little; the same route growing in every line says much.
 *
 * @param options See {@link MemoryMonitorOptions}.
 * @throws {TypeError} When an option does not exist or has a value that it cannot have, or `collect` is asked for in a
 *   process that was started without `--expose-gc`.
 *
 * @example
 * ```ts
 * import { RestApplication } from 'restmachine'
 * import { memoryMonitor } from 'restmachine/node'
 *
 * const lines: string[] = []
 * const logger = { ...console, debug: (line: string) => void lines.push(line) }
 * const app = new RestApplication({ logger })
 *   .dependency('memory', memoryMonitor({ warnAbove: 100 * 2 ** 20 }))
 *   .get('/pixels', ({ memory }) => {
 *     const pixels = Buffer.alloc(2 ** 20)
 *     return { pixels: pixels.length, taken: memory.change().external }
 *   })
 * const response = await app.fetch(new Request('http://localhost/pixels'))
 * const { pixels } = await response.json()
 * // pixels === 1048576
 * // lines[0]?.startsWith('Memory: GET /pixels: ') === true
 * ```
 */
export function memoryMonitor(
  options: MemoryMonitorOptions = {},
): (needs: Needs) => Generator<MemoryMonitor> {
  const { warnAbove = Number.POSITIVE_INFINITY, collect = false } = options
  checkOptions(options)
  const gc = collect ? collector() : undefined
  let begun = 0
  let running = 0

  return function* ({ request, logger }) {
    gc?.()
    const already = running++
    const number = ++begun
    const before = read()
    const others = (): number => already + begun - number
    const change = (): MemoryChange => ({ ...difference(before, read()), others: others() })
    try {
      yield { before, current: read, change }
    } finally {
      gc?.()
      const changed = change()
      running--
      // As it was sent: decoded, it could look like another line. The query may hold what is nobody's business.
      const [path] = request.target.split('?', 1)
      const line = `Memory: ${request.method} ${path}: ${describe(changed)}`
      if (growth(changed) > warnAbove) logger.warn(line, changed)
      else logger.debug(line, changed)
    }
  }
}

function read(): MemoryReading {
  const { used_heap_size: heapUsed, external_memory: external } = getHeapStatistics()
  return { heapUsed, external }
}

function difference(before: MemoryReading, now: MemoryReading): MemoryReading {
  return { heapUsed: now.heapUsed - before.heapUsed, external: now.external - before.external }
}

// What was collected on one side is not set off against what came on the other.
function growth({ heapUsed, external }: MemoryReading): number {
  return Math.max(0, heapUsed) + Math.max(0, external)
}

function describe({ heapUsed, external, others }: MemoryChange): string {
  const beside = others === 0 ? '' : `, with ${others} other${others === 1 ? '' : 's'} in between`
  return `${signed(heapUsed)} on the heap, ${signed(external)} outside${beside}`
}

/** `+1.5 MiB`. */
function signed(bytes: number): string {
  const size = Math.abs(bytes)
  const sign = bytes < 0 ? '-' : '+'
  if (size < 1024) return `${sign}${size} B`
  return size < 2 ** 20
    ? `${sign}${(size / 1024).toFixed(1)} KiB`
    : `${sign}${(size / 2 ** 20).toFixed(1)} MiB`
}

function checkOptions(options: MemoryMonitorOptions): void {
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name))
  if (unknown !== undefined) throw fault(`there is no option "${unknown}"; there are ${OPTIONS.join(', ')}`)
  const { warnAbove = 0, collect = false } = options
  if (typeof warnAbove !== 'number' || !(warnAbove >= 0))
    throw fault(`warnAbove: a number of bytes is needed, got ${String(warnAbove)}`)
  if (typeof collect !== 'boolean') throw fault(`collect: true or false is needed, got ${String(collect)}`)
}

function collector(): () => void {
  const { gc } = globalThis
  if (gc === undefined)
    throw fault('collect needs a process that may ask for it; start it with node --expose-gc')
  return () => void gc()
}

function fault(reason: string): TypeError {
  return new TypeError(`Cannot monitor memory: ${reason}`)
}
