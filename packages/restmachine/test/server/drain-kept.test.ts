import { RestApplication } from 'restmachine'
import { expect, it } from 'vitest'
import { later } from './load.ts'
import { served } from './served.ts'

/** How long the last of the streams runs, in milliseconds: for several looks at idle connections. */
const SPAN = 240
/** How long a client takes to ask again, in milliseconds: far less than lies between two looks. */
const THOUGHT = 5

// Their heads were out before the stop, so these clients were not told to close. Whoever asks again at once must not
// find the connection closed, whenever the response came to its end.
it('a client whose response had begun before the stop has the time to ask again', async () => {
  const app = new RestApplication()
    .get('/', () => ({ fine: true }))
    .get('/stream/{time}', ({ time }) => {
      const pieces = ['first', 'last'].map((word) => new TextEncoder().encode(word))
      return new ReadableStream({
        async pull(stream) {
          if (pieces.length === 1) await later(Number(time))
          stream.enqueue(pieces.shift() as Uint8Array)
          if (pieces.length === 0) stream.close()
        },
      })
    })
  const serving = await served(app, { gracefulTimeout: 5_000 })
  const wires = await Promise.all(Array.from({ length: SPAN / 4 }, () => serving.wire()))
  for (const [index, wire] of wires.entries()) wire.ask(`GET /stream/${index * 4} HTTP/1.1`, 'Host: here')
  for (const wire of wires) await wire.until(() => wire.rest.includes('first'))

  const again = wires.map(async (wire) => {
    const { body } = await wire.response()
    expect(body.toString()).toBe('firstlast')
    await later(THOUGHT)
    const response = await wire.ask('GET / HTTP/1.1', 'Host: here').response()
    return [response.status, response.header('connection')]
  })
  const closing = serving.close()
  const seen = await Promise.allSettled(again)
  expect(seen.filter(({ status }) => status === 'rejected')).toEqual([])
  expect(await closing).toBe(true)
})
