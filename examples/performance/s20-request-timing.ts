/*
 * How long a request takes: by a provider of your own, and by what is built in.
 *
 *   SERVER_TIMING_KEY=key node examples/performance/s20-request-timing.ts
 *   curl -i localhost:8000/api/data                        # X-Response-Time
 *   curl -i localhost:8000/api/slow                        # … and two warnings in the log
 *   curl -i -H 'X-Timing: key' localhost:8000/api/slow     # Server-Timing: report;dur=1500.9, handler;dur=0.02, …
 */
import { setTimeout as after } from 'node:timers/promises'
import { RestApplication, sameSecret } from 'restmachine'
import { serve } from 'restmachine/node'

const key = process.env.SERVER_TIMING_KEY ?? ''

export const app = new RestApplication({
  // A warning in the log, with the route and what took longest.
  slowRequest: '1s',
  // For those who know the key; `true` would tell everybody, which is for development.
  serverTiming: ({ headers }) => key !== '' && sameSecret(headers.get('x-timing') ?? '', key),
})
  // By hand: what stands behind the yield runs before the response goes out, so it can still add a field.
  .dependency('requestTimer', function* ({ request, responseHeaders, logger }) {
    const begin = performance.now()
    try {
      yield begin
    } finally {
      const seconds = (performance.now() - begin) / 1_000
      responseHeaders.set('X-Response-Time', `${seconds.toFixed(3)}s`)
      if (seconds > 1) logger.warn(`${request.method} ${request.path} took ${seconds.toFixed(3)} s`)
    }
  })

  .dependency('report', async () => {
    await after(1_500)
    return { rows: 12 }
  })

  .get('/api/data', ({ requestTimer: _ }) => ({ data: 'value' }))
  .get('/api/slow', ({ requestTimer: _, report }) => report)

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
