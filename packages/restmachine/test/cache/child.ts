// Runs as a process of its own: node child.ts URL PREFIX. Each line it reads is an order, each answer a line.
import { createInterface } from 'node:readline'
import { createClient } from 'redis'
import { createCache } from '../../src/index.ts'
import { redisStore } from '../../src/redis.ts'

const [url = '', prefix = ''] = process.argv.slice(2)
const client = createClient({ url })
await client.connect()
const cache = createCache({ store: redisStore(client, { prefix }) })

const orders: Readonly<Record<string, (key: string, value: string) => Promise<unknown>>> = {
  get: (key) => cache.get(key),
  set: (key, value) => cache.set(key, { value, at: new Date(0) }, { tags: ['all'] }),
  invalidate: () => cache.invalidate('all'),
  /** Makes a value in `value` milliseconds, one process at a time, and tells when it begins. */
  wrap: (key, value) => cache.wrap(key, () => make(Number(value)), { lock: true }),
}

async function make(time: number): Promise<string> {
  console.log('"making"')
  await new Promise((resolve) => setTimeout(resolve, time))
  return `made by ${process.pid}`
}

for await (const line of createInterface(process.stdin)) {
  const [order = '', key = '', value = ''] = line.split(' ')
  void orders[order]?.(key, value).then((answer) => console.log(JSON.stringify(answer ?? null)))
}
