import { type CspOptions, csp, html, RestApplication, rawHtml, respond } from 'restmachine'
import { assert, it } from 'vitest'
import { eventually } from '../server/served.ts'
import { describeWithBrowser, openPage } from './browser.ts'
import { type Watched, watched } from './watched.ts'

interface Report {
  readonly 'csp-report': Readonly<Record<string, string>>
}

/** A page with scripts and styles that have the nonce, and with some that somebody has smuggled in. */
async function serve(policy: CspOptions): Promise<Watched & { readonly reports: readonly Report[] }> {
  const reports: Report[] = []
  const smuggled = rawHtml(`
    <script>document.body.dataset.smuggled = 'ran'</script>
    <style>body { color: rgb(9, 9, 9) }</style>
    <img src="/nothing" onerror="document.body.dataset.handler = 'ran'">`)
  const page = await watched(
    new RestApplication()
      .csp({ reportUri: '/reports', ...policy })
      .get(
        '/',
        ({ cspNonce }) => html`<!doctype html><body>
          <script nonce="${cspNonce}">document.body.dataset.own = 'ran'</script>
          <style nonce="${cspNonce}">body { background-color: rgb(1, 2, 3) }</style>
          <script src="/own.js"></script>
          ${smuggled}`,
        { etag: () => 'v1' },
      )
      .get('/own.js', () =>
        respond('document.body.dataset.file = "ran"', 200, { 'content-type': 'text/javascript' }),
      )
      .post('/reports', ({ textBody }) => {
        reports.push(JSON.parse(textBody) as Report)
      }),
  )
  return { ...page, answered: page.answered, reports }
}

const directivesOf = (reports: readonly Report[]): readonly string[] =>
  reports.map((report) => report['csp-report']['violated-directive'] ?? '').sort()

/** What ran, and which styles hold, in a page. */
function look(): object {
  const { color, backgroundColor } = getComputedStyle(document.body)
  return { ...document.body.dataset, color, backgroundColor }
}

const ONLY_OWN = { own: 'ran', file: 'ran', color: 'rgb(0, 0, 0)', backgroundColor: 'rgb(1, 2, 3)' }
const REFUSED = ['script-src-attr', 'script-src-elem', 'style-src-elem']

describeWithBrowser('a content security policy with a nonce', () => {
  it('lets what has the nonce run, and nothing else; what it stops is reported', async () => {
    const { url, reports } = await serve({ ...csp.strict, nonce: true })
    const page = await openPage()
    await page.goto(url)
    assert.deepEqual(await page.evaluate(look), ONLY_OWN)
    await eventually(() => reports.length === 3, 'The last report')
    assert.deepEqual(directivesOf(reports), REFUSED)
  })

  it('holds for the stored page that a 304 confirms, with the nonce of then', async () => {
    const { url, answered } = await serve({ ...csp.strict, nonce: true })
    const page = await openPage()
    await page.goto(url)
    const first = await page.evaluate(() => document.scripts[0]?.nonce)
    for (let n = 0; n < 2; n++) {
      await page.reload()
      assert.deepEqual(await page.evaluate(look), ONLY_OWN)
      assert.equal(await page.evaluate(() => document.scripts[0]?.nonce), first)
    }
    assert.deepEqual(answered('/'), [200, 304, 304])
  })

  it('has another nonce for each page', async () => {
    const { url } = await serve({ ...csp.strict, nonce: true })
    const [one, other] = [await openPage(), await openPage()]
    const nonces = []
    for (const page of [one, other]) {
      await page.goto(url)
      nonces.push(await page.evaluate(() => document.scripts[0]?.nonce))
    }
    assert.lengthOf(nonces[0] ?? '', 24)
    assert.notEqual(nonces[0], nonces[1])
  })

  it('stops nothing with reportOnly, but reports the same', async () => {
    const { url, reports } = await serve({ ...csp.strict, nonce: true, reportOnly: true })
    const page = await openPage()
    await page.goto(url)
    assert.deepEqual(await page.evaluate(look), {
      ...ONLY_OWN,
      smuggled: 'ran',
      handler: 'ran',
      color: 'rgb(9, 9, 9)',
    })
    await eventually(() => reports.length === 3, 'The last report')
    assert.deepEqual(directivesOf(reports), REFUSED)
  })
})

describeWithBrowser('the presets', () => {
  it.each([
    ['basic', { color: 'rgb(0, 0, 0)' }],
    ['relaxed', { color: 'rgb(9, 9, 9)' }],
  ] as const)('%s keeps smuggled scripts from running', async (name, expected) => {
    const { url } = await serve(csp[name])
    const page = await openPage()
    await page.goto(url)
    assert.deepEqual(await page.evaluate(look), {
      file: 'ran',
      backgroundColor: name === 'relaxed' ? 'rgb(1, 2, 3)' : 'rgba(0, 0, 0, 0)',
      ...expected,
    })
  })
})
