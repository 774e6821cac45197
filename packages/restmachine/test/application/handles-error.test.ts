import { HttpError, html, RestApplication, Router, respond } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { ask, askJson, createLog } from './asking.ts'

const accepting = (accept: string): RequestInit => ({ headers: { accept } })

function fail(status: number): never {
  throw new HttpError(status, 'as told')
}

describe('an error handler', () => {
  it('gives the body, whether a decision, a throw or a path without a route ends the request', async () => {
    const app = new RestApplication({ logger: createLog() })
      .handlesError([404, 500], ({ request }) => ({ sorry: request.path }))
      .get('/decision', () => 1, { resourceExists: () => false })
      .get('/thrown', () => fail(404))
      .get('/broken', () => Promise.reject(new Error('broken')))
      .get('/other', () => fail(409))
    for (const [path, status] of [
      ['/decision', 404],
      ['/thrown', 404],
      ['/nowhere', 404],
      ['/broken', 500],
    ] as const) {
      const response = await ask(app, path)
      expect(response.status).toBe(status)
      expect(response.headers.get('content-type')).toBe('application/json')
      expect(await response.json()).toEqual({ sorry: path })
    }
    expect(await askJson(app, '/other')).toMatchObject({ status: 409, detail: 'as told' })
  })

  it('for one status goes before one for all, also when that one is further in', async () => {
    const app = new RestApplication()
      .handlesError('all', () => 'application, all')
      .handlesError(404, () => 'application, 404')
      .mount(
        '/',
        new Router()
          .handlesError('all', () => 'router, all')
          .handlesError(410, () => 'router, 410')
          .resource('/{code}', (resource) =>
            resource.handlesError(410, () => 'resource, 410').get(({ code }) => fail(Number(code))),
          )
          .get('/router/{code}', ({ code }) => fail(Number(code))),
      )
    const text = async (path: string) => (await ask(app, path)).text()
    expect(await text('/404')).toBe('application, 404')
    expect(await text('/409')).toBe('router, all')
    expect(await text('/410')).toBe('resource, 410')
    expect(await text('/router/410')).toBe('router, 410')
    expect(await text('/not/there/at/all')).toBe('application, 404')
  })

  it('is chosen by the type that the client wants', async () => {
    const app = new RestApplication()
      .handlesError(404, () => html`<p>${'<page>'}</p>`, { provides: 'text/html' })
      .handlesError(404, () => ({ page: false }), { provides: 'application/json' })
    const page = await ask(app, '/', accepting('text/html, application/json;q=0.5'))
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await page.text()).toBe('<p>&lt;page&gt;</p>')
    const data = await ask(app, '/', accepting('application/json'))
    expect(data.headers.get('content-type')).toBe('application/json')
    expect(await data.json()).toEqual({ page: false })
    expect((await ask(app, '/', accepting('text/plain'))).headers.get('content-type')).toContain('text/plain')
    expect(page.headers.get('vary')).toContain('accept')
  })

  it('further out acts only when those further in do not write what the client wants', async () => {
    const app = new RestApplication()
      .handlesError(404, () => 'outer', { provides: 'text/plain' })
      .mount(
        '/',
        new Router()
          .handlesError(404, () => html`inner`, { provides: 'text/html' })
          .get('/', () => fail(404), { skipContentNegotiation: true }),
      )
    expect(await (await ask(app, '/', accepting('text/html'))).text()).toBe('inner')
    expect(await (await ask(app, '/', accepting('text/plain'))).text()).toBe('outer')
  })

  it('may choose another status, and header fields', async () => {
    const app = new RestApplication({ logger: createLog() })
      .handlesError(404, () => respond({ moved: true }, 410, { 'X-Why': 'moved' }))
      .handlesError(409, () => respond(undefined, 204))
      .get('/', () => fail(409))
    const gone = await ask(app, '/nowhere')
    expect([gone.status, gone.headers.get('x-why'), await gone.json()]).toEqual([
      410,
      'moved',
      { moved: true },
    ])
    const empty = await ask(app)
    expect([empty.status, await empty.text()]).toEqual([204, ''])
  })

  it('may leave the problem as it is', async () => {
    const seen: unknown[] = []
    const app = new RestApplication()
      .handlesError('all', ({ exception }) => void seen.push(exception))
      .get('/', () => fail(409))
    expect(await askJson(app)).toMatchObject({ status: 409, detail: 'as told' })
    expect(seen).toEqual([expect.objectContaining({ status: 409 })])
  })

  it.each(['at once', 'later'])('that fails %s leaves the problem, and is told in the log', async (when) => {
    const log = createLog()
    const failure = new Error('no secret template')
    const app = new RestApplication({ logger: log }).handlesError(404, () => {
      if (when === 'at once') throw failure
      return Promise.reject(failure)
    })
    const response = await ask(app)
    expect(response.status).toBe(404)
    expect(await response.text()).not.toContain('secret')
    expect(log.lines).toEqual([
      { message: 'The error handler for 404 of (missing) failed', details: failure },
    ])
  })

  it('can ask for the exception, and for values', async () => {
    const failure = new Error('broken')
    let seen: unknown
    const app = new RestApplication({ logger: createLog() })
      .dependency('locale', async ({ requestHeaders }) => requestHeaders.get('accept-language'))
      .handlesError(500, ({ exception, locale }) => {
        seen = exception
        return { locale }
      })
      .get('/', () => Promise.reject(failure))
    expect(await askJson(app, '/', { headers: { 'accept-language': 'de' } })).toEqual({ locale: 'de' })
    expect(seen).toBe(failure)
  })

  it('has no exception when a decision refused', async () => {
    const app = new RestApplication().handlesError(404, ({ exception }) => ({ exception: String(exception) }))
    expect(await askJson(app)).toEqual({ exception: 'undefined' })
  })

  it('leaves the fields that a status needs', async () => {
    const app = new RestApplication()
      .handlesError('all', () => 'sorry')
      .authorized(() => false)
      .get('/', () => 1)
    expect((await ask(app)).headers.get('www-authenticate')).toBe('Bearer')
    expect((await ask(app, '/', { method: 'PUT' })).headers.get('allow')).toContain('GET')
  })
})
