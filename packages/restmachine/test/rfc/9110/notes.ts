import { RestApplication, respond } from 'restmachine'
import { quiet } from '../../decisions/asking.ts'

/** A store of notes, and how often each handler ran. */
export function notesApp() {
  const notes = new Map<string, unknown>()
  const ran: string[] = []
  const app = new RestApplication({ logger: quiet })
    .resource('/notes/{id}', (note) =>
      note
        .resourceExists(({ id }) => notes.has(id))
        .movedPermanently(({ id }) => (id === 'old' ? '/notes/new' : undefined))
        .conflict(({ id }) => id === 'fixed' && 'This note does not change')
        .get(({ id }) => {
          ran.push('GET')
          return notes.get(id)
        })
        .put(
          ({ id, jsonBody }) => {
            ran.push('PUT')
            notes.set(id, jsonBody)
          },
          { allowMissingPut: true },
        )
        .delete(({ id }) => {
          ran.push('DELETE')
          notes.delete(id)
        }),
    )
    .post('/notes', ({ jsonBody }) => {
      ran.push('POST')
      const id = String(notes.size + 1)
      notes.set(id, jsonBody)
      return respond({ id }, 201, { location: `/notes/${id}` })
    })
    .post('/twins', () => respond(undefined, 303, { location: '/notes/1' }))
    .delete('/later', () => respond({ state: 'queued' }, 202))
    .delete('/told', () => ({ removed: 7 }))
    .get('/page', () => ({ page: 1 }), { provides: { 'text/html': () => '<p>1</p>' }, etag: () => 'v1' })
    .get('/secret', () => ({}), { authorized: () => false })
    .get('/forbidden', () => ({}), { forbidden: () => 'Not you' })
    .get('/gone', () => ({}), { resourceExists: () => false, previouslyExisted: () => true })
    .get('/moved', () => ({}), { resourceExists: () => false, movedPermanently: () => '/page' })
    .get('/away', () => ({}), { serviceAvailable: () => false })
    .get('/broken', () => {
      throw new Error('broken')
    })
  return { app, notes, ran }
}
