import { setTimeout as after } from 'node:timers/promises'
import { HttpError, RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, quiet } from '../decisions/asking.ts'
import { eventually, served } from '../server/served.ts'

/** An application with a log, and a promise of the moment at which its handler is at work. */
function logged() {
  const lines: string[] = []
  const atWork = Promise.withResolvers<void>()
  const logger = {
    ...quiet,
    info: (message: string) => void lines.push(`info: ${message}`),
    error: (message: string) => void lines.push(`error: ${message}`),
  }
  const app = new RestApplication({ logger, handlerTimeout: 200 })
    .get('/told', async ({ signal }) => {
      atWork.resolve()
      await after(5_000, undefined, { signal })
    })
    .get('/translated', async ({ signal }) => {
      atWork.resolve()
      await after(5_000, undefined, { signal }).catch(() => {
        throw new HttpError(502, 'The other server does not answer')
      })
    })
    .get('/raw', async ({ request }) => {
      atWork.resolve()
      await after(5_000, undefined, { signal: request.signal })
    })
    .get('/broken', async () => {
      atWork.resolve()
      await after(60)
      throw new Error('the database is down')
    })
    .get('/stubborn', async ({ signal }) => {
      atWork.resolve()
      await after(5_000, signal.aborted)
    })
  return { app, lines, atWork: atWork.promise }
}

describe('a client that leaves while a handler works', () => {
  it.for(['/told', '/translated', '/raw'])('is one line that is no error: %s', async (path) => {
    const { app, lines, atWork } = logged()
    const wire = await (await served(app)).wire()
    wire.ask(`GET ${path} HTTP/1.1`, 'Host: here')
    await atWork
    wire.socket.destroy()
    await eventually(() => lines.length > 0)
    await after(20)
    assert.deepEqual(lines, [`info: The client of GET ${path} left before the answer`])
  })

  it('hides no fault of a handler that knew nothing of it', async () => {
    const { app, lines, atWork } = logged()
    const wire = await (await served(app)).wire()
    wire.ask('GET /broken HTTP/1.1', 'Host: here')
    await atWork
    wire.socket.destroy()
    await eventually(() => lines.length > 0)
    assert.deepEqual(lines, ['error: 500 in GET /broken'])
  })

  it('hides no handler that goes on until its time is up', async () => {
    const { app, lines, atWork } = logged()
    const wire = await (await served(app)).wire()
    wire.ask('GET /stubborn HTTP/1.1', 'Host: here')
    await atWork
    wire.socket.destroy()
    await eventually(() => lines.length > 0)
    assert.deepEqual(lines, ['error: 503 in GET /stubborn'])
  })

  it('is known by the signal of a web request, too', async () => {
    const { app, lines, atWork } = logged()
    const client = new AbortController()
    const answer = app.fetch(new Request('http://localhost/told', { signal: client.signal }))
    await atWork
    client.abort()
    await answer
    assert.deepEqual(lines, ['info: The client of GET /told left before the answer'])
  })

  it('is not what failed when a handler aborts something of its own', async () => {
    const lines: string[] = []
    const logger = { ...quiet, error: (message: string) => void lines.push(message) }
    const app = new RestApplication({ logger }).get('/', () => {
      throw new DOMException('Too slow', 'AbortError')
    })
    assert.equal((await ask(app, 'GET /')).status, 500)
    assert.deepEqual(lines, ['500 in GET /'])
  })
})
