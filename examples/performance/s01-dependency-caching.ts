/*
 * A provider runs once in a request, however many ask for its value; the next request asks it anew.
 *
 *   node examples/performance/s01-dependency-caching.ts
 *   curl -i localhost:8000/api/data        # "run" grows by one with each request, not by two
 */
import { setTimeout as after } from 'node:timers/promises'
import { RestApplication } from 'restmachine'
import { serve } from 'restmachine/node'

export const app = new RestApplication()
  .onStartup('counter', () => ({ runs: 0 }))

  .dependency('expensiveComputation', async ({ counter }) => {
    const run = ++counter.runs
    await after(100)
    return { result: 'value', run }
  })
  .dependency('usesComputation', ({ expensiveComputation }) => ({ data: expensiveComputation.result }))

  .get('/api/data', ({ expensiveComputation, usesComputation }) => ({
    direct: expensiveComputation,
    indirect: usesComputation,
  }))

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
