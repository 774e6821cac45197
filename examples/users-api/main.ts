import { serve } from 'restmachine/node'
import { app } from './app.ts'

const { PORT = '8000', HOST = '127.0.0.1' } = process.env
// Ctrl-C and SIGTERM let requests in flight finish, then close what the application has opened.
const { url } = await serve(app, { port: Number(PORT), host: HOST })

const routes = app.routes.map(({ method, path }) => `  ${method.padEnd(6)} ${path}`)
console.log(`Users API on ${url}

${routes.join('\n')}

Try it:  curl -i ${url}/users/7
Stop it: Ctrl-C`)
