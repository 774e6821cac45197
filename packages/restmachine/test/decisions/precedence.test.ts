import { assert, describe, it } from 'vitest'
import { ask, expectStatus } from './asking.ts'
import { AFTER, AT, app, asked, BEFORE } from './conditional.ts'

describe('RFC 9110 §13.2.2, precedence', () => {
  it('ignores If-Unmodified-Since when If-Match is there, also If-Match: * (§13.1.4)', async () => {
    const stale = { 'if-unmodified-since': BEFORE }
    assert.deepEqual(
      await asked('PUT /both', stale, { ...stale, 'if-match': '"v2"' }, { ...stale, 'if-match': '*' }),
      [412, 204, 204],
    )
  })

  it('ignores If-Modified-Since when If-None-Match is there, whichever way that goes (§13.1.3)', async () => {
    assert.deepEqual(
      await asked(
        'GET /both',
        { 'if-none-match': '"v1"', 'if-modified-since': AFTER },
        { 'if-none-match': '"v2"', 'if-modified-since': BEFORE },
      ),
      [200, 304],
    )
  })

  it('asks If-Match first: what fails there is 412, and not 304', async () => {
    assert.deepEqual(
      await asked(
        'GET /both',
        { 'if-match': '"v1"', 'if-none-match': '"v2"' },
        { 'if-match': '"v2"', 'if-none-match': '"v2"' },
        { 'if-unmodified-since': BEFORE, 'if-none-match': '"v2"' },
      ),
      [412, 304, 412],
    )
  })
})

describe('RFC 9110 §13.2.1, preconditions of what is missing', () => {
  it('are ignored where the answer is 404 anyway', async () => {
    const match = { 'if-match': '"v2"' }
    const none = { 'if-none-match': '*' }
    for (const target of ['GET /missing', 'PATCH /missing', 'DELETE /missing'])
      assert.deepEqual(await asked(target, match, none), [404, 404])
  })

  it('let If-None-Match: * create, and refuse to create what should match', async () => {
    assert.deepEqual(
      await asked(
        'PUT /missing',
        { 'if-none-match': '*' },
        { 'if-match': '*' },
        { 'if-match': '"v2"' },
        { 'if-unmodified-since': BEFORE },
      ),
      [201, 412, 412, 201],
    )
  })

  it('are ignored by OPTIONS and by a target without a route', async () => {
    assert.deepEqual(await asked('OPTIONS /both', { 'if-match': '"v1"' }), [204])
    assert.deepEqual(await asked('GET /nowhere', { 'if-match': '"v1"' }), [404])
  })
})

describe('RFC 9110 §15.4.5, 304 Not Modified', () => {
  it('carries the validators, and no content and no type', async () => {
    const response = await expectStatus(app, 'GET /both', 304, { headers: { 'if-none-match': '"v2"' } })
    assert.deepEqual(Object.fromEntries(response.headers), { etag: '"v2"', 'last-modified': AT })
    assert.isNull((await ask(app, 'GET /both', { headers: { 'if-none-match': '"v2"' } })).body)
  })
})
