import { RestApplication } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { eventually, served } from './served.ts'

const HERE = 'Host: here'

function app(over: string[] = []) {
  return new RestApplication({ logger: { ...console, error: () => undefined } })
    .get('/', () => ({ fine: true }))
    .get('/slow', async () => {
      await new Promise((resolve) => setTimeout(resolve, 400))
      return { slow: true }
    })
    .post('/size', async ({ body, signal }) => {
      signal.addEventListener('abort', () => over.push('aborted'))
      return { size: (await new Response(body).bytes()).length }
    })
}

/** How long something takes, in milliseconds. */
async function timeOf(work: Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work
  return performance.now() - start
}

describe('time-outs', () => {
  it('headersTimeout cuts off slow header fields with 408, soon after it has passed', async () => {
    const wire = await (await served(app(), { headersTimeout: 200 })).wire()
    wire.send('GET / HTTP/1.1\r\nHost: here\r\n')
    const sending = setInterval(() => wire.send('X-A: a\r\n'), 20)
    let status: number | undefined
    const time = await timeOf(wire.response().then((response) => (status = response.status)))
    clearInterval(sending)
    expect(status).toBe(408)
    expect(time).toBeGreaterThan(150)
    expect(time).toBeLessThan(900)
    await wire.closed()
  })

  it('requestTimeout cuts off slow content with 408', async () => {
    const over: string[] = []
    const wire = await (await served(app(over), { requestTimeout: 300 })).wire()
    wire.ask('POST /size HTTP/1.1', HERE, 'Content-Type: a/b', 'Content-Length: 1000')
    const sending = setInterval(() => wire.send('x'), 20)
    const response = await wire.response().finally(() => clearInterval(sending))
    expect([response.status, response.json().status]).toEqual([408, 408])
    await wire.closed()
    await eventually(() => over.length === 1)
  })

  it('do not touch a handler that takes its time', async () => {
    const serving = await served(app(), { headersTimeout: 100, requestTimeout: 100, keepAliveTimeout: 100 })
    const wire = await serving.wire()
    expect((await wire.ask('GET /slow HTTP/1.1', HERE).response()).json()).toEqual({ slow: true })
  })

  it('close a connection over which nothing comes without a word', async () => {
    const wire = await (await served(app(), { headersTimeout: 100 })).wire()
    await wire.closed()
    expect(wire.rest).toBe('')
  })

  it('keepAliveTimeout closes an idle connection', async () => {
    const wire = await (await served(app(), { keepAliveTimeout: 50 })).wire()
    await wire.ask('GET / HTTP/1.1', HERE).response()
    // node:http waits a second longer than it tells the client, so that none is cut off on its way.
    expect(await timeOf(wire.closed())).toBeLessThan(2_500)
  })
})
