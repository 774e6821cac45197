import { RestApplication, streams } from 'restmachine'
import { assert, it } from 'vitest'
import { eventually } from '../server/served.ts'
import { describeWithCurl, startCurl } from './curl.ts'
import { type Watched, watched } from './watched.ts'

/** News that come when `tell` is called, and no sooner. */
function newsroom(): { serve(): Promise<Watched>; tell(): void; readonly over: readonly string[] } {
  let tell = (): void => undefined
  const over: string[] = []
  async function* news() {
    try {
      for (let id = 1; id <= 3; id++) {
        yield { id, event: 'news', data: { n: id } }
        await new Promise<void>((resolve) => {
          tell = resolve
        })
      }
    } finally {
      over.push('over')
    }
  }
  const app = new RestApplication().get('/news', news, { provides: streams({ heartbeat: '50ms' }) })
  return { serve: () => watched(app), tell: () => tell(), over }
}

describeWithCurl('curl -N reads a stream', () => {
  it.each([
    ['text/event-stream', (n: number) => `event: news\nid: ${n}\ndata: {"n":${n}}\n\n`],
    ['application/x-ndjson', (n: number) => `{"id":${n},"event":"news","data":{"n":${n}}}\n`],
  ])('of %s: each item when it is there', async (type, write) => {
    const { serve, tell, over } = newsroom()
    const { url } = await serve()
    const { out, finished } = startCurl('-N', '-H', `Accept: ${type}`, `${url}/news`)
    const items = (): string => out().replaceAll(/^:.*\n\n?/gm, '')
    for (let n = 1; n <= 3; n++) {
      await eventually(() => items() === [1, 2, 3].slice(0, n).map(write).join(''), `Item ${n}`)
      tell()
    }
    const { code, head } = await finished
    assert.equal(code, 0)
    assert.equal(head.header('content-type')?.split(';')[0], type)
    assert.equal(head.header('transfer-encoding'), 'chunked')
    assert.deepEqual(over, ['over'])
  })

  it('with a heartbeat while nothing happens', async () => {
    const { serve } = newsroom()
    const { url } = await serve()
    const { out } = startCurl('-N', '-H', 'Accept: text/event-stream', `${url}/news`)
    await eventually(() => (out().match(/^:/gm) ?? []).length >= 2, 'The second heartbeat')
  })

  it('and when it leaves, the generator ends', async () => {
    const { serve, tell, over } = newsroom()
    const { url } = await serve()
    const { child, out } = startCurl('-N', '-H', 'Accept: text/event-stream', `${url}/news`)
    await eventually(() => out() !== '', 'The first event')
    child.kill()
    await new Promise((resolve) => child.on('close', resolve))
    // A generator that waits hears of it when it goes on.
    const timer = setInterval(tell, 10)
    await eventually(() => over.length === 1, 'The end of the generator').finally(() => clearInterval(timer))
  })
})
