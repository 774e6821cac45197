import { html, RestApplication, streams } from 'restmachine'
import { assert, it } from 'vitest'
import { describeWithBrowser, openPage } from './browser.ts'
import { type Watched, watched } from './watched.ts'

const LINES = 'Grüße '.repeat(1_000)

function serve(opened: () => Promise<void>): Promise<Watched> {
  return watched(
    new RestApplication()
      .compression()
      .get('/', () => html`<!doctype html><p>${LINES}</p>`, { etag: () => 'v1' })
      .get(
        '/news',
        async function* () {
          for (let id = 1; ; id++) {
            yield { id, data: `news ${id}` }
            await opened()
          }
        },
        { provides: streams() },
      ),
  )
}

describeWithBrowser('what comes compressed', () => {
  it('is read, kept, and confirmed by 304', async () => {
    const { url, asked, answered } = await serve(() => Promise.resolve())
    const page = await openPage()
    const first = await page.goto(url)
    const { etag, 'content-encoding': coding = '' } = (await first?.allHeaders()) ?? {}
    const accepted = asked('/')[0]?.headers['accept-encoding'] ?? ''
    assert.include(String(accepted).split(', '), coding)
    assert.isBelow((await first?.request().sizes())?.responseBodySize ?? LINES.length, LINES.length / 4)
    await page.reload()
    assert.equal(await page.textContent('p'), LINES)
    assert.equal(asked('/')[1]?.headers['if-none-match'], etag)
    assert.deepEqual(answered('/'), [200, 304])
  })

  it('is read event by event', async () => {
    let open = (): void => undefined
    const { url, asked } = await serve(
      () =>
        new Promise((resolve) => {
          open = resolve
        }),
    )
    const page = await openPage()
    await page.goto(url)
    const heard = await page.evaluateHandle(() => {
      const events: string[] = []
      new EventSource('/news').onmessage = ({ data }) => void events.push(data)
      return events
    })
    for (const count of [1, 2, 3]) {
      await page.waitForFunction(([list, least]) => list.length >= least, [heard, count] as const)
      assert.equal(
        await heard.evaluate((list) => list.join()),
        ['news 1', 'news 2', 'news 3'].slice(0, count).join(),
      )
      open()
    }
    assert.lengthOf(asked('/news'), 1)
  })
})
