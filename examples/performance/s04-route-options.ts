/*
 * What a route leaves out, and what it lets be kept: negotiation, the check of who asks, and answers that the
 * browser, caches in between and the server itself give again without running the handler.
 *
 *   node examples/performance/s04-route-options.ts
 *   curl -i localhost:8000/api/raw -H 'Accept: image/png'     # 200: what the client accepts is not asked
 *   curl -i localhost:8000/api/health                         # 200 without a token; all others want one
 *   curl -i localhost:8000/api/rates                          # Cache-Control: public, max-age=3600
 *   curl -i localhost:8000/api/report                         # twice: the second has an Age, and Cache-Status: hit
 *   curl -i localhost:8000/api/report -X PUT -H 'Authorization: Bearer let-me-in' -H 'Content-Type: application/json' -d '{"title":"New"}'
 */
import { setTimeout as after } from 'node:timers/promises'
import { RestApplication, sameSecret } from 'restmachine'
import { serve } from 'restmachine/node'
import { z } from 'zod'

export const app = new RestApplication()
  .onStartup('reports', () => ({ title: 'Old', reads: 0 }))
  .onStartup('token', () => process.env.API_TOKEN || 'let-me-in')

  // Every route asks this, unless it says skipAuthCheck.
  .authorized('caller', ({ credentials, token }) =>
    credentials?.scheme === 'bearer' && sameSecret(credentials.token, token) ? { name: 'Ada' } : undefined,
  )
  .validates('newReport', z.object({ title: z.string().min(1) }), ({ jsonBody }) => jsonBody)

  // JSON for everybody, whatever they accept.
  .get('/api/raw', () => ({ data: [1, 2, 3] }), { skipContentNegotiation: true, skipAuthCheck: true })

  // A route like this may not ask for `caller`: the application would not start.
  .get('/api/health', () => ({ ok: true }), { skipAuthCheck: true })
  .get('/api/me', ({ caller }) => caller)

  // Kept by browsers and caches for an hour. The server makes it for each who asks it.
  .get('/api/rates', () => ({ EUR: 1, USD: 1.08 }), {
    skipAuthCheck: true,
    cacheResponse: { public: true, maxAge: 3600 },
  })

  // Kept by the server, too. A browser keeps it for a minute; here it ends with the next PUT.
  .resource('/api/report', (report) =>
    report
      .get(
        async ({ reports }) => {
          await after(100)
          return { title: reports.title, reads: ++reports.reads }
        },
        {
          skipAuthCheck: true,
          cacheResponse: { maxAge: 60, staleWhileRevalidate: 30, store: true },
        },
      )
      .put(({ reports, newReport, caller }) => {
        reports.title = newReport.title
        return { title: reports.title, by: caller.name }
      }),
  )

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
