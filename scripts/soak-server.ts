// The server of a soak, in a process of its own: an application with something of everything, which tells its figures
// when it is asked for them.
import { setTimeout as after } from 'node:timers/promises'
import { getHeapStatistics } from 'node:v8'
import { createCache, memoryStore, RestApplication, respond, streams } from 'restmachine'
import { type ServeOptions, serve } from 'restmachine/node'

/** What the server is told. */
export type Order = { readonly type: 'serve'; readonly options: ServeOptions } | MeasureOrder

interface MeasureOrder {
  readonly type: 'measure'
  /** Whether garbage is collected before. */
  readonly collect: boolean
}

/** What the server tells. */
export type Report = { readonly type: 'serving'; readonly port: number } | Figures

/** What the process holds. */
export interface Figures {
  readonly type: 'figures'
  /** Bytes. */
  readonly rss: number
  readonly heapUsed: number
  readonly heapTotal: number
  readonly external: number
  /** What keeps the event loop alive, by kind. */
  readonly resources: Readonly<Record<string, number>>
  readonly sockets: number
  /** What requests have opened and not closed. */
  readonly lent: number
  /** Background tasks that were added and have not run. */
  readonly tasks: number
  /** Streams of events that have not ended. */
  readonly streams: number
}

/** Many times smaller than what a soak asks for, so that it is full long before the end. */
const STORED = 2_000
const CHUNK = new Uint8Array(16_384)
const LARGE = new Uint8Array(10_000_000)

const held = { lent: 0, tasks: 0, streams: 0 }

const app = new RestApplication({ logger: { ...console, error: () => undefined } })
  .onStartup('cache', () => createCache({ store: memoryStore({ maxEntries: STORED }) }))
  .dependency('lent', async function* () {
    held.lent++
    try {
      yield { since: performance.now() }
    } finally {
      held.lent--
    }
  })
  .get('/', () => ({ fine: true }))
  .get('/items/{id}', ({ id, lent }) => ({ id, isLent: lent.since > 0 }))
  .get('/host', ({ request }) => ({ host: request.host }))
  .get('/slow/{time}', async ({ time, lent }) => {
    await after(Number(time))
    return { isLent: lent.since > 0 }
  })
  .get('/stored', ({ request }) => ({ target: request.target, filling: 'x'.repeat(500) }), {
    cacheResponse: { maxAge: 3_600, store: true },
  })
  .get('/large', () => LARGE)
  .get('/stream', ({ lent }) => {
    let left = 20
    return new ReadableStream({
      pull(stream) {
        if (left-- === 0 || lent.since === 0) stream.close()
        else stream.enqueue(CHUNK)
      },
    })
  })
  .get(
    '/events',
    async function* ({ signal, lent }) {
      held.streams++
      try {
        for (let id = 1; ; id++) {
          yield { id, data: `for ${Math.round(performance.now() - lent.since)} ms` }
          await after(100, undefined, { signal })
        }
      } finally {
        held.streams--
      }
    },
    { provides: streams() },
  )
  .get('/broken', () => {
    throw new Error('always')
  })
  .get('/broken/{time}', async ({ time, lent }) => {
    await after(Number(time))
    throw new Error(`always, since ${lent.since}`)
  })
  .post('/items', ({ jsonBody }) => respond(jsonBody, 201))
  .post('/size', ({ bytesBody }) => ({ size: bytesBody.length }), { bodyLimit: 1_000_000 })
  .post('/tasks', ({ backgroundTasks }) => {
    held.tasks++
    backgroundTasks.add(endTask, 20)
    return respond({ added: true }, 202)
  })
  .resource('/articles/{id}', (article) =>
    article
      .etag(({ id }) => `version-${id}`)
      .get(({ id }) => ({ id }))
      .put(({ jsonBody }) => jsonBody),
  )

async function endTask(time: number): Promise<void> {
  await after(time)
  held.tasks--
}

async function figures(port: { getConnections(): Promise<number> }, collect: boolean): Promise<Figures> {
  // What a collection frees may hold more that only the next one sees.
  if (collect) for (let round = 0; round < 2; round++) await globalThis.gc?.({ execution: 'async' })
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage()
  const { malloced_memory: malloced } = getHeapStatistics()
  const resources: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1
  const memory = { rss, heapUsed, heapTotal, external: external + malloced }
  return { type: 'figures', ...memory, resources, sockets: await port.getConnections(), ...held }
}

async function open(options: ServeOptions): Promise<void> {
  const { server, port } = await serve(app, options)
  const connections = {
    getConnections: (): Promise<number> =>
      new Promise((resolve) => server.getConnections((_, count) => resolve(count))),
  }
  process.on('message', async (order: Order) => {
    if (order.type === 'measure') tell(await figures(connections, order.collect))
  })
  tell({ type: 'serving', port })
}

function tell(report: Report): void {
  process.send?.(report)
}

// Whoever started it is gone.
process.once('disconnect', () => process.exit(1))
process.once('message', (order: Order) => {
  if (order.type === 'serve') void open(order.options)
})
