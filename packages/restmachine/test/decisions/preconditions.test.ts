import { assert, describe, it } from 'vitest'
import { AFTER, AT, asked, BEFORE } from './conditional.ts'

describe('RFC 9110 §13.1.1, If-Match', () => {
  it('lets a request pass that names the current tag, alone or in a list', async () => {
    assert.deepEqual(
      await asked(
        'PUT /tag',
        { 'if-match': '"v2"' },
        { 'if-match': '"v1", "v2"' },
        { 'if-match': '"v1,v2" ,, "v2"' },
        { 'if-match': '*' },
        { 'if-match': ' * ' },
      ),
      [204, 204, 204, 204, 204],
    )
  })

  it('refuses one that does not', async () => {
    assert.deepEqual(
      await asked(
        'PUT /tag',
        { 'if-match': '"v1"' },
        { 'if-match': '"v1,v2"' },
        { 'if-match': '"v1", "v3"' },
        { 'if-match': '' },
      ),
      [412, 412, 412, 412],
    )
  })

  it('compares strongly: a weak tag never matches', async () => {
    assert.deepEqual(await asked('PUT /tag', { 'if-match': 'W/"v2"' }), [412])
    assert.deepEqual(await asked('PUT /weak', { 'if-match': 'W/"v2"' }, { 'if-match': '"v2"' }), [412, 412])
  })

  it('is for reading, too', async () => {
    assert.deepEqual(await asked('GET /tag', { 'if-match': '"v2"' }, { 'if-match': '"v1"' }), [200, 412])
  })

  it('matches by * alone where there is no tag', async () => {
    assert.deepEqual(await asked('PUT /none', { 'if-match': '*' }, { 'if-match': '"v2"' }), [204, 412])
  })

  it('is 400 when it cannot be read', async () => {
    const malformed = ['v2', '"v2', '"a" "b"', '*, "v2"', "'v2'"].map((tags) => ({ 'if-match': tags }))
    assert.deepEqual(await asked('PUT /tag', ...malformed), [400, 400, 400, 400, 400])
    assert.deepEqual(await asked('PUT /tag', { 'if-none-match': 'v2' }), [400])
  })
})

describe('RFC 9110 §13.1.2, If-None-Match', () => {
  it('answers 304 to a read of what the client has', async () => {
    for (const target of ['GET /tag', 'HEAD /tag']) {
      assert.deepEqual(
        await asked(
          target,
          { 'if-none-match': '"v2"' },
          { 'if-none-match': '"v1", W/"v2"' },
          { 'if-none-match': '*' },
          { 'if-none-match': '"v1"' },
        ),
        [304, 304, 304, 200],
      )
    }
  })

  it('answers 412 to a write', async () => {
    assert.deepEqual(
      await asked(
        'PUT /tag',
        { 'if-none-match': '*' },
        { 'if-none-match': '"v2"' },
        { 'if-none-match': '"v1"' },
      ),
      [412, 412, 204],
    )
  })

  it('compares weakly', async () => {
    assert.deepEqual(
      await asked('GET /weak', { 'if-none-match': '"v2"' }, { 'if-none-match': 'W/"v2"' }),
      [304, 304],
    )
  })

  it('holds where there is no tag, except for *', async () => {
    assert.deepEqual(
      await asked('GET /none', { 'if-none-match': '"v2"' }, { 'if-none-match': '*' }),
      [200, 304],
    )
  })
})

describe('RFC 9110 §13.1.3, If-Modified-Since', () => {
  it('compares whole seconds', async () => {
    assert.deepEqual(
      await asked(
        'GET /date',
        { 'if-modified-since': BEFORE },
        { 'if-modified-since': AT },
        { 'if-modified-since': AFTER },
      ),
      [200, 304, 304],
    )
  })

  it('reads the three formats of §5.6.7, and takes no other for a date', async () => {
    assert.deepEqual(
      await asked(
        'GET /date',
        { 'if-modified-since': 'Wed, 01 May 2024 10:00:00 GMT' },
        { 'if-modified-since': 'Wednesday, 01-May-24 10:00:00 GMT' },
        { 'if-modified-since': 'Wed May  1 10:00:00 2024' },
        { 'if-modified-since': '2024-05-01T10:00:00Z' },
        { 'if-modified-since': 'Wed, 01 May 2024 12:00:00 CEST' },
      ),
      [304, 304, 304, 200, 200],
    )
  })

  it('is for GET and HEAD alone', async () => {
    assert.deepEqual(await asked('HEAD /date', { 'if-modified-since': AT }), [304])
    assert.deepEqual(await asked('PUT /date', { 'if-modified-since': AT }), [204])
  })

  it('is ignored without a date of our own', async () => {
    assert.deepEqual(await asked('GET /tag', { 'if-modified-since': AFTER }), [200])
    assert.deepEqual(await asked('GET /none', { 'if-modified-since': AFTER }), [200])
  })
})

describe('RFC 9110 §13.1.4, If-Unmodified-Since', () => {
  it('compares whole seconds, for every method', async () => {
    for (const [target, passes] of [
      ['PUT /date', 204],
      ['GET /date', 200],
    ] as const) {
      assert.deepEqual(
        await asked(
          target,
          { 'if-unmodified-since': BEFORE },
          { 'if-unmodified-since': AT },
          { 'if-unmodified-since': AFTER },
        ),
        [412, passes, passes],
      )
    }
  })

  it('is ignored when it is no date, and where there is no date of our own', async () => {
    assert.deepEqual(await asked('PUT /date', { 'if-unmodified-since': 'yesterday' }), [204])
    assert.deepEqual(await asked('PUT /tag', { 'if-unmodified-since': BEFORE }), [204])
  })
})
