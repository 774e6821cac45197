import { describe, expect, it, vi } from 'vitest'
import { toExchange, toFetchHandler } from '../../src/adapters/fetch.ts'
import { rememberFields } from '../../src/adapters/known-fields.ts'
import type { Outcome } from '../../src/http/outcome.ts'

const OFTEN = 40
/** What Bun hands over beside a request: it tells the length of a body itself. */
const server = { requestIP: () => null }

describe('a list of header fields', () => {
  it('is known when it has come again, and another one of the same words is not', () => {
    const known = rememberFields()
    const list = ['content-type', 'text/plain', 'x-own', '1']
    expect(known(list)).toBeUndefined()
    for (let time = 0; time < OFTEN; time++) known(list)
    expect([...(known(list)?.headers ?? [])]).toEqual([
      ['content-type', 'text/plain'],
      ['x-own', '1'],
    ])
    expect(known(list)?.hasType).toBe(true)
    expect(known([...list])).toBeUndefined()
  })

  it('that comes once is never known', () => {
    const known = rememberFields()
    for (let time = 0; time < OFTEN; time++) expect(known(['etag', `"${time}"`])).toBeUndefined()
  })

  it('keeps each Set-Cookie, and leaves out what frames a message', () => {
    const known = rememberFields()
    const list = ['set-cookie', 'a=1', 'content-length', '7', 'set-cookie', 'b=2', 'connection', 'close']
    for (let time = 0; time < OFTEN; time++) known(list)
    expect([...(known(list)?.headers ?? [])]).toEqual([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ])
  })
})

describe('a response', () => {
  const typed = ['content-type', 'text/x-own', 'set-cookie', 'a=1', 'set-cookie', 'b=2']
  const outcomes: readonly [name: string, outcome: Partial<Outcome>][] = [
    ['text', { headers: typed, body: 'Grüße' }],
    ['text without a type', { headers: ['x-own', '1'], body: 'fine' }],
    ['text without a field', { headers: [], body: 'fine' }],
    ['bytes', { headers: typed, body: new Uint8Array([1, 2, 3]) }],
    ['nothing', { headers: typed, body: null }],
    ['an error', { status: 404, headers: typed, body: 'none' }],
    ['204', { status: 204, headers: ['x-own', '1'], body: null }],
    ['205', { status: 205, headers: ['x-own', '1'], body: null }],
    ['304', { status: 304, headers: ['etag', '"1"'], body: null }],
    ['a length of its own', { headers: ['content-length', '99'], body: null }],
  ]

  describe.each(outcomes)('with %s', (_, given) => {
    const outcome = { status: 200, headers: [], body: null, afterwards: undefined, ...given }

    it.each(['GET', 'HEAD'])('to %s is the same the first time and after many', async (method) => {
      const fetch = toFetchHandler(() => outcome, vi.fn())
      const seen = async (): Promise<unknown> => {
        const response = await fetch(new Request('http://here/', { method }))
        return [response.status, [...response.headers], await response.text()]
      }
      const first = await seen()
      for (let time = 0; time < OFTEN; time++) await seen()
      expect(await seen()).toEqual(first)
    })

    it.each(['GET', 'HEAD'])('to %s differs for Bun in the length alone', async (method) => {
      const fetch = toFetchHandler(() => outcome, vi.fn())
      for (let time = 0; time < OFTEN; time++) {
        const [own, other] = [
          await fetch(new Request('http://here/', { method }), server),
          await fetch(new Request('http://here/', { method })),
        ]
        const size = other.headers.get('content-length')
        if (own.body === null) expect(own.headers.get('content-length')).toBe(size)
        else expect(own.headers.has('content-length')).toBe(false)
        own.headers.delete('content-length')
        other.headers.delete('content-length')
        expect([...own.headers]).toEqual([...other.headers])
        expect(await own.text()).toBe(await other.text())
      }
    })
  })

  it('may be changed without changing the next', async () => {
    const fetch = toFetchHandler(() => ({
      status: 200,
      headers: typed,
      body: 'fine',
      afterwards: undefined,
    }))
    for (let time = 0; time < OFTEN; time++) {
      const response = await fetch(new Request('http://here/'))
      expect(response.headers.get('content-type')).toBe('text/x-own')
      response.headers.set('content-type', 'text/changed')
    }
  })

  it('has the status it is given, whatever other answers with the same fields have', async () => {
    let status = 200
    const fetch = toFetchHandler(() => ({ status, headers: typed, body: 'fine', afterwards: undefined }))
    for (status of [...Array.from({ length: OFTEN }, () => 200), 201, 404, 200])
      expect((await fetch(new Request('http://here/'), server)).status).toBe(status)
  })
})

describe('the target of a web request', () => {
  it.each([
    ['http://here', '/', '/', ''],
    ['http://h/', '/', '/', ''],
    ['https://h/a', '/a', '/a', ''],
    ['http://here:81/a/b?c=%20/d', '/a/b?c=%20/d', '/a/b', 'c=%20/d'],
    ['http://here?c', '/?c', '/', 'c'],
    ['http://here/a%20b', '/a%20b', '/a b', ''],
    ['http://here/a%2Fb', '/a%2Fb', undefined, ''],
    ['ws://h/a', '/a', '/a', ''],
  ])('of %s', (url, target, path, query) => {
    const exchange = toExchange(new Request(url))
    expect([exchange.target, exchange.path, exchange.query]).toEqual([target, path, query])
  })

  it.each([
    ['http://here/a#b', '/a', ''],
    ['http://here/a?c#b/', '/a', 'c'],
    ['http://here#b', '/', ''],
  ])('of %s is without the fragment', (url, path, query) => {
    const exchange = toExchange(new Request(url))
    expect([exchange.path, exchange.query]).toEqual([path, query])
    expect(exchange.target).toBe(query === '' ? path : `${path}?${query}`)
  })
})
