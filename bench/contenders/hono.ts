import { serve } from '@hono/node-server'
import { announce } from './announce.ts'
import { app } from './hono-app.ts'

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => announce(port))
