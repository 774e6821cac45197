import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { streams } from '../../src/representation/server-sent-events.ts'
import { quiet } from '../decisions/asking.ts'
import { eventually, served } from '../server/served.ts'

const HERE = 'Host: here'
const BIG = 'x'.repeat(16_384)

/** What happened behind the responses. */
function witness() {
  return { pulled: 0, ended: 0, closed: 0, logged: [] as string[] }
}

function app(seen = witness()) {
  const logger = {
    ...quiet,
    error: (message: string, error?: unknown) =>
      void seen.logged.push(`${message}: ${(error as Error | undefined)?.message}`),
  }
  return new RestApplication({ logger })
    .dependency('opened', function* () {
      try {
        yield BIG
      } finally {
        seen.closed++
      }
    })
    .get(
      '/endless',
      async function* ({ opened }) {
        try {
          for (;;) {
            seen.pulled++
            yield opened
          }
        } finally {
          seen.ended++
        }
      },
      { provides: streams() },
    )
    .get(
      '/silent',
      async function* ({ signal }) {
        try {
          yield* []
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        } finally {
          seen.ended++
        }
      },
      { provides: streams({ heartbeat: 20 }) },
    )
    .get('/fails', async function* () {
      yield 1
      await new Promise((resolve) => setTimeout(resolve, 50))
      throw new Error('torn')
    })
    .get('/sync', function* () {
      yield* [1, 2]
    })
}

describe('a streamed result', () => {
  it('waits for a slow client, and ends when the client leaves', async () => {
    const seen = witness()
    const server = await served(app(seen))
    const wire = await server.wire()
    wire.socket.pause()
    wire.ask('GET /endless HTTP/1.1', HERE, 'Accept: application/x-ndjson')
    await eventually(() => seen.pulled > 0)
    let before = -1
    while (before !== seen.pulled) {
      before = seen.pulled
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    assert.isBelow(seen.pulled, 2_000)
    wire.socket.destroy()
    await eventually(() => seen.ended === 1 && seen.closed === 1)
    assert.equal(seen.pulled, before)
    assert.deepEqual(seen.logged, [])
  })

  it('sends the head before the first event, and beats while there is none', async () => {
    const seen = witness()
    const server = await served(app(seen))
    const wire = await server.wire()
    wire.ask('GET /silent HTTP/1.1', HERE, 'Accept: text/event-stream')
    await wire.until(() => wire.rest.includes('\r\n\r\n'))
    assert.match(wire.rest, /^HTTP\/1\.1 200 OK\r\ncontent-type: text\/event-stream;charset=utf-8\r\n/i)
    await wire.until(() => wire.rest.split(': \n\n').length > 3)
    wire.socket.destroy()
    await eventually(() => seen.ended === 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.deepEqual(seen.logged, [])
  })

  it('cuts what fails after the head, and says so once', async () => {
    const seen = witness()
    const server = await served(app(seen))
    const wire = await server.wire()
    wire.ask('GET /fails HTTP/1.1', HERE)
    await wire.closed()
    assert.match(wire.rest, /\[1\r\n$/)
    assert.deepEqual(seen.logged, ['The body of GET /fails broke off: torn'])
  })

  it('answers HEAD with the fields alone, and keeps the connection', async () => {
    const seen = witness()
    const server = await served(app(seen))
    const wire = await server.wire()
    wire.ask('HEAD /endless HTTP/1.1', HERE, 'Accept: text/event-stream')
    const head = await wire.response('HEAD')
    assert.equal(head.header('content-type'), 'text/event-stream;charset=utf-8')
    wire.ask('GET /sync HTTP/1.1', HERE)
    assert.deepEqual((await wire.response()).body.toString(), '[1,2]')
    await eventually(() => seen.closed === 1)
    assert.equal(seen.pulled, 0)
  })
})
