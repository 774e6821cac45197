import { serve } from 'restmachine/node'
import { announce } from './announce.ts'
import { app } from './restmachine-app.ts'

// `in-process.ts` imports the application without a server.
export { app }

if (import.meta.main) {
  const server = await serve(app, { port: 0 })
  announce(server.port)
}
