import { promiseHooks } from 'node:v8'
import { html, RestApplication } from 'restmachine'
import { beforeAll, describe, expect, it } from 'vitest'
import { FakeExchange } from '../../../../bench/fake-exchange.ts'
import type { Outcome } from '../../src/http/outcome.ts'

/** Answers GET of a path, and counts the promises that this makes. */
function answer(
  app: Pick<RestApplication, 'answer'>,
  path: string,
  headers: Record<string, string> = {},
): { readonly outcome: Outcome | Promise<Outcome>; readonly promises: number } {
  const exchange = new FakeExchange(path, headers)
  let promises = 0
  const stop = promiseHooks.onInit(() => promises++) as () => void
  try {
    return {
      outcome: app.answer(exchange),
      get promises() {
        return promises
      },
    }
  } finally {
    stop()
  }
}

const app = new RestApplication()
  .dependency('settings', () => ({ answer: 42 }), { scope: 'session' })
  .dependency('refreshed', () => 1, { ttl: '1h' })
  .dependency('first', ({ settings }) => settings.answer)
  .dependency('second', ({ first, refreshed }) => first + refreshed)
  .dependency('third', function* ({ second, responseHeaders }) {
    yield second
    responseHeaders.set('x-closed', 'yes')
  })
  .dependency('slow', async () => 'slow')
  .get('/plain', () => 'plain')
  .get('/bypass', ({ second }) => second, { bypassStateMachine: true })
  .resource('/items/{itemId}', (item) =>
    item
      .authorized('user', () => ({ name: 'Ada' }))
      .resourceExists('item', ({ itemId, third }) => ({ itemId, third }))
      .etag(({ item }) => item.itemId)
      .defaultHeaders(({ user }) => ({ 'x-user': user.name }))
      .provides('text/html', ({ result }) => html`<p>${String(result)}</p>`)
      .get(({ item, user }) => ({ ...item, user })),
  )
  .get('/slow', ({ slow }) => slow)

// Node loads its web streams when somebody first names them, with a promise of its own.
beforeAll(() => void new Response(''))

describe('a synchronous route', () => {
  it.each([
    ['/plain', {}],
    ['/bypass', {}],
    ['/items/7', {}],
    ['/items/7', { accept: 'text/html' }],
    ['/items/7', { 'if-none-match': '"7"' }],
  ])('answers %s %o without making a promise', (path, headers) => {
    for (const _ of ['opening what the session holds', 'with the session open']) {
      const { outcome, promises } = answer(app, path, headers)
      expect(outcome).not.toBeInstanceOf(Promise)
      expect(promises).toBe(0)
    }
  })

  it('has run everything that it declares', () => {
    const outcome = answer(app, '/items/7').outcome as Outcome
    expect(outcome.status).toBe(200)
    expect(outcome.body).toBe('{"itemId":"7","third":43,"user":{"name":"Ada"}}')
    expect(outcome.headers).toEqual(
      expect.arrayContaining(['x-user', 'Ada', 'etag', '"7"', 'x-closed', 'yes']),
    )
  })
})

describe('an asynchronous route', () => {
  it('makes promises, so counting them tells something', async () => {
    const { outcome, promises } = answer(app, '/slow')
    expect(outcome).toBeInstanceOf(Promise)
    expect(promises).toBeGreaterThan(0)
    expect((await outcome).body).toBe('"slow"')
  })
})
