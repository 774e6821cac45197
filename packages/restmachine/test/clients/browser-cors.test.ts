import type { Page } from 'playwright-core'
import { type CorsOptions, challenge, html, RestApplication } from 'restmachine'
import { assert, it } from 'vitest'
import { describeWithBrowser, type FetchInit, fetchIn, openPage } from './browser.ts'
import { type Watched, watched } from './watched.ts'

interface Stage {
  readonly page: Page
  readonly api: Watched
}

/** A page of one origin, and an API of another one with this policy. */
async function stage(cors: Partial<CorsOptions> = {}, isListed = true): Promise<Stage> {
  const site = await watched(new RestApplication().get('/', () => html`<title>page</title>`))
  const origins = isListed ? site.otherUrl : 'https://elsewhere.example'
  const api = await watched(
    new RestApplication({ logger: { ...console, error: () => undefined } })
      .cors({ origins, ...cors })
      .resource('/note', (note) =>
        note
          .etag(() => 'v1')
          .get(({ responseHeaders }) => {
            responseHeaders.set('x-secret', '1')
            return { text: 'milk' }
          })
          .put(({ jsonBody }) => ({ kept: jsonBody })),
      )
      .get('/login', ({ responseHeaders }) => {
        responseHeaders.setCookie('sid', '7', { sameSite: 'none', secure: true, httpOnly: true })
        return { in: true }
      })
      .get('/me', ({ cookies }) => cookies)
      .get('/denied', () => 'never', { authorized: () => challenge('Bearer', { realm: 'notes' }) })
      .get('/broken', () => {
        throw new Error('secret')
      }),
  )
  const page = await openPage()
  await page.goto(site.otherUrl)
  return { page, api }
}

const JSON_TYPE = { 'content-type': 'application/json' }
const put = (headers: Record<string, string> = JSON_TYPE): FetchInit => ({
  method: 'PUT',
  headers,
  body: '{"text":"tea"}',
})

describeWithBrowser('a page of another origin', () => {
  it('reads what it may, and of the fields those that are exposed', async () => {
    const { page, api } = await stage()
    const { status, text, headers } = await fetchIn(page, `${api.url}/note`)
    assert.equal(status, 200)
    assert.equal(text, '{"text":"milk"}')
    assert.equal(headers.etag, '"v1"')
    assert.notProperty(headers, 'x-secret')
    assert.lengthOf(api.asked('/note', 'OPTIONS'), 0)
  })

  it('reads nothing when its origin is not listed', async () => {
    const { page, api } = await stage({}, false)
    assert.equal((await fetchIn(page, `${api.url}/note`)).failure, 'TypeError')
    assert.deepEqual(api.answered('/note'), [200], 'the browser keeps what came from the page')
  })

  it('writes after a preflight', async () => {
    const { page, api } = await stage({ allowHeaders: ['Content-Type', 'If-Match', 'X-Reason'] })
    const headers = { ...JSON_TYPE, 'If-Match': '"v1"', 'X-Reason': 'thirst' }
    const { status, text } = await fetchIn(page, `${api.url}/note`, put(headers))
    assert.equal(status, 200)
    assert.equal(text, '{"kept":{"text":"tea"}}')
    const [preflight] = api.asked('/note', 'OPTIONS')
    assert.equal(preflight?.headers['access-control-request-method'], 'PUT')
    assert.equal(preflight?.headers['access-control-request-headers'], 'content-type,if-match,x-reason')
    assert.equal(api.asked('/note', 'PUT')[0]?.headers['x-reason'], 'thirst')
  })

  it.each([
    ['its origin', {}, false, put()],
    ['a field', {}, true, put({ ...JSON_TYPE, 'X-Unknown': '1' })],
    ['a method', { methods: ['GET'] }, true, put()],
    ['a method that the path does not have', {}, true, { method: 'DELETE' }],
  ])('never sends a request when the preflight refuses %s', async (_, cors, isListed, init) => {
    const { page, api } = await stage(cors, isListed)
    assert.equal((await fetchIn(page, `${api.url}/note`, init)).failure, 'TypeError')
    assert.deepEqual(
      api.requests.map(({ method }) => method),
      ['OPTIONS'],
    )
  })

  it.each([
    ['asks once for two requests', 60, 1],
    ['asks each time', 0, 2],
  ])('%s when maxAge is %i', async (_, maxAge, preflights) => {
    const { page, api } = await stage({ maxAge })
    for (let n = 0; n < 2; n++) assert.equal((await fetchIn(page, `${api.url}/note`, put())).status, 200)
    assert.lengthOf(api.asked('/note', 'OPTIONS'), preflights)
    assert.lengthOf(api.asked('/note', 'PUT'), 2)
  })

  it('sends cookies, and reads the answer, when credentials are allowed', async () => {
    const { page, api } = await stage({ credentials: true })
    const init = { credentials: 'include' } as const
    assert.equal((await fetchIn(page, `${api.url}/login`, init)).status, 200)
    assert.equal((await fetchIn(page, `${api.url}/me`, init)).text, '{"sid":"7"}')
    assert.equal((await fetchIn(page, `${api.url}/me`)).text, '{}')
    assert.equal((await fetchIn(page, `${api.url}/note`, { ...put(), ...init })).status, 200)
  })

  it('reads nothing that it asked for with credentials when they are not allowed', async () => {
    const { page, api } = await stage()
    const init = { credentials: 'include' } as const
    assert.equal((await fetchIn(page, `${api.url}/me`, init)).failure, 'TypeError')
    assert.equal((await fetchIn(page, `${api.url}/note`, { ...put(), ...init })).failure, 'TypeError')
    assert.lengthOf(api.asked('/note', 'PUT'), 0)
  })

  it.each([
    ['/denied', 401],
    ['/nowhere', 404],
    ['/broken', 500],
  ])('reads the problem of %s', async (path, expected) => {
    const { page, api } = await stage()
    const { status, text, headers } = await fetchIn(page, api.url + path)
    assert.equal(status, expected)
    assert.equal(headers['content-type'], 'application/problem+json')
    assert.equal(JSON.parse(text).status, expected)
  })

  it("reads everything where origins is '*', but not with credentials", async () => {
    const { page, api } = await stage({ origins: '*' })
    assert.equal((await fetchIn(page, `${api.url}/note`)).text, '{"text":"milk"}')
    const withCookies = await fetchIn(page, `${api.url}/note`, { credentials: 'include' })
    assert.equal(withCookies.failure, 'TypeError')
  })
})
