import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { createBrotliDecompress, createGunzip, createZstdDecompress } from 'node:zlib'
import { RestApplication, streams } from 'restmachine'
import { assert, describe, it, onTestFinished } from 'vitest'
import { createGate, createLog } from '../../application/asking.ts'
import { expectStatus } from '../../decisions/asking.ts'
import { eventually, served } from '../../server/served.ts'
import { wireTo } from '../over-wire.ts'

const DECODERS = { gzip: createGunzip, br: createBrotliDecompress, zstd: createZstdDecompress }
const CODINGS = ['gzip', 'br', 'zstd'] as const

/** An application whose events come one by one, when somebody opens the gate to the next. */
function stepping() {
  const seen = { gates: [createGate(), createGate()], ended: 0, closed: 0, pulled: 0 }
  const log = createLog()
  const app = new RestApplication({ logger: log })
    .compression()
    .dependency('opened', function* () {
      try {
        yield 'item '
      } finally {
        seen.closed++
      }
    })
    .get(
      '/events',
      async function* () {
        yield { step: 0 }
        await seen.gates[0]?.passed
        yield { step: 1 }
        await seen.gates[1]?.passed
        yield { step: 2 }
      },
      { provides: streams() },
    )
    .get(
      '/endless',
      async function* ({ opened }) {
        try {
          for (;;) {
            seen.pulled++
            yield opened + randomBytes(10_000).toString('base64')
          }
        } finally {
          seen.ended++
        }
      },
      { provides: streams() },
    )
    .get('/fails', async function* () {
      yield 1
      await seen.gates[0]?.passed
      throw new Error('torn')
    })
  return { app, seen, log }
}

async function open(port: number, path: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const request = get({ port, path, headers, agent: false })
  onTestFinished(() => void request.destroy())
  request.on('error', () => undefined)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return response
}

describe('RFC 9110 §8.4, streams that are coded', () => {
  for (const name of CODINGS) {
    it.for([
      ['text/event-stream', 'data: {"step":', '\n\n'],
      ['application/x-ndjson', '{"step":', '\n'],
    ] as const)(`can be read piece by piece, as they come: ${name}, %s`, async ([accept, before, after]) => {
      const { app, seen } = stepping()
      const { port } = await served(app)
      const response = await open(port, '/events', { accept, 'accept-encoding': name })
      assert.equal(response.headers['content-encoding'], name)
      assert.equal(response.headers['content-length'], undefined)
      assert.include(response.headers.vary, 'accept-encoding')
      const decoder = DECODERS[name]()
      let text = ''
      response.pipe(decoder).on('data', (bytes) => {
        text += bytes
      })
      const ended = once(decoder, 'end')
      for (const [step, gate] of [...seen.gates, undefined].entries()) {
        await eventually(() => text.includes(`${before}${step}}${after}`), `Event ${step}`)
        assert.notInclude(text, `"step":${step + 1}`)
        gate?.open()
      }
      await ended
    })

    it(`end when the client leaves, and so does their source: ${name}`, async () => {
      const { app, seen, log } = stepping()
      const { port } = await served(app)
      const headers = { accept: 'application/x-ndjson', 'accept-encoding': name }
      const response = await open(port, '/endless', headers)
      await once(response, 'data')
      response.destroy()
      await eventually(() => seen.ended === 1 && seen.closed === 1, 'The end of the source')
      const { pulled } = seen
      await new Promise((resolve) => setTimeout(resolve, 50))
      assert.equal(seen.pulled, pulled)
      assert.deepEqual(log.lines, [])
    })
  }

  it('wait for a client that does not read', async () => {
    const { app, seen } = stepping()
    const { port } = await served(app)
    const response = await open(port, '/endless', {
      accept: 'application/x-ndjson',
      'accept-encoding': 'gzip',
    })
    response.pause()
    let before = -1
    while (before !== seen.pulled) {
      before = seen.pulled
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
    assert.isBelow(seen.pulled, 2_000)
    response.destroy()
    await eventually(() => seen.ended === 1)
  })

  it('break off where they fail, with a line of the log', async () => {
    const { app, seen, log } = stepping()
    const { port } = await served(app)
    const response = await open(port, '/fails', { 'accept-encoding': 'gzip' })
    await once(response, 'data')
    const ended = new Promise((resolve) => response.on('error', () => undefined).on('close', resolve))
    seen.gates[0]?.open()
    await ended
    assert.isFalse(response.complete)
    const messages = log.lines.map(({ message, details }) => `${message}: ${(details as Error).message}`)
    assert.deepEqual(messages, ['The body of GET /fails broke off: torn'])
  })

  it('are the same through fetch, which cancels them, too', async () => {
    const { app, seen } = stepping()
    const headers = { accept: 'application/x-ndjson', 'accept-encoding': 'gzip' }
    const response = await expectStatus(app, 'GET /endless', 200, { headers })
    const reader = response.body?.getReader()
    assert.isFalse((await reader?.read())?.done)
    await reader?.cancel()
    await eventually(() => seen.ended === 1 && seen.closed === 1)
  })

  it('answer HEAD with the fields of GET, and ask nothing of their source', async () => {
    const { app, seen } = stepping()
    const { port } = await served(app)
    const wire = await wireTo(app)
    const sent = ['Host: here', 'Accept: application/x-ndjson', 'Accept-Encoding: gzip'] as const
    wire.ask('HEAD /endless HTTP/1.1', ...sent)
    const head = await wire.response('HEAD')
    assert.equal(head.header('content-encoding'), 'gzip')
    assert.equal(head.header('content-length'), undefined)
    const response = await open(port, '/endless', {
      accept: 'application/x-ndjson',
      'accept-encoding': 'gzip',
    })
    assert.equal(response.headers['content-type'], head.header('content-type'))
    response.destroy()
    // The connection goes on.
    wire.ask('HEAD /endless HTTP/1.1', ...sent)
    assert.equal((await wire.response('HEAD')).status, 200)
    await eventually(() => seen.closed === 3)
  })
})
