import { connect } from 'node:net'
import { RestApplication } from 'restmachine'
import { expect, it, vi } from 'vitest'
import { served } from './served.ts'

const HEAD = 'Host: here\r\nContent-Type: a/b\r\n'
const REQUESTS: readonly string[] = [
  `GET / HTTP/1.1\r\n${HEAD}\r\n`,
  `GET /slow HTTP/1.1\r\n${HEAD}\r\n`,
  `GET /stream HTTP/1.1\r\n${HEAD}\r\n`,
  `HEAD /stream HTTP/1.1\r\n${HEAD}\r\n`,
  `POST /size HTTP/1.1\r\n${HEAD}Content-Length: 50000\r\n\r\n${'x'.repeat(50_000)}`,
  `POST /size HTTP/1.1\r\n${HEAD}Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello`,
  `POST /echo HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n2000\r\n${'y'.repeat(8_192)}\r\n0\r\n\r\n`,
  `POST /unread HTTP/1.1\r\n${HEAD}Content-Length: 90000\r\n\r\n${'z'.repeat(90_000)}`,
  `CONNECT here:1 HTTP/1.1\r\n${HEAD}\r\n`,
  'noise\r\n\r\n',
]

/** Numbers that look random and are the same in every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

it('clients that cut requests short and leave at any time leave nothing open, and no rejection unhandled', async () => {
  const report = vi.spyOn(console, 'error').mockReturnValue()
  const count = { opened: 0, closed: 0, clients: 0 }
  const roll = dice(7)
  const app = new RestApplication({ logger: { ...console, error: () => undefined } })
    .dependency('early', function* () {
      count.opened++
      try {
        yield 1
      } finally {
        count.closed++
      }
    })
    .dependency(
      'late',
      async function* () {
        count.opened++
        try {
          yield 1
        } finally {
          count.closed++
        }
      },
      { close: 'after-response' },
    )
    .get('/', () => ({ fine: true }))
    .get('/slow', async ({ early, late, signal }) => {
      await new Promise((resolve) => setTimeout(resolve, roll(6)))
      return { early, late, gone: signal.aborted }
    })
    .get('/stream', ({ late }) => {
      let left = 20
      return new ReadableStream({
        async pull(controller) {
          if (roll(5) === 0) await new Promise((resolve) => setTimeout(resolve, 1))
          if (left-- === 0) controller.close()
          else controller.enqueue(new Uint8Array(late * 9_000))
        },
      })
    })
    .post('/size', ({ bytesBody, late }) => ({ size: bytesBody.length, late }))
    .post('/echo', ({ body, early }) => (early === 1 ? body : undefined))
    .post('/unread', ({ late }) => ({ late }))
  const serving = await served(app, { gracefulTimeout: 5_000 })

  let isOver = false
  async function client(): Promise<void> {
    while (!isOver) {
      count.clients++
      const socket = connect(serving.port, '127.0.0.1')
      socket.on('error', () => undefined).resume()
      const closed = new Promise((resolve) => socket.once('close', resolve))
      for (let asked = roll(6); asked >= 0; asked--) {
        const request = REQUESTS[roll(REQUESTS.length)] as string
        socket.write(roll(5) === 0 ? request.slice(0, roll(request.length)) : request)
      }
      await new Promise((resolve) => setTimeout(resolve, roll(40)))
      if (roll(3) === 0) socket.resetAndDestroy()
      else if (roll(2) === 0) socket.destroy()
      else socket.end()
      await closed
    }
  }

  const clients = Array.from({ length: 50 }, client)
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  isOver = true
  expect(await serving.close()).toBe(true)
  await Promise.all(clients)
  expect(count.clients).toBeGreaterThan(200)
  expect(count.opened).toBeGreaterThan(200)
  expect(count.closed).toBe(count.opened)
  expect(report).not.toHaveBeenCalled()
  report.mockRestore()
})
