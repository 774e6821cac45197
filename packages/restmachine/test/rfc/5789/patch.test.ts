import { HttpError, RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, json, quiet, statusesOf } from '../../decisions/asking.ts'

const MERGE_PATCH = 'application/merge-patch+json'

function noteApp() {
  const note: Record<string, unknown> & { version: number } = { title: 'Milk', version: 1 }
  const app = new RestApplication({ logger: quiet })
    .resource('/note', (resource) =>
      resource
        .accepts(MERGE_PATCH, ({ textBody }) => JSON.parse(textBody) as Record<string, unknown>)
        .etag(() => `v${note.version}`)
        .get(() => note)
        .patch(({ parsedBody }) => {
          const change = parsedBody as Record<string, unknown>
          if ('version' in change) throw new HttpError(409, 'The version is not yours to change')
          if (change.title === '') throw new HttpError(422, 'A note needs a title')
          Object.assign(note, change, { version: note.version + 1 })
          return note
        }),
    )
    .get('/fixed', () => ({}))
    .patch('/absent', () => ({}), { resourceExists: () => false })
    .patch('/quiet', () => undefined)
  return { app, note }
}

const patch = (change: unknown, headers: Record<string, string> = {}) =>
  json(change, { 'content-type': MERGE_PATCH, ...headers })

describe('RFC 5789 §2, PATCH', () => {
  it('changes what its content describes, and answers 200 with the result or 204 without', async () => {
    const { app } = noteApp()
    assert.include(await (await expectStatus(app, 'PATCH /note', 200, patch({ done: true }))).json(), {
      title: 'Milk',
      done: true,
    })
    await expectStatus(app, 'PATCH /quiet', 204)
  })

  it('changes all or nothing: what is refused leaves everything as it was', async () => {
    const { app, note } = noteApp()
    assert.deepEqual(
      await statusesOf(
        app,
        ['PATCH /note', patch({ title: 'Bread', version: 9 })],
        ['PATCH /note', patch({ title: '' })],
        ['PATCH /note', patch({ title: 'Bread' }, { 'if-match': '"v0"' })],
      ),
      [409, 422, 412],
    )
    assert.deepEqual(note, { title: 'Milk', version: 1 })
  })

  it('by If-Match meets no state that the client does not know', async () => {
    const { app, note } = noteApp()
    const change = ['PATCH /note', patch({ title: 'Bread' }, { 'if-match': '"v1"' })] as const
    assert.deepEqual(await statusesOf(app, change, change), [200, 412])
    assert.equal(note.version, 2)
  })

  it('is not done where the resource does not take it', async () => {
    const { headers } = await expectStatus(noteApp().app, 'PATCH /fixed', 405)
    assert.notInclude(headers.get('allow') ?? '', 'PATCH')
  })
})

describe('RFC 5789 §2.2, errors', () => {
  it('are 415 for a format that is not taken, with those that are (§3.1)', async () => {
    const { app } = noteApp()
    const sent = patch({}, { 'content-type': 'text/x-diff' })
    const { headers } = await expectStatus(app, 'PATCH /note', 415, sent)
    assert.include(headers.get('accept-patch')?.split(', ') ?? [], MERGE_PATCH)
  })

  it('are 404 where nothing is to be changed', async () => {
    await expectStatus(noteApp().app, 'PATCH /absent', 404, patch({}))
  })
})

describe('RFC 5789 §3, Allow', () => {
  it('names PATCH where it is taken', async () => {
    const { headers } = await ask(noteApp().app, 'OPTIONS /note')
    assert.include(headers.get('allow')?.split(', ') ?? [], 'PATCH')
  })
})
