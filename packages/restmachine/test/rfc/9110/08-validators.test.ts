import { RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet, statusesOf } from '../../decisions/asking.ts'

const app = new RestApplication({ logger: quiet })
  .get('/tagged', () => ({ tagged: true }), {
    etag: ({ queryParams }) => queryParams.get('tag') ?? undefined,
  })
  .get('/changed', () => ({ changed: true }), { lastModified: () => new Date('2024-05-01T10:00:00.999Z') })
  .put('/stored', () => respond(undefined, 204, { etag: '"v2"' }), { etag: () => 'v1' })
  .put('/altered', () => undefined, { etag: () => 'v1', lastModified: () => new Date() })

const tagged = (method: string, tag: string) => `${method} /tagged?tag=${encodeURIComponent(tag)}`

// What becomes of two tags under If-Match, which compares strongly, and If-None-Match, which does weakly.
const comparisons = [
  ['W/"1"', 'W/"1"', 412, 304],
  ['W/"1"', 'W/"2"', 412, 200],
  ['W/"1"', '"1"', 412, 304],
  ['"1"', 'W/"1"', 412, 304],
  ['"1"', '"1"', 200, 304],
  ['"1"', '"2"', 412, 200],
] as const

describe('RFC 9110 §8.8.3.2, comparison of entity tags', () => {
  it.for(comparisons)('%s with %s: strongly %i, weakly %i', async ([own, sent, strongly, weakly]) => {
    await expectStatus(app, tagged('GET', own), strongly, { headers: { 'if-match': sent } })
    await expectStatus(app, tagged('GET', own), weakly, { headers: { 'if-none-match': sent } })
  })
})

describe('RFC 9110 §8.8.3, ETag', () => {
  it.for(['"a,b"', '"a\\"', '"!#$%&\'()*+/:;<=>?@[]^`{|}~"', '""', 'W/"a, b"'.replace(' ', '')])(
    'is sent as it is, and known again: %s',
    async (tag) => {
      assert.equal((await ask(app, tagged('GET', tag))).headers.get('etag'), tag)
      const headers = { 'if-none-match': `"other", ${tag}` }
      await expectStatus(app, tagged('GET', tag), 304, { headers })
    },
  )

  it('is compared by each character, case included', async () => {
    const sent = (tag: string) => ({ headers: { 'if-none-match': tag } })
    assert.deepEqual(
      await statusesOf(
        app,
        [tagged('GET', '"Abc"'), sent('"abc"')],
        [tagged('GET', '"abc"'), sent('w/"abc"')],
        [tagged('GET', '"abc"'), sent('W/"abc"')],
      ),
      // The mark of a weak tag is a capital: with another it is no tag.
      [200, 400, 304],
    )
  })

  it('comes with HEAD as with GET', async () => {
    assert.equal((await ask(app, tagged('HEAD', '"v1"'))).headers.get('etag'), '"v1"')
  })
})

describe('RFC 9110 §8.8.2, Last-Modified', () => {
  it('comes with GET and HEAD where the time is known, in whole seconds', async () => {
    for (const target of ['GET /changed', 'HEAD /changed']) {
      const { headers } = await ask(app, target)
      assert.equal(headers.get('last-modified'), 'Wed, 01 May 2024 10:00:00 GMT', target)
    }
  })

  it('is what the client sends back, though the time was a fraction later', async () => {
    const since = 'Wed, 01 May 2024 10:00:00 GMT'
    await expectStatus(app, 'GET /changed', 304, { headers: { 'if-modified-since': since } })
  })
})

describe('RFC 9110 §9.3.4, validators in the answer to PUT', () => {
  it('are those that the handler names, for content that was stored as it came', async () => {
    assert.equal((await ask(app, 'PUT /stored')).headers.get('etag'), '"v2"')
  })

  it('are none otherwise: those from before would name what was replaced', async () => {
    const { headers } = await ask(app, 'PUT /altered')
    assert.isNull(headers.get('etag'))
    assert.isNull(headers.get('last-modified'))
  })
})
