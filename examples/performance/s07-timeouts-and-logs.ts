/*
 * Time-outs, limits and logs, said in code.
 *
 *   node examples/performance/s07-timeouts-and-logs.ts
 *   curl localhost:8000/api/wait/3000 & kill %1     # the request is answered, then the process ends with 0
 *   tail -f access.log error.log                    # move one away, and a new one is made
 */
import { setTimeout as after } from 'node:timers/promises'
import { RestApplication } from 'restmachine'
import { type ServeOptions, serve } from 'restmachine/node'

export const app = new RestApplication()
  .onShutdown(({ logger }) => logger.info('Closed'))
  .get('/api/wait/{time}', async ({ time }) => {
    await after(Number(time))
    return { waited: Number(time) }
  })
  .get('/api/broken', () => {
    throw new Error('broken')
  })

export const options: ServeOptions = {
  keepAliveTimeout: 5_000,
  // How long SIGTERM waits for requests in flight, streams too.
  gracefulTimeout: 10_000,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  handlerTimeout: '20s',
  maxHeaderSize: 16_384,
  bodyLimit: 1_048_576,
  slowRequest: '1s',
  // A file, `-` for standard output, a format, a function, or false.
  accessLog: process.env.ACCESS_LOG ?? './access.log',
  errorLog: process.env.ERROR_LOG ?? './error.log',
  logLevel: 'info',
}

if (import.meta.main) {
  const { url } = await serve(app, { ...options, port: Number(process.env.PORT ?? 8000) })
  console.log(`Serving on ${url}`)
}
