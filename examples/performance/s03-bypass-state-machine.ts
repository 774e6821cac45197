/*
 * A route can leave the decision graph out: router, injection, handler, JSON, and no question asked.
 *
 *   node examples/performance/s03-bypass-state-machine.ts
 *   curl -i localhost:8000/api/data -H 'Accept: image/png'     # 406: what the client accepts was asked
 *   curl -i localhost:8000/api/fast -H 'Accept: image/png'     # 200: nothing was
 */
import { RestApplication, respond } from 'restmachine'
import { serve } from 'restmachine/node'

export const app = new RestApplication()
  .get('/api/data', () => ({ message: 'Hello' }))

  .get('/api/fast', () => ({ message: 'Fast!' }), { bypassStateMachine: true })

  // A status and header fields can stand beside the body, here as on every route.
  .get('/api/faster', () => respond({ message: 'Fast!' }, 200, { 'cache-control': 'max-age=60' }), {
    bypassStateMachine: true,
  })

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
