// Runs as a process of its own: node response-store-child.ts URL PREFIX. It prints its port, and then nothing.
import { createClient } from 'redis'
import { createCache, RestApplication } from '../../src/index.ts'
import { serve } from '../../src/node.ts'
import { redisStore } from '../../src/redis.ts'

const [url = '', prefix = ''] = process.argv.slice(2)
const client = createClient({ url })
await client.connect()
const cache = createCache({ store: redisStore(client, { prefix, commandTimeout: '5s' }) })

let runs = 0
const app = new RestApplication()
  .onStartup('cache', () => cache)
  .resource('/value', (value) =>
    value
      .get(
        async ({ queryParams }) => {
          await new Promise((resolve) => setTimeout(resolve, Number(queryParams.get('takes') ?? 0)))
          return { by: process.pid, run: ++runs }
        },
        { cacheResponse: { maxAge: 60, store: true } },
      )
      .put(() => undefined),
  )
  .get('/bytes', () => Uint8Array.of(0, 128, 255), { cacheResponse: { maxAge: 60, store: true } })
const serving = await serve(app, { port: 0 })
console.log(serving.port)
