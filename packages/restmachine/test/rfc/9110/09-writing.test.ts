import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, json, statusesOf } from '../../decisions/asking.ts'
import { notesApp } from './notes.ts'

describe('RFC 9110 §9.3.3, POST', () => {
  it('that made something says so with 201, and where it is', async () => {
    const { app } = notesApp()
    const made = await expectStatus(app, 'POST /notes', 201, json('milk'))
    const location = made.headers.get('location') ?? ''
    assert.equal(await (await expectStatus(app, `GET ${location}`, 200)).json(), 'milk')
  })

  it('whose result is there already sends the client to it with 303', async () => {
    const { headers } = await expectStatus(notesApp().app, 'POST /twins', 303)
    assert.equal(headers.get('location'), '/notes/1')
  })
})

describe('RFC 9110 §9.3.4, PUT', () => {
  it('that made the resource is 201; that replaced it is 204, or 200 with content', async () => {
    const { app, notes } = notesApp()
    assert.deepEqual(await statusesOf(app, ['PUT /notes/7', json(1)], ['PUT /notes/7', json(2)]), [201, 204])
    assert.equal(notes.get('7'), 2)
    const telling = new RestApplication().put('/note', () => ({ stored: true }))
    assert.equal((await ask(telling, 'PUT /note')).status, 200)
  })

  it('that contradicts the resource is 409, with what the contradiction is; in a wrong type 415', async () => {
    const { app, ran } = notesApp()
    const refused = await expectStatus(app, 'PUT /notes/fixed', 409, json('x'))
    assert.include(await refused.json(), { detail: 'This note does not change' })
    await expectStatus(app, 'PUT /notes/7', 415, { headers: { 'content-type': 'text/plain' }, body: 'x' })
    assert.deepEqual(ran, [])
  })

  it('to what is elsewhere is not carried out there: the client is sent on', async () => {
    const { app, notes } = notesApp()
    const { headers } = await expectStatus(app, 'PUT /notes/old', 308, json('x'))
    assert.equal(headers.get('location'), '/notes/new')
    assert.equal(notes.size, 0)
  })
})

describe('RFC 9110 §9.3.5, DELETE', () => {
  it('is 202 when it will be done, 204 when it is, and 200 when there is something to tell', async () => {
    const { app, notes } = notesApp()
    notes.set('7', 'milk')
    assert.deepEqual(
      await statusesOf(app, ['DELETE /later'], ['DELETE /notes/7'], ['DELETE /told']),
      [202, 204, 200],
    )
  })
})
