import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, json, statusesOf } from '../../decisions/asking.ts'
import { head, overWire, wireTo } from '../over-wire.ts'
import { notesApp } from './notes.ts'

describe('RFC 9110 §9.1, methods', () => {
  const { app } = notesApp()

  it('are GET and HEAD wherever there is something to read', async () => {
    assert.deepEqual(await statusesOf(app, ['GET /page'], ['HEAD /page']), [200, 200])
  })

  it('that are known but have no place at the target are 405', async () => {
    assert.deepEqual(
      await statusesOf(app, ['DELETE /page'], ['PATCH /page'], ['QUERY /page']),
      [405, 405, 405],
    )
  })

  it('that nobody knows are 501, also where nothing is', async () => {
    assert.deepEqual(
      await statusesOf(app, ['LINK /page'], ['Patch /page'], ['LINK /absent']),
      [501, 501, 501],
    )
  })

  it('may be new ones: what a route takes is known', async () => {
    const linking = new RestApplication().route('LINK', '/page', () => ({ linked: true }))
    assert.deepEqual(await statusesOf(linking, ['LINK /page'], ['LINK /absent']), [200, 404])
    const { headers } = await expectStatus(linking, 'GET /page', 405)
    assert.equal(headers.get('allow'), 'LINK, OPTIONS')
  })
})

describe('RFC 9110 §9.2.1, safe methods', () => {
  it('run nothing that writes', async () => {
    const { app, notes, ran } = notesApp()
    notes.set('7', 'milk')
    for (const method of ['GET', 'HEAD', 'OPTIONS']) await ask(app, `${method} /notes/7`)
    await overWire(app, 'TRACE /notes/7')
    assert.deepEqual(ran, ['GET', 'GET'])
    assert.deepEqual([...notes], [['7', 'milk']])
  })
})

describe('RFC 9110 §9.2.2, idempotent methods', () => {
  it('leave the same behind when they come again, whatever they answer', async () => {
    const { app, notes } = notesApp()
    const put = ['PUT /notes/7', json('milk')] as const
    assert.deepEqual(await statusesOf(app, put, put), [201, 204])
    assert.deepEqual([...notes], [['7', 'milk']])
    assert.deepEqual(await statusesOf(app, ['DELETE /notes/7'], ['DELETE /notes/7']), [204, 404])
    assert.equal(notes.size, 0)
  })
})

describe('RFC 9110 §9.3.7, OPTIONS', () => {
  it('of * is about the server: every method that it has', async () => {
    const answer = await overWire(notesApp().app, 'OPTIONS *')
    assert.equal(answer.status, 204)
    const allowed = (answer.header('allow') ?? '').split(', ')
    assert.sameMembers(allowed, ['GET', 'HEAD', 'PUT', 'DELETE', 'POST', 'OPTIONS'])
  })

  it('has no content, and leaves that of the request alone', async () => {
    const wire = await wireTo(notesApp().app)
    wire.send(
      `${head('OPTIONS /page', 'Content-Length: 4', 'Content-Type: text/plain')}four${head('GET /page')}`,
    )
    const options = await wire.response()
    assert.deepEqual([options.status, options.header('allow')], [204, 'GET, HEAD, OPTIONS'])
    assert.equal((await wire.response()).status, 200)
  })

  it('asks nothing of the resource: what is not there yet has its methods, too', async () => {
    const { headers } = await ask(notesApp().app, 'OPTIONS /notes/99')
    assert.equal(headers.get('allow'), 'DELETE, GET, HEAD, OPTIONS, PUT')
  })
})

describe('RFC 9110 §9.3.8, TRACE', () => {
  it('is not served: nothing of a request is ever sent back, secrets least', async () => {
    const answer = await overWire(
      notesApp().app,
      'TRACE /page',
      'Cookie: sid=secret',
      'Authorization: Bearer key',
    )
    assert.equal(answer.status, 405)
    assert.notMatch(answer.body.toString(), /secret|key/)
    assert.equal(answer.header('allow'), 'GET, HEAD, OPTIONS')
  })
})
