import { announce } from './announce.ts'
import { Bun } from './bun.ts'
import { app } from './hono-app.ts'

announce(Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: app.fetch }).port)
