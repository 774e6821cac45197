/*
 * A value that is kept for some time, and made anew by the first request after it; those who come meanwhile
 * wait for the same making.
 *
 *   node examples/performance/s11-time-based-cache.ts
 *   curl -i localhost:8000/api/cached        # "made" stays the same for five minutes
 */
import { setTimeout as after } from 'node:timers/promises'
import { RestApplication } from 'restmachine'
import { serve } from 'restmachine/node'

export const app = new RestApplication()
  .onStartup('source', () => ({
    reads: 0,
    async read() {
      this.reads++
      await after(50)
      return { rates: { EUR: 1, USD: 1.08 }, made: this.reads }
    },
  }))

  .dependency('rates', ({ source }) => source.read(), { ttl: '5m' })

  .get('/api/cached', ({ rates }) => rates)

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
