import { announce } from './announce.ts'
import { createApp } from './elysia-app.ts'

createApp({}).listen({ port: 0, hostname: '127.0.0.1' }, ({ port }) => announce(port ?? 0))
