import { once } from 'node:events'
import { connect } from 'node:http2'
import { RestApplication } from 'restmachine'
import type { ServeOptions } from 'restmachine/node'
import { expect, it, onTestFinished } from 'vitest'
import { eventually, served } from './served.ts'

const HERE = 'Host: here'
const LIMIT = 3

/** A server that is full, until it is told to let go of those inside. */
async function full(options: ServeOptions = {}) {
  const waiting: (() => void)[] = []
  const app = new RestApplication()
    .get('/', () => ({ fine: true }))
    .get('/wait', async () => {
      await new Promise<void>((resolve) => waiting.push(resolve))
      return { waited: true }
    })
  const serving = await served(app, { limitConcurrency: LIMIT, ...options })
  const inside = await Promise.all(Array.from({ length: LIMIT }, () => serving.wire()))
  for (const wire of inside) wire.ask('GET /wait HTTP/1.1', HERE)
  await eventually(() => waiting.length === LIMIT)
  async function letGo(): Promise<void> {
    for (const resolve of waiting.splice(0)) resolve()
    for (const wire of inside) expect((await wire.response()).json()).toEqual({ waited: true })
  }
  return { serving, waiting, letGo }
}

it('requests in one pipeline beyond the limit are refused each for itself, in order, on a connection that is kept', async () => {
  const { serving, letGo } = await full()
  const wire = await serving.wire()
  wire.send(`GET / HTTP/1.1\r\n${HERE}\r\n\r\n`.repeat(50))
  for (let count = 0; count < 50; count++) {
    const response = await wire.response()
    expect([response.status, response.header('retry-after')]).toEqual([503, '1'])
  }
  await letGo()
  expect((await wire.ask('GET / HTTP/1.1', HERE).response()).status).toBe(200)
})

it('a pipeline with one inside has its refusals behind that answer, and they take no place', async () => {
  const { serving, waiting, letGo } = await full({ limitConcurrency: LIMIT + 1 })
  const [wire, other] = [await serving.wire(), await serving.wire()]
  wire.send(`GET /wait HTTP/1.1\r\n${HERE}\r\n\r\n${`GET / HTTP/1.1\r\n${HERE}\r\n\r\n`.repeat(3)}`)
  await eventually(() => waiting.length === LIMIT + 1)
  expect((await other.ask('GET / HTTP/1.1', HERE).response()).status).toBe(503)
  // Responses come in the order of the requests (RFC 9112 §9.3.2).
  expect(wire.rest).toBe('')
  await letGo()
  const statuses: number[] = []
  for (let count = 0; count < 4; count++) statuses.push((await wire.response()).status)
  expect(statuses).toEqual([200, 503, 503, 503])
  expect((await wire.ask('GET / HTTP/1.1', HERE).response()).status).toBe(200)
})

it('streams of HTTP/2 beyond the limit are refused one by one, and those inside go on', async () => {
  const { serving, waiting, letGo } = await full({ http2: true, limitConcurrency: LIMIT + 2 })
  const session = connect(serving.url)
  onTestFinished(() => session.destroy())
  await once(session, 'remoteSettings')
  async function ask(path: string): Promise<readonly unknown[]> {
    const stream = session.request({ ':path': path })
    const [head] = (await once(stream, 'response')) as [Record<string, unknown>]
    stream.resume()
    await once(stream, 'close')
    return [head[':status'], head['retry-after']]
  }
  const inside = [ask('/wait'), ask('/wait')]
  await eventually(() => waiting.length === LIMIT + 2)
  const refused = await Promise.all(Array.from({ length: 50 }, () => ask('/')))
  expect(refused).toEqual(Array.from({ length: 50 }, () => [503, '1']))
  await letGo()
  expect(await Promise.all(inside)).toEqual([
    [200, undefined],
    [200, undefined],
  ])
  expect(await ask('/')).toEqual([200, undefined])
})
