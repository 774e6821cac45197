import type { JSHandle, Page } from 'playwright-core'
import { html, RestApplication, streams } from 'restmachine'
import { assert, it } from 'vitest'
import { eventually } from '../server/served.ts'
import { describeWithBrowser, openPage } from './browser.ts'
import { type Watched, watched } from './watched.ts'

type Feed = (lastEventId: string | undefined) => AsyncGenerator<unknown> | undefined

interface Listener {
  readonly heard: readonly string[]
  readonly source: EventSource
}

interface Stage {
  readonly page: Page
  readonly server: Watched
  readonly listener: JSHandle<Listener>
}

/** A page that listens to what `feed` gives, and writes down what it hears. */
async function listening(feed: Feed, heartbeat?: number): Promise<Stage> {
  const server = await watched(
    new RestApplication({ logger: { ...console, error: () => undefined } })
      .get('/', () => html`<title>news</title>`)
      .get('/news', ({ lastEventId }) => feed(lastEventId), {
        provides: streams(heartbeat === undefined ? {} : { heartbeat }),
      }),
  )
  const page = await openPage()
  await page.goto(server.url)
  const listener = await page.evaluateHandle((): Listener => {
    const heard: string[] = []
    const source = new EventSource('/news')
    function hear({ type, data, lastEventId }: MessageEvent): void {
      heard.push(`${type} ${lastEventId} ${data}`)
    }
    source.addEventListener('message', hear)
    source.addEventListener('added', hear)
    return { heard, source }
  })
  return { page, server, listener }
}

/** Waits until as much is heard as is expected, and sees whether it is that. */
async function hears({ page, listener }: Stage, expected: readonly string[]): Promise<void> {
  await page
    .waitForFunction(([{ heard }, count]) => heard.length >= count, [listener, expected.length] as const)
    .catch(() => undefined)
  assert.deepEqual(await listener.evaluate(({ heard }) => heard), expected)
}

/** Lets a generator go on when somebody says so. */
function gate(): { opened(): Promise<void>; open(): void } {
  let open = (): void => undefined
  const opened = (): Promise<void> =>
    new Promise((resolve) => {
      open = resolve
    })
  return { opened, open: () => open() }
}

const silence = (): Promise<void> => new Promise(() => undefined)

describeWithBrowser('an EventSource', () => {
  it('gets each event when it is there', async () => {
    const { opened, open } = gate()
    const stage = await listening(async function* () {
      yield 'plain'
      await opened()
      yield { event: 'added', id: 7, data: { name: 'Zoë' } }
      await opened()
      yield 'two\nlines'
      await silence()
    })
    const expected = ['message  plain', 'added 7 {"name":"Zoë"}', 'message 7 two\nlines']
    for (let count = 1; count <= 3; count++) {
      await hears(stage, expected.slice(0, count))
      open()
    }
  })

  it('comes back with Last-Event-ID when the stream breaks off, and misses nothing', async () => {
    const stage = await listening(async function* (lastEventId) {
      for (let id = Number(lastEventId ?? 0) + 1; id <= 6; id++) {
        yield { id, data: id, retry: 20 }
        if (id % 2 === 1) continue
        // Who has not read yet what came may lose it with the connection.
        await new Promise((resolve) => setTimeout(resolve, 150))
        throw new Error('The source broke')
      }
      await silence()
    })
    await hears(
      stage,
      [1, 2, 3, 4, 5, 6].map((id) => `message ${id} ${id}`),
    )
    await eventually(() => stage.server.asked('/news').length >= 4, 'The last return')
    const ids = stage.server.asked('/news').map(({ headers }) => headers['last-event-id'])
    assert.deepEqual(ids.slice(0, 4), [undefined, '2', '4', '6'])
  })

  it('comes back when the stream ends, until it is told 204', async () => {
    const stage = await listening((lastEventId) => {
      if (lastEventId !== undefined) return undefined
      return (async function* () {
        yield { id: 'last', data: 'all', retry: 20 }
      })()
    })
    await hears(stage, ['message last all'])
    const { page, listener } = stage
    await page.waitForFunction(({ source }) => source.readyState === EventSource.CLOSED, listener)
    assert.deepEqual(stage.server.answered('/news'), [200, 204])
  })

  it('hears nothing of heartbeats', async () => {
    const { opened, open } = gate()
    const stage = await listening(async function* () {
      yield 'one'
      await opened()
      yield 'two'
      await silence()
    }, 20)
    await hears(stage, ['message  one'])
    const socket = stage.server.asked('/news')[0]?.socket
    const written = socket?.bytesWritten ?? 0
    await eventually(() => (socket?.bytesWritten ?? 0) > written + 20, 'The heartbeat')
    open()
    await hears(stage, ['message  one', 'message  two'])
    assert.lengthOf(stage.server.asked('/news'), 1)
  })

  it('that is closed ends the generator', async () => {
    let isOver = false
    const { page, listener } = await listening(async function* () {
      try {
        for (;;) {
          yield 'tick'
          await new Promise((resolve) => setTimeout(resolve, 10))
        }
      } finally {
        isOver = true
      }
    })
    await page.waitForFunction(({ heard }) => heard.length > 1, listener)
    assert.isFalse(isOver)
    await listener.evaluate(({ source }) => source.close())
    await eventually(() => isOver, 'The end of the generator')
  })
})
