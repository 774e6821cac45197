import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { messagesOf } from './advised.ts'

const stored = { version: 1 }

describe('write-without-precondition (RFC 9110 §13.1.1)', () => {
  const found = (app: Parameters<typeof messagesOf>[1]): readonly string[] =>
    messagesOf('write-without-precondition', app).map((message) => message.split(':')[0] ?? '')

  it('tells of changes that may undo others unseen', () => {
    const app = new RestApplication().resource('/notes/{id}', (note) =>
      note
        .resourceExists('note', () => stored)
        .etag(({ note }) => note.version)
        .get(({ note }) => note)
        .put(() => 1)
        .patch(() => 1)
        .delete(() => 1),
    )
    assert.deepEqual(found(app), ['PUT /notes/{id}', 'PATCH /notes/{id}'])
  })

  it('is silent where a precondition is demanded, or a function looks at it', () => {
    const app = new RestApplication()
      .resource('/a/{id}', (a) =>
        a
          .etag(({ request }) => request.path)
          .put(() => 1, { preconditionRequired: true })
          .patch(({ requestHeaders }) => requestHeaders.get('If-Match')),
      )
      .resource('/b/{id}', (b) =>
        b
          .etag(({ request }) => request.path)
          .preconditionRequired()
          .put(() => 1)
          .patch(() => 1),
      )
    assert.deepEqual(found(app), [])
  })

  it('is silent where there is no tag of the resource', () => {
    const app = new RestApplication()
      .etag('auto')
      .put('/a', () => 1)
      .patch('/b', () => 1, { lastModified: () => 0 })
    assert.deepEqual(found(app), [])
  })
})
