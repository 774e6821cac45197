import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { messagesOf } from './advised.ts'

const guard = () => false

describe('unguarded-write', () => {
  const found = (app: Parameters<typeof messagesOf>[1]): readonly string[] =>
    messagesOf('unguarded-write', app)

  it('tells of changes that anybody can make where other routes are guarded', () => {
    const app = new RestApplication()
      .get('/admin', () => 1, { authorized: guard })
      .post('/notes', () => 1)
      .delete('/notes/{id}', () => 1)
    assert.deepEqual(found(app), [
      'POST /notes: anybody can call it, while GET /admin asks who it is',
      'DELETE /notes/{id}: anybody can call it, while GET /admin asks who it is',
    ])
  })

  it('is silent where there is no guard at all', () => {
    assert.deepEqual(found(new RestApplication().post('/notes', () => 1)), [])
  })

  it('is silent about reads, guarded writes, doors, and what is said to be open', () => {
    const app = new RestApplication()
      .get('/admin', () => 1, { authorized: guard })
      .get('/notes', () => 1)
      .post('/notes', () => 1, { forbidden: guard })
      .put('/notes', () => 1, { authorized: guard })
      .post('/login', () => 1)
      .post('/webhooks/pay', () => 1)
      .post('/feedback', () => 1, { skipAuthCheck: true })
      .post('/own', ({ credentials }) => credentials)
    assert.deepEqual(found(app), [])
  })
})

describe('skipped-guard', () => {
  const found = (app: Parameters<typeof messagesOf>[1]): readonly string[] => messagesOf('skipped-guard', app)

  it('tells of a change that is let out of its guard', () => {
    const app = new RestApplication()
      .authorized(guard)
      .delete('/notes/{id}', () => 1, { skipAuthCheck: true })
    assert.deepEqual(found(app), [
      'DELETE /notes/{id}: skipAuthCheck lets anybody change what authorized guards',
    ])
    const fast = { skipAuthCheck: true, bypassStateMachine: true }
    assert.deepEqual(found(new RestApplication().forbidden(guard).put('/notes', () => 1, fast)), [
      'PUT /notes: skipAuthCheck lets anybody change what forbidden guards',
    ])
  })

  it('is silent about reads, doors, another check, and where there is no guard', () => {
    const app = new RestApplication()
      .authorized(guard)
      .get('/notes', () => 1, { skipAuthCheck: true })
      .post('/sessions', () => 1, { skipAuthCheck: true })
      .post('/notes', () => 1, { skipAuthCheck: true, forbidden: guard })
    assert.deepEqual(found(app), [])
    assert.deepEqual(found(new RestApplication().post('/notes', () => 1, { skipAuthCheck: true })), [])
  })
})

describe('any-origin', () => {
  const found = (app: Parameters<typeof messagesOf>[1]): readonly string[] => messagesOf('any-origin', app)
  const what = "with origins: '*' every page of the web can make changes through its visitors' browsers"

  it('tells once of each policy under which all pages can make changes', () => {
    const app = new RestApplication()
      .cors({ origins: '*' })
      .post('/a', () => 1)
      .put('/b', () => 1)
      .delete('/c', () => 1, { cors: { origins: '*' } })
    assert.deepEqual(found(app), [`POST /a, PUT /b: ${what}`, `DELETE /c: ${what}`])
  })

  it('is silent about reads, guarded changes, and named origins', () => {
    const app = new RestApplication()
      .cors({ origins: '*' })
      .get('/a', () => 1)
      .post('/b', () => 1, { authorized: guard })
      .put('/c', () => 1, { cors: { origins: 'https://app.example.com' } })
    assert.deepEqual(found(app), [])
    assert.deepEqual(found(new RestApplication().post('/a', () => 1)), [])
  })
})
