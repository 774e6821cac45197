import { announce } from './announce.ts'
import { Bun } from './bun.ts'
import { app } from './restmachine-app.ts'

await app.startup()
announce(Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: app.fetch }).port)
