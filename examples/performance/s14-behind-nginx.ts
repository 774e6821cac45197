/*
 * Behind nginx: whose word on the client counts. The configuration of nginx is examples/deployment/nginx.conf.
 *
 *   node examples/performance/s14-behind-nginx.ts
 *   curl -H 'X-Forwarded-For: 192.0.2.7' localhost:8000/api/client     # as a proxy on this machine says it
 */
import { RestApplication } from 'restmachine'
import { type ServeOptions, serve } from 'restmachine/node'

export const app = new RestApplication().get(
  '/api/client',
  ({ request: { remoteAddress, protocol, host } }) => ({
    remoteAddress,
    protocol,
    host,
  }),
)

export const options: ServeOptions = {
  trustProxy: 'loopback',
  // On one side only: nginx has `gzip off`, since each coding has an entity tag of its own.
  compression: true,
}

if (import.meta.main) await serve(app, { ...options, port: Number(process.env.PORT ?? 8000) })
