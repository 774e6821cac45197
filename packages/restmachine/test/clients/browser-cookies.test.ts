import type { Page } from 'playwright-core'
import { type CookieAttributes, html, RestApplication } from 'restmachine'
import { assert, it } from 'vitest'
import { describeWithBrowser, fetchIn, openPage } from './browser.ts'
import { type Watched, watched } from './watched.ts'

type Cookies = Readonly<Record<string, CookieAttributes & { readonly value?: string }>>

function serve(cookies: Cookies): Promise<Watched> {
  return watched(
    new RestApplication()
      .get('/', () => html`<title>page</title>`)
      .get('/link', ({ queryParams }) => html`<a href="${queryParams.get('to')}">there</a>`)
      .get('/set', ({ responseHeaders }) => {
        for (const [name, { value = 'yes', ...attributes }] of Object.entries(cookies))
          responseHeaders.setCookie(name, value, attributes)
        return html`<title>set</title>`
      })
      .get('/unset', ({ responseHeaders }) => {
        for (const [name, { value, ...attributes }] of Object.entries(cookies))
          responseHeaders.deleteCookie(name, attributes)
        return html`<title>unset</title>`
      })
      .get('/seen', ({ cookies }) => cookies)
      .get('/shown', ({ cookies }) => html`<pre>${JSON.stringify(cookies)}</pre>`),
  )
}

const scriptSees = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => document.cookie.split('; ').sort())
const seen = async (page: Page): Promise<object> => JSON.parse((await fetchIn(page, '/seen')).text) as object

describeWithBrowser('cookies', () => {
  it('of one response are all kept, and scripts see those that are not httpOnly', async () => {
    const { url } = await serve({ sid: { httpOnly: true, path: '/' }, theme: { path: '/' }, lang: {} })
    const page = await openPage()
    await page.goto(`${url}/set`)
    assert.deepEqual(await scriptSees(page), ['lang=yes', 'theme=yes'])
    assert.deepEqual(await seen(page), { sid: 'yes', theme: 'yes', lang: 'yes' })
  })

  it('bring back any text', async () => {
    const value = 'a b;c,"ü"=\\%20 😀'
    const { url } = await serve({ odd: { value } })
    const page = await openPage()
    await page.goto(`${url}/set`)
    assert.deepEqual(await seen(page), { odd: value })
    assert.equal(await page.evaluate(() => decodeURIComponent(document.cookie)), `odd=${value}`)
  })

  it('with the prefixes __Host- and __Secure- are taken as they are written', async () => {
    const { url } = await serve({
      '__Host-sid': { secure: true, path: '/', httpOnly: true },
      '__Secure-sid': { secure: true, maxAge: 60 },
    })
    const page = await openPage()
    await page.goto(`${url}/set`)
    assert.deepEqual(await seen(page), { '__Host-sid': 'yes', '__Secure-sid': 'yes' })
  })

  it('are gone when they are deleted', async () => {
    const { url } = await serve({ sid: { path: '/' }, theme: { path: '/', maxAge: 3600, httpOnly: true } })
    const page = await openPage()
    await page.goto(`${url}/set`)
    assert.deepEqual(await seen(page), { sid: 'yes', theme: 'yes' })
    await page.goto(`${url}/unset`)
    assert.deepEqual(await seen(page), {})
  })

  it('go along from another site as sameSite says: with a link, and with a fetch', async () => {
    const { url, otherUrl, asked } = await serve({
      strict: { sameSite: 'strict' },
      lax: { sameSite: 'lax' },
      none: { sameSite: 'none', secure: true },
    })
    const page = await openPage()
    await page.goto(`${url}/set`)
    assert.deepEqual(await seen(page), { strict: 'yes', lax: 'yes', none: 'yes' })

    await page.goto(`${otherUrl}/link?to=${url}/shown`)
    await page.click('a')
    await page.waitForSelector('pre')
    assert.deepEqual(JSON.parse((await page.textContent('pre')) ?? ''), { lax: 'yes', none: 'yes' })

    await page.goto(otherUrl)
    await fetchIn(page, `${url}/seen`, { credentials: 'include', mode: 'no-cors' })
    assert.equal(asked('/seen').at(-1)?.headers.cookie, 'none=yes')
  })
})
