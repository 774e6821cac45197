/*
 * How much memory was taken while a request ran, by V8's own counters. There is one heap for all requests: the
 * line in the log tells how many others ran in between. There is nothing to start, V8 counts at all times.
 *
 *   node examples/performance/s21-memory-monitor.ts
 *   curl -i localhost:8000/api/data          # "Memory: GET /api/data: +5.1 MiB on the heap, …"
 *   curl -i -X POST localhost:8000/api/leak  # a warning: 64 MiB are kept
 *   curl -i localhost:8000/memory            # what has come since the start
 *
 * Which function takes it is what a sampling profile tells: node --heap-prof examples/performance/s21-….ts
 */
import { RestApplication } from 'restmachine'
import { memoryMonitor, serve } from 'restmachine/node'

export const app = new RestApplication()
  .onStartup('memoryAtStart', () => process.memoryUsage())
  .onStartup('leak', (): Buffer[] => [])

  .dependency('memoryMonitor', memoryMonitor({ warnAbove: 50 * 2 ** 20 }))

  .get('/api/data', ({ memoryMonitor: _ }) => {
    const data = Array.from({ length: 50_000 }, (_, id) => ({ id, name: `Item ${id}` }))
    return { items: data.length, last: data.at(-1) }
  })

  .post('/api/leak', ({ memoryMonitor, leak }) => {
    leak.push(Buffer.alloc(64 * 2 ** 20))
    return memoryMonitor.change()
  })

  .get('/memory', ({ memoryAtStart }) => {
    const { heapUsed, external, rss } = process.memoryUsage()
    return {
      heapUsed: heapUsed - memoryAtStart.heapUsed,
      external: external - memoryAtStart.external,
      rss: rss - memoryAtStart.rss,
    }
  })

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
