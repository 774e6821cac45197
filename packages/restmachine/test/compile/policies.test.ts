import { csp, HttpError, html, RestApplication, Router } from 'restmachine'
import { describe, expect, it } from 'vitest'

const PAGE = 'https://app.example.com'
const quiet = { logger: { ...console, error: () => undefined } }

function ask(
  app: { readonly fetch: (request: Request) => Promise<Response> },
  line: string,
  headers: Record<string, string> = { origin: PAGE },
): Promise<Response> {
  const [method = 'GET', path = '/'] = line.split(' ')
  return app.fetch(new Request(`http://localhost${path}`, { method, headers }))
}

function preflight(method: string, more: Record<string, string> = {}): Record<string, string> {
  return { origin: PAGE, 'access-control-request-method': method, ...more }
}

const allowedFor = (response: Response): string | null => response.headers.get('access-control-allow-origin')

describe('CORS', () => {
  const app = new RestApplication(quiet)
    .cors({ origins: PAGE })
    .resource('/notes/{id}', (note) =>
      note
        .resourceExists('text', ({ id }) => (id === '1' ? 'milk' : undefined))
        .etag(() => 'v1')
        .get(({ text }) => ({ text }))
        .delete(() => undefined),
    )
    .get('/fails', () => {
      throw new HttpError(500)
    })

  it.each([
    ['GET /notes/1', {}, 200],
    ['DELETE /notes/1', {}, 204],
    ['GET /notes/1', { 'if-none-match': '"v1"' }, 304],
    ['GET /notes/2', {}, 404],
    ['PUT /notes/1', {}, 405],
    ['GET /notes/1', { accept: 'text/html' }, 406],
    ['GET /fails', {}, 500],
    ['GET /nowhere', {}, 404],
  ])('says on %s with %j, a %i too, whose page may read it', async (line, headers, status) => {
    const response = await ask(app, line, { origin: PAGE, ...headers })
    expect(response.status).toBe(status)
    expect(allowedFor(response)).toBe(PAGE)
    expect(response.headers.get('vary')).toContain('origin')
  })

  it('varies by origin also where there is none, or a foreign one (Fetch §3.2.5)', async () => {
    for (const headers of [{}, { origin: 'https://evil.example' }]) {
      const response = await ask(app, 'GET /notes/1', headers)
      expect(allowedFor(response)).toBeNull()
      expect(response.headers.get('vary')).toContain('origin')
    }
  })

  it('answers a preflight with the methods of the path, before anybody is asked who he is', async () => {
    const guarded = new RestApplication()
      .cors({ origins: PAGE })
      .authorized(() => false)
      .put('/x', () => 1)
    const response = await ask(
      guarded,
      'OPTIONS /x',
      preflight('PUT', { 'access-control-request-headers': 'content-type' }),
    )
    expect(response.status).toBe(204)
    expect(allowedFor(response)).toBe(PAGE)
    expect(response.headers.get('access-control-allow-methods')).toContain('PUT')
    expect(response.headers.get('allow')).toBe('OPTIONS, PUT')
    expect((await ask(guarded, 'PUT /x')).status).toBe(401)
  })

  it('answers a preflight by the policy of the requested method', async () => {
    const mixed = new RestApplication().get('/x', () => 1).post('/x', () => 2, { cors: { origins: PAGE } })
    expect(allowedFor(await ask(mixed, 'OPTIONS /x', preflight('POST')))).toBe(PAGE)
    expect(allowedFor(await ask(mixed, 'OPTIONS /x', preflight('GET')))).toBeNull()
    expect(allowedFor(await ask(mixed, 'GET /x'))).toBeNull()
  })

  it('grants nothing in a preflight for another origin or method', async () => {
    const foreign = await ask(app, 'OPTIONS /notes/1', {
      ...preflight('GET'),
      origin: 'https://evil.example',
    })
    expect(allowedFor(foreign)).toBeNull()
    expect(foreign.headers.get('vary')).toContain('origin')
    const other = await ask(app, 'OPTIONS /notes/1', preflight('PATCH'))
    expect(other.headers.get('access-control-allow-methods')).toBeNull()
  })

  it('takes the innermost policy, and that of a router for its own paths only', async () => {
    const api = new Router().cors({ origins: '*' }).get('/x', () => 1)
    const both = new RestApplication()
      .cors({ origins: PAGE })
      .mount('/api', api)
      .get('/apix', () => 2)
    expect(allowedFor(await ask(both, 'GET /api/x'))).toBe('*')
    expect(allowedFor(await ask(both, 'PUT /api/x'))).toBe('*')
    expect(allowedFor(await ask(both, 'GET /apix'))).toBe(PAGE)
  })

  it('is a fault at the start when a route declares it wrongly', () => {
    const wrong = new RestApplication().get('/x', () => 1, { cors: { origins: '*', credentials: true } })
    expect(() => wrong.routes).toThrow(/GET \/x: .*credentials/)
  })
})

describe('a content security policy', () => {
  it('has a nonce of its own in each response, the one that the page uses', async () => {
    const app = new RestApplication()
      .csp({ ...csp.strict, scriptSrc: ['self'], nonce: true })
      .get('/', ({ cspNonce }) => ({ cspNonce }), {
        provides: { 'text/html': ({ cspNonce }) => html`<script nonce=${cspNonce}></script>` },
      })
    const first = await ask(app, 'GET /', { accept: 'text/html' })
    const [, nonce] = /nonce=([^>]+)>/.exec(await first.text()) ?? []
    expect(first.headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`)
    const second = await ask(app, 'GET /', { accept: 'text/html' })
    expect(second.headers.get('content-security-policy')).not.toContain(String(nonce))
  })

  it('stands on errors too, and leaves a 304 with the nonce of the stored page alone', async () => {
    const app = new RestApplication()
      .csp({ defaultSrc: ['self'], nonce: true })
      .resource('/', (page) => page.etag(() => 1).get(() => 1))
    expect((await ask(app, 'GET /nowhere')).headers.has('content-security-policy')).toBe(true)
    const unchanged = await ask(app, 'GET /', { 'if-none-match': '"1"' })
    expect(unchanged.status).toBe(304)
    expect(unchanged.headers.has('content-security-policy')).toBe(false)
  })

  it('may come from a function, which may say that there is none', async () => {
    const app = new RestApplication()
      .csp(({ request }) => (request.path === '/free' ? undefined : csp.basic))
      .get('/free', () => 1)
      .get('/bound', () => 1)
    expect((await ask(app, 'GET /free')).headers.has('content-security-policy')).toBe(false)
    expect((await ask(app, 'GET /bound')).headers.get('content-security-policy')).toBe("default-src 'self'")
  })
})

describe('securityHeaders', () => {
  it('stands on every response, and a handler may say otherwise', async () => {
    const app = new RestApplication()
      .securityHeaders({ frameOptions: 'SAMEORIGIN' })
      .get('/', ({ responseHeaders }) => responseHeaders.set('referrer-policy', 'no-referrer'))
    const response = await ask(app, 'GET /')
    expect(response.headers.get('x-frame-options')).toBe('SAMEORIGIN')
    expect(response.headers.get('referrer-policy')).toBe('no-referrer')
    expect((await ask(app, 'GET /nowhere')).headers.get('x-content-type-options')).toBe('nosniff')
  })
})
