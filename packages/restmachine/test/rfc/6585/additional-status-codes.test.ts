import { RestApplication, retryAfter } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, json, quiet, statusesOf } from '../../decisions/asking.ts'

describe('RFC 6585 §3, 428 Precondition Required', () => {
  let version = 1
  const app = new RestApplication({ logger: quiet }).resource('/note', (note) =>
    note
      .preconditionRequired()
      .etag(() => `v${version}`)
      .get(() => ({ version }))
      .put(() => void version++),
  )

  it('says how to send the request so that it is taken', async () => {
    const refused = await expectStatus(app, 'PUT /note', 428, json({}))
    assert.include(((await refused.json()) as { detail: string }).detail, 'If-Match')
    const tag = (await ask(app, 'GET /note')).headers.get('etag') ?? ''
    const conditional = ['PUT /note', json({}, { 'if-match': tag })] as const
    assert.deepEqual(await statusesOf(app, conditional, conditional), [204, 412])
    assert.equal(version, 2)
  })
})

describe('RFC 6585 §4, 429 Too Many Requests', () => {
  it('says how long to wait, and what the matter is', async () => {
    const app = new RestApplication({ logger: quiet }).rateLimited(() => retryAfter(60)).get('/', () => ({}))
    const refused = await expectStatus(app, 'GET /', 429)
    assert.equal(refused.headers.get('retry-after'), '60')
    assert.include(await refused.json(), { title: 'Too Many Requests', status: 429 })
  })

  it('counts as the application counts: one user is limited, another is not', async () => {
    const asked = new Map<string, number>()
    const app = new RestApplication({ logger: quiet })
      .rateLimited(({ requestHeaders }) => {
        const user = requestHeaders.get('x-user') ?? ''
        asked.set(user, (asked.get(user) ?? 0) + 1)
        return (asked.get(user) ?? 0) > 2 && 30
      })
      .get('/', () => ({}))
    const by = (user: string) => ['GET /', { headers: { 'x-user': user } }] as const
    assert.deepEqual(await statusesOf(app, by('a'), by('a'), by('a'), by('b')), [200, 200, 429, 200])
  })
})

describe('RFC 6585 §5, 431 Request Header Fields Too Large', () => {
  it('explains itself: how many lines may come', async () => {
    const app = new RestApplication({ logger: quiet, maxHeaderFields: 2 }).get('/', () => ({}))
    const headers = { 'x-a': '1', 'x-b': '2', 'x-c': '3' }
    const refused = await expectStatus(app, 'GET /', 431, { headers })
    assert.include(((await refused.json()) as { detail: string }).detail, '2')
  })
})
