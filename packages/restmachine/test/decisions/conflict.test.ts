import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, json, statusesOf } from './asking.ts'

describe('RFC 9110 §15.5.10, 409 Conflict', () => {
  const app = new RestApplication().resource('/{noteId}', (note) =>
    note
      .resourceExists(({ noteId }) => noteId !== 'new')
      .conflict(({ noteId }) => (noteId === 'locked' || noteId === 'new' ? `${noteId} is locked` : undefined))
      .get(() => 'read')
      .put(() => undefined, { allowMissingPut: true })
      .post(() => undefined)
      .patch(() => undefined)
      .delete(() => undefined),
  )

  it('is for writing, with the sentence that the application gives', async () => {
    assert.deepEqual(
      await statusesOf(
        app,
        ['GET /locked'],
        ['PUT /locked'],
        ['POST /locked'],
        ['PATCH /locked'],
        ['DELETE /locked'],
        ['PUT /free'],
      ),
      [200, 409, 409, 409, 409, 204],
    )
    assert.equal((await (await ask(app, 'PUT /locked')).json()).detail, 'locked is locked')
  })

  it('is asked for what is to be made, too', async () => {
    await expectStatus(app, 'PUT /new', 409)
  })

  it('comes before the preconditions (RFC 9110 §13.2.1)', async () => {
    await expectStatus(app, 'PUT /locked', 409, { headers: { 'if-match': '"other"' } })
  })
})

describe('RFC 6585 §3, 428 Precondition Required', () => {
  const app = new RestApplication().resource('/', (note) =>
    note
      .preconditionRequired()
      .etag(() => 'v1')
      .get(() => 'read')
      .put(() => undefined)
      .post(() => undefined)
      .patch(() => undefined)
      .delete(() => undefined),
  )
  const required = 'Send If-Match with the entity tag you know'

  it('is for PUT, PATCH and DELETE alone', async () => {
    assert.deepEqual(
      await statusesOf(app, ['GET /'], ['POST /'], ['PUT /'], ['PATCH /'], ['DELETE /']),
      [200, 204, 428, 428, 428],
    )
    assert.equal((await (await ask(app, 'PUT /')).json()).detail, required)
  })

  it('is content with a precondition that can refuse the write', async () => {
    const sending = (name: string, value: string) => ['PUT /', { headers: { [name]: value } }] as const
    assert.deepEqual(
      await statusesOf(
        app,
        sending('if-match', '"v1"'),
        sending('if-match', '"v0"'),
        sending('if-none-match', '*'),
        sending('if-unmodified-since', 'Wed, 02 Jan 2030 03:04:05 GMT'),
        sending('if-unmodified-since', 'yesterday'),
        sending('if-modified-since', 'Wed, 02 Jan 2030 03:04:05 GMT'),
      ),
      [204, 412, 412, 204, 428, 428],
    )
  })

  it('can depend on the request', async () => {
    const sometimes = new RestApplication().put('/', () => undefined, {
      preconditionRequired: async ({ jsonBody }) => (jsonBody as { strict?: boolean }).strict,
    })
    assert.deepEqual(
      await statusesOf(sometimes, ['PUT /', json({})], ['PUT /', json({ strict: true })]),
      [204, 428],
    )
  })
})
