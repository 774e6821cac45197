import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { createClient } from 'redis'
import { createCache, RestApplication } from 'restmachine'
import { redisStore } from 'restmachine/redis'
import { assert, describe, it, onTestFinished } from 'vitest'
import { missingRedis, type RedisServer, startRedis } from '../../../../services/redis.ts'
import { ask, quiet } from '../decisions/asking.ts'
import { look } from '../rfc/9111/kept.ts'
import { eventually } from '../server/served.ts'

const missing = missingRedis()
const store = { maxAge: 60, store: true } as const

async function redis(): Promise<RedisServer> {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  return server
}

async function connect(url: string) {
  const client = createClient({ url })
  client.on('error', () => undefined)
  await client.connect()
  onTestFinished(() => client.destroy())
  return client
}

/** Asks a process as clients do that reach all of them by one name. */
type Asking = (
  target: string,
) => Promise<{ readonly status: number; readonly cache: string; readonly body: Buffer }>

async function startChild(url: string): Promise<Asking> {
  const script = new URL('response-store-child.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [script, url, 'two:'], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = await once(child.stdout, 'data')
  const port = Number(String(line))
  return async (target) => {
    const [method, path] = target.split(' ')
    const sent = request({ port, method, path, headers: { host: 'api.example' }, agent: false })
    sent.end()
    const [response] = await once(sent, 'response')
    const pieces: Buffer[] = []
    for await (const piece of response) pieces.push(piece)
    const cache = String(response.headers['cache-status'] ?? '')
    return { status: response.statusCode, cache, body: Buffer.concat(pieces) }
  }
}

describe.skipIf(missing !== undefined)(`stored answers in Redis${missing ?? ''}`, () => {
  it('are shared by two processes, until either of them changes something', async () => {
    const { url } = await redis()
    const [one, other] = await Promise.all([startChild(url), startChild(url)])
    const made = await one('GET /value')
    assert.equal(made.cache, 'restmachine; fwd=uri-miss; stored')
    const kept = await other('GET /value')
    assert.match(kept.cache, /^restmachine; hit/)
    assert.deepEqual(kept.body, made.body)
    assert.equal((await other('HEAD /value')).status, 200)

    assert.equal((await other('PUT /value')).status, 204)
    const anew = await one('GET /value')
    assert.equal(anew.cache, 'restmachine; fwd=uri-miss; stored')
    assert.notDeepEqual(anew.body, made.body)
    assert.deepEqual((await other('GET /value')).body, anew.body)

    await one('GET /bytes')
    const bytes = await other('GET /bytes')
    assert.match(bytes.cache, /hit/)
    assert.deepEqual([...bytes.body], [0, 128, 255])
  })

  it('are not what a process was making when another one changed it', async () => {
    const { url } = await redis()
    const [one, other] = await Promise.all([startChild(url), startChild(url)])
    await one('GET /value?takes=0')
    const slow = one('GET /value?takes=500')
    await new Promise((resolve) => setTimeout(resolve, 200))
    await other('PUT /value')
    assert.match((await slow).cache, /stored/)
    const late = await other('GET /value?takes=500')
    assert.equal(late.cache, 'restmachine; fwd=uri-miss; stored')
    assert.notDeepEqual(late.body, (await slow).body)
  })

  it('are missed, never an error, when somebody else has written there', async () => {
    const { url } = await redis()
    const client = await connect(url)
    const cache = createCache({ store: redisStore(client, { prefix: '' }), logger: quiet })
    let runs = 0
    const app = new RestApplication({ logger: quiet })
      .onStartup('cache', () => cache)
      .get('/', () => ({ run: ++runs }), { cacheResponse: store })
    await look(app, 'GET /')
    assert.isTrue((await look(app, 'GET /')).isHit)
    const keys = await client.keys('value:responses/*')
    assert.equal(keys.length, 2)
    for (const text of [
      'garbage',
      '',
      '[1,0,[],7]',
      '[1,0,[],{"headers":7}]',
      '[9,0,[],"x"]',
      '{"__proto__":1}',
    ]) {
      for (const key of keys) await client.set(key, text)
      const before = runs
      assert.equal((await look(app, 'GET /')).text, `{"run":${before + 1}}`, text)
      assert.isTrue((await look(app, 'GET /')).isHit, text)
    }
  })

  it('are done without when Redis is gone, and kept again when it is back', async () => {
    const server = await redis()
    const client = await connect(server.url)
    const lines: string[] = []
    const keep = (message: string): void => void lines.push(message)
    const cache = createCache({
      store: redisStore(client, { commandTimeout: 200, retryAfter: 100 }),
      logger: { info: keep, warn: keep },
    })
    let runs = 0
    const app = new RestApplication({ logger: quiet })
      .onStartup('cache', () => cache)
      .resource('/', (it) =>
        it
          .get(
            async () => {
              await new Promise((resolve) => setTimeout(resolve, 50))
              return { run: ++runs }
            },
            { cacheResponse: store },
          )
          .put(() => undefined),
      )
    await look(app, 'GET /')
    assert.isTrue((await look(app, 'GET /')).isHit)
    await server.kill()
    // While it is away what is asked for at the same time is still made once, and no chain of waiting forms.
    await look(app, 'GET /')
    const before = runs
    const start = performance.now()
    const all = await Promise.all(Array.from({ length: 50 }, () => look(app, 'GET /')))
    assert.deepEqual([...new Set(all.map(({ status }) => status))], [200])
    assert.equal(runs, before + 1)
    assert.isBelow(performance.now() - start, 1_000)
    assert.equal((await ask(app, 'PUT /')).status, 204)
    assert.equal((await look(app, 'GET /')).status, 200)
    await server.restart()
    await eventually(() => lines.length === 2, 'Coming back')
    await look(app, 'GET /')
    await eventuallyHit(app)
    assert.equal(lines.length, 2, lines.join('; '))
  })
})

/** What was set just when it came back may be taken away with what it missed. */
async function eventuallyHit(app: RestApplication): Promise<void> {
  for (let tries = 0; tries < 100; tries++) if ((await look(app, 'GET /')).isHit) return
  assert.fail('nothing was kept')
}
