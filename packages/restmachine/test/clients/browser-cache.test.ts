import { file, html, RestApplication, respond } from 'restmachine'
import { assert, it } from 'vitest'
import { describeWithBrowser, fetchIn, openPage } from './browser.ts'
import { type Watched, watched } from './watched.ts'

interface Content {
  version: number
  readonly cacheResponse?: { maxAge: number }
}

/** A page that shows its version, and that a script of its own changes. */
function serve(content: Content): Promise<Watched> {
  const { cacheResponse } = content
  return watched(
    new RestApplication()
      .get(
        '/',
        () => html`<!doctype html><p>version ${content.version}</p><script src="/script.js"></script>`,
        { etag: () => content.version },
      )
      .get(
        '/script.js',
        () => respond('document.title = "ran"', 200, { 'content-type': 'text/javascript' }),
        { etag: () => 'script', ...(cacheResponse && { cacheResponse }) },
      )
      .get('/this', () => file(new URL(import.meta.url)))
      .get('/note', () => ({ text: 'milk' }), {
        cacheResponse: { maxAge: 60 },
        provides: { 'text/html': ({ result }) => html`<p>${result.text}</p>` },
      }),
  )
}

describeWithBrowser('a page that is loaded again', () => {
  it('is confirmed by 304, and works as before', async () => {
    const { url, asked, answered } = await serve({ version: 1 })
    const page = await openPage()
    for (const load of [() => page.goto(url), () => page.goto(url), () => page.reload()]) {
      await load()
      assert.equal(await page.textContent('p'), 'version 1')
      assert.equal(await page.title(), 'ran')
    }
    for (const [path, tag] of [
      ['/', '"1"'],
      ['/script.js', '"script"'],
    ] as const) {
      assert.deepEqual(answered(path), [200, 304, 304], path)
      assert.deepEqual(
        asked(path).map(({ headers }) => headers['if-none-match']),
        [undefined, tag, tag],
      )
    }
  })

  it('is new when it has changed, and kept anew', async () => {
    const content = { version: 1 }
    const { url, answered } = await serve(content)
    const page = await openPage()
    await page.goto(url)
    content.version = 2
    await page.reload()
    assert.equal(await page.textContent('p'), 'version 2')
    await page.reload()
    assert.equal(await page.textContent('p'), 'version 2')
    assert.deepEqual(answered('/'), [200, 200, 304])
  })

  it('does not ask again for what it may keep', async () => {
    const { url, answered } = await serve({ version: 1, cacheResponse: { maxAge: 60 } })
    const page = await openPage()
    for (let n = 0; n < 2; n++) {
      await page.goto(url)
      assert.equal(await page.title(), 'ran')
    }
    assert.deepEqual(answered('/'), [200, 304])
    assert.deepEqual(answered('/script.js'), [200])
  })
})

describeWithBrowser('a script', () => {
  it('sees the whole file where the server said 304', async () => {
    const { url, answered } = await serve({ version: 1 })
    const page = await openPage()
    await page.goto(url)
    const first = await fetchIn(page, '/this', { cache: 'no-cache' })
    const second = await fetchIn(page, '/this', { cache: 'no-cache' })
    assert.equal(second.status, 200)
    assert.include(second.text, 'sees the whole file')
    assert.equal(second.text, first.text)
    assert.deepEqual(answered('/this'), [200, 304])
  })

  it('gets JSON, and the same address typed in is a page: Vary keeps them apart', async () => {
    const { url, answered } = await serve({ version: 1 })
    const page = await openPage()
    await page.goto(url)
    const json = { headers: { accept: 'application/json' } }
    for (let n = 0; n < 2; n++) assert.equal((await fetchIn(page, '/note', json)).text, '{"text":"milk"}')
    assert.deepEqual(answered('/note'), [200], 'the second one came from the store')
    await page.goto(`${url}/note`)
    assert.equal(await page.textContent('p'), 'milk')
  })
})
