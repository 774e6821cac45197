import { assert, describe, it } from 'vitest'
import { ask } from '../../decisions/asking.ts'
import { head, wireTo } from '../over-wire.ts'
import { notesApp } from './notes.ts'

describe('RFC 9110 §9.3.1, GET', () => {
  it('is not changed by content, which is no part of what it asks', async () => {
    const { app } = notesApp()
    const wire = await wireTo(app)
    const content = 'GET /gone HTTP/1.1\r\n\r\n'
    wire.send(head('GET /page', `Content-Length: ${content.length}`) + content + head('GET /page'))
    assert.deepEqual((await wire.response()).json(), { page: 1 })
    assert.deepEqual((await wire.response()).json(), { page: 1 })
    assert.equal(wire.rest, '')
  })
})

describe('RFC 9110 §9.3.2, HEAD', () => {
  const { app } = notesApp()

  it.for([
    ['/page', {}],
    ['/page', { accept: 'text/html' }],
    ['/page', { accept: 'image/png' }],
    ['/page', { 'if-none-match': '"v1"' }],
    ['/page', { 'if-match': '"v0"' }],
    ['/page', { expect: 'wonders' }],
    ['/secret', {}],
    ['/forbidden', {}],
    ['/gone', {}],
    ['/moved', {}],
    ['/away', {}],
    ['/broken', {}],
    ['/absent', { accept: 'text/html' }],
  ] as const)('has the status and the fields of GET, and no content: %s %j', async ([path, headers]) => {
    const sent = { headers: { ...headers, 'x-request-id': '1' } }
    const [got, looked] = [await ask(app, `GET ${path}`, sent), await ask(app, `HEAD ${path}`, sent)]
    assert.equal(looked.status, got.status)
    // Ids of requests are as long as each other, so that lengths are the same.
    assert.deepEqual([...looked.headers], [...got.headers])
    assert.equal(await looked.text(), '')
  })
})
