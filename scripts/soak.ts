// Serves an application in a process of its own under a mixed load, and prints its memory over time:
// node scripts/soak.ts [minutes] [clients]. It is for looking at, and not part of the tests.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { parseArgs } from 'node:util'
import { RestApplication, respond } from 'restmachine'
import { serve } from 'restmachine/node'

/** How often the memory is printed, in milliseconds. */
const INTERVAL = 10_000
const CHUNK = new Uint8Array(16_384)
const HEAD = 'Host: here\r\nContent-Type: application/json\r\n'
const BODY = JSON.stringify({ name: 'Ada' })

/** What clients ask, and whether they stay for the answer. */
const REQUESTS = [
  `GET / HTTP/1.1\r\n${HEAD}\r\n`,
  `GET /items/7?page=2 HTTP/1.1\r\n${HEAD}\r\n`,
  `GET /nowhere HTTP/1.1\r\n${HEAD}\r\n`,
  `GET /slow HTTP/1.1\r\n${HEAD}\r\n`,
  `GET /stream HTTP/1.1\r\n${HEAD}\r\n`,
  `GET /broken HTTP/1.1\r\n${HEAD}\r\n`,
  `POST /items HTTP/1.1\r\n${HEAD}Content-Length: ${BODY.length}\r\n\r\n${BODY}`,
  `POST /size HTTP/1.1\r\n${HEAD}Content-Length: 200000\r\n\r\n${'x'.repeat(200_000)}`,
  `POST /items HTTP/1.1\r\n${HEAD}Content-Length: 100\r\n\r\n{"never":"whole`,
  'noise\r\n\r\n',
]

interface Memory {
  readonly rss: number
  readonly heapUsed: number
  readonly arrayBuffers: number
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { serve: { type: 'boolean', default: false } },
})
if (values.serve) await serveSoaked()
else await soak(Number(positionals[0] ?? 10), Number(positionals[1] ?? 60))

async function serveSoaked(): Promise<void> {
  const app = new RestApplication({ logger: { ...console, error: () => undefined } })
    .onStartup('counter', () => ({ count: 0 }))
    .dependency('lent', async function* ({ counter }) {
      yield ++counter.count
    })
    .get('/', () => ({ fine: true }))
    .get('/items/{id}', ({ id, lent }) => ({ id, lent }))
    .post('/items', ({ jsonBody }) => respond(jsonBody, 201))
    .post('/size', ({ bytesBody }) => ({ size: bytesBody.length }), { bodyLimit: 1_000_000 })
    .get('/slow', async ({ lent }) => {
      await later(20)
      return { lent }
    })
    .get('/stream', () => {
      let left = 20
      return new ReadableStream({
        pull(stream) {
          if (left-- === 0) stream.close()
          else stream.enqueue(CHUNK)
        },
      })
    })
    .get('/broken', () => {
      throw new Error('always')
    })
  const { port } = await serve(app, {
    port: 0,
    headersTimeout: 2_000,
    requestTimeout: 3_000,
    sendTimeout: 2_000,
  })
  process.send?.(port)
  setInterval(() => {
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage()
    process.send?.({ rss, heapUsed, arrayBuffers } satisfies Memory)
  }, INTERVAL)
}

async function soak(minutes: number, clients: number): Promise<void> {
  const server = fork(import.meta.filename, ['--serve'])
  const [port] = (await once(server, 'message')) as [number]
  const start = performance.now()
  const seen: number[] = []
  const count = { pieces: 0, connections: 0 }
  let isOver = false
  console.log('seconds  rss MB  heap MB  buffers MB   pieces')
  server.on('message', ({ rss, heapUsed, arrayBuffers }: Memory) => {
    const seconds = Math.round((performance.now() - start) / 1_000)
    seen.push(rss)
    const cells = [
      [seconds, 7],
      [inMegabytes(rss), 8],
      [inMegabytes(heapUsed), 9],
      [inMegabytes(arrayBuffers), 12],
      [count.pieces, 9],
    ] as const
    console.log(cells.map(([value, width]) => String(value).padStart(width)).join(''))
  })

  async function client(): Promise<void> {
    while (!isOver) {
      count.connections++
      const socket = connect(port, '127.0.0.1')
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.on('error', () => undefined)
      socket.on('data', () => count.pieces++)
      for (let asked = Math.random() * 20; asked >= 0; asked--) {
        socket.write(REQUESTS[Math.floor(Math.random() * REQUESTS.length)] as string)
        // Some read nothing for a while, and some for ever: time-outs end these.
        if (Math.random() < 0.05) socket.pause()
        await later(Math.random() * 30)
        if (socket.destroyed || isOver) break
      }
      if (Math.random() < 0.8) socket.destroy()
      await Promise.race([closed, later(4_000)])
      socket.destroy()
    }
  }

  const running = Array.from({ length: clients }, client)
  await later(minutes * 60_000)
  isOver = true
  await Promise.all(running)
  server.kill('SIGTERM')
  const [code] = (await once(server, 'exit')) as [number]
  // The first minute fills caches and pools.
  const [early, late] = [seen[Math.min(5, seen.length - 1)] ?? 0, seen.at(-1) ?? 0]
  console.log(
    `${count.connections} connections; exit ${code}; rss ${inMegabytes(early)} → ${inMegabytes(late)} MB`,
  )
}

function inMegabytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1)
}

function later(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time))
}
