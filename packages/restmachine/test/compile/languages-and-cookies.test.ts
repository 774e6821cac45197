import { RestApplication } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { languageChooser } from '../../src/representation/language.ts'
import { MAX_REMEMBERED } from '../../src/representation/remembering.ts'

const ask = (
  app: { readonly fetch: (request: Request) => Promise<Response> },
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Response> => app.fetch(new Request('http://localhost/', { method, headers }))

describe('RFC 4647 §3.4, lookup', () => {
  const choose = languageChooser(['en', 'de', 'zh-Hant', 'fr-CA'])

  it.each([
    ['de', 'de'],
    ['de-CH', 'de'],
    ['DE-ch', 'de'],
    ['zh-Hant-CN-x-private', 'zh-Hant'],
    ['fr', 'fr-CA'],
    ['fr-FR', 'en'],
    ['fr-CA;q=0.2, de;q=0.8', 'de'],
    ['sv, de;q=0', 'en'],
    ['en;q=0, *', 'de'],
    ['en;q=0', 'de'],
    ['en;q=0, de;q=0, zh;q=0, *', 'fr-CA'],
    ['en;q=0, de;q=0, zh;q=0, fr;q=0, *', 'en'],
    ['en;q=0, de;q=0, zh;q=0, zh-Hant, *;q=0.1', 'zh-Hant'],
    ['en;q=0, de;q=0, zh-Hant;q=0, zh, fr;q=0.1', 'fr-CA'],
    ['en;q=0, de;q=0, fr-C;q=0, *;q=0.1', 'zh-Hant'],
    ['*', 'en'],
    ['', 'en'],
    ['not a language!!', 'en'],
  ])('takes for "%s" %s', (accept, language) => {
    expect(choose(accept)).toBe(language)
  })

  it('remembers no more than it may, and goes on to choose rightly', () => {
    for (let index = 0; index <= MAX_REMEMBERED * 2; index++) choose(`x${index}, de`)
    expect(choose('de-AT')).toBe('de')
  })
})

describe('languages', () => {
  const app = new RestApplication().languages(['en', 'de']).get('/', ({ language }) => ({ language }))

  it('gives the language, names it, and varies by what decided', async () => {
    const response = await ask(app, { 'accept-language': 'de' })
    expect(await response.json()).toEqual({ language: 'de' })
    expect(response.headers.get('content-language')).toBe('de')
    expect(response.headers.get('vary')).toContain('accept-language')
    expect((await ask(app)).headers.get('content-language')).toBe('en')
  })

  it('refuses nobody for a language (RFC 9110 §12.5.4)', async () => {
    expect((await ask(app, { 'accept-language': 'sv' })).status).toBe(200)
  })

  it('are checked when they are declared', () => {
    expect(() => new RestApplication().languages(['en_US'])).toThrow(
      'tags such as "en" or "de-CH" are needed, got en_US',
    )
  })
})

describe('cookies', () => {
  it('are read by name, and set each on a line of its own (RFC 6265 §3)', async () => {
    const app = new RestApplication().get('/', ({ cookies, responseHeaders }) => {
      responseHeaders.setCookie('sid', 'a b', { httpOnly: true, secure: true, sameSite: 'lax', path: '/' })
      responseHeaders.deleteCookie('old', { path: '/' })
      return { seen: cookies.theme, none: Object.getPrototypeOf(cookies) === null }
    })
    const response = await ask(app, { cookie: 'theme=dark; sid=1' })
    expect(await response.json()).toEqual({ seen: 'dark', none: true })
    expect(response.headers.getSetCookie()).toHaveLength(2)
    expect(response.headers.getSetCookie()[0]).toMatch(/^sid=a%20b; .*HttpOnly/)
    expect(response.headers.getSetCookie()[1]).toContain('Max-Age=0')
  })

  it('cannot be used to write other fields', async () => {
    const logger = { ...console, error: () => undefined }
    const app = new RestApplication({ logger }).get('/', ({ responseHeaders }) =>
      responseHeaders.setCookie('a\r\nx: y', '1'),
    )
    expect((await ask(app)).status).toBe(500)
  })
})

describe('cacheResponse', () => {
  const app = new RestApplication()
    .get('/', () => 1, { cacheResponse: { maxAge: 3600, staleWhileRevalidate: 60 }, etag: () => 'v1' })
    .post('/', () => 1, { cacheResponse: { maxAge: 3600 } })

  it('says on 200 and 304 how long the answer may be kept (RFC 9111 §5.2)', async () => {
    const fresh = await ask(app)
    expect(fresh.headers.get('cache-control')).toBe('max-age=3600, stale-while-revalidate=60')
    const unchanged = await ask(app, { 'if-none-match': '"v1"' })
    expect(unchanged.status).toBe(304)
    expect(unchanged.headers.get('cache-control')).toBe('max-age=3600, stale-while-revalidate=60')
  })

  it('says nothing on errors and on what changes something', async () => {
    expect((await ask(app, { accept: 'text/html' })).headers.get('cache-control')).toBeNull()
    expect((await ask(app, {}, 'POST')).headers.get('cache-control')).toBeNull()
  })

  it('is a fault at the start when it is declared wrongly', async () => {
    const wrong = new RestApplication().get('/', () => 1, { cacheResponse: { maxAge: -1 } })
    expect(() => wrong.routes).toThrow(/GET \//)
    await expect(wrong.startup()).rejects.toThrow('GET /')
  })
})
