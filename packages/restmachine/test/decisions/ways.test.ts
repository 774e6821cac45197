import { html, RestApplication, respond } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { follow } from '../compile/following.ts'
import { json, type Sent } from './asking.ts'

const notes = new Map([['1', 'milk']])

/** One resource with all that a resource usually has. */
const app = new RestApplication()
  .serviceAvailable(({ queryParams }) => !queryParams.has('closed'))
  .authorized(({ queryParams }) => !queryParams.has('stranger'))
  .forbidden(async ({ queryParams }) => queryParams.has('forbidden'))
  .rateLimited(({ queryParams }) => queryParams.has('often'))
  .post('/notes', ({ jsonBody }) => respond(jsonBody, 201, { location: '/notes/2' }))
  .post('/jobs', ({ jsonBody }) => respond(jsonBody, 202))
  .post('/searches', () => respond(undefined, 303, { location: '/notes' }))
  .get('/plain', () => 'plain', { skipAuthCheck: true })
  .resource('/notes/{noteId}', (note) =>
    note
      .resourceExists(({ noteId }) => notes.has(noteId))
      .previouslyExisted(({ noteId }) => noteId === 'gone')
      .movedPermanently(({ noteId }) => noteId === 'moved' && '/notes/1')
      .movedTemporarily(({ noteId }) => noteId === 'out' && '/notes/1')
      .conflict(({ queryParams }) => queryParams.has('locked'))
      .preconditionRequired(({ queryParams }) => queryParams.has('strict'))
      .etag(() => 'v1')
      .lastModified(() => new Date('2024-05-01T10:00:00Z'))
      .get(({ noteId }) => notes.get(noteId), { provides: { 'text/html': () => html`<p>milk</p>` } })
      .put(({ jsonBody }) => ({ jsonBody }), { allowMissingPut: true })
      .patch(({ jsonBody }) => ({ jsonBody }))
      .delete(({ noteId }) => void notes.delete(noteId)),
  )

const sent = (headers: NonNullable<Sent['headers']>): Sent => ({ headers })
const DATE = 'Wed, 01 May 2024 10:00:00 GMT'

/** The named ways, in an order in which they can be gone: the last ones delete the note. */
const ways: readonly (readonly [name: string, target: string, sent?: Sent])[] = [
  ['GET, nothing special', 'GET /notes/1'],
  ['GET of a route that declares nothing itself', 'GET /plain'],
  ['HEAD', 'HEAD /notes/1'],
  ['GET as HTML', 'GET /notes/1', sent({ accept: 'text/html' })],
  ['GET as something that is not there', 'GET /notes/1', sent({ accept: 'image/png' })],
  ['GET, missing', 'GET /notes/9'],
  ['GET, gone', 'GET /notes/gone'],
  ['GET, moved for good', 'GET /notes/moved'],
  ['GET, moved for now', 'GET /notes/out'],
  ['GET, no such path', 'GET /nowhere'],
  ['GET, unreadable target', 'GET /%zz'],
  ['GET, target too long', `GET /notes/1?${'q'.repeat(8192)}`],
  ['GET, bad Host', 'GET /notes/1', sent({ host: 'a, b' })],
  ['GET, unknown expectation', 'GET /notes/1', sent({ expect: 'miracles' })],
  ['GET, service closed', 'GET /notes/1?closed'],
  ['GET by a stranger', 'GET /notes/1?stranger'],
  ['GET, forbidden', 'GET /notes/1?forbidden'],
  ['GET too often', 'GET /notes/1?often'],
  ['GET, not modified by tag', 'GET /notes/1', sent({ 'if-none-match': '"v1"' })],
  ['GET, modified by tag', 'GET /notes/1', sent({ 'if-none-match': '"v0"' })],
  ['GET, not modified by date', 'GET /notes/1', sent({ 'if-modified-since': DATE })],
  ['GET, tag goes before date', 'GET /notes/1', sent({ 'if-none-match': '"v0"', 'if-modified-since': DATE })],
  ['GET, tags unreadable', 'GET /notes/1', sent({ 'if-none-match': 'v1' })],
  ['OPTIONS by default', 'OPTIONS /notes/1'],
  ['method not allowed', 'QUERY /notes/1'],
  ['method unknown', 'BREW /notes/1'],
  ['POST that makes something', 'POST /notes', json({ text: 'tea' })],
  ['POST without content', 'POST /notes'],
  ['POST, wrong type', 'POST /notes', { headers: { 'content-type': 'text/plain' }, body: 'tea' }],
  ['POST, encoded', 'POST /notes', json({}, { 'content-encoding': 'gzip' })],
  ['POST, too large', 'POST /notes', json({}, { 'content-length': '99999999' })],
  ['POST, done later', 'POST /jobs', json({})],
  ['POST, see other', 'POST /searches'],
  ['PUT that replaces', 'PUT /notes/1', json({})],
  ['PUT that makes', 'PUT /notes/9', json({}, { 'if-none-match': '*' })],
  ['PUT that would make over', 'PUT /notes/1', json({}, { 'if-none-match': '*' })],
  ['PUT, current If-Match', 'PUT /notes/1', json({}, { 'if-match': '"v1~html"' })],
  ['PUT, stale If-Match', 'PUT /notes/1', json({}, { 'if-match': '"v0"' })],
  ['PUT, stale date', 'PUT /notes/1', json({}, { 'if-unmodified-since': 'Wed, 01 May 2024 09:00:00 GMT' })],
  ['PUT, conflict', 'PUT /notes/1?locked', json({})],
  ['PUT, precondition missing', 'PUT /notes/1?strict', json({})],
  ['PUT of a part', 'PUT /notes/1', json({}, { 'content-range': 'bytes 0-1/9' })],
  ['PATCH, missing', 'PATCH /notes/9', json({})],
  ['DELETE, the first time', 'DELETE /notes/1'],
  ['DELETE, the second time', 'DELETE /notes/1'],
]

/** A way as text: what was asked (a dash before what was answered with no), and the end. */
function tell(
  name: string,
  target: string,
  fields: Sent,
  steps: readonly (readonly [string, boolean])[],
  end: unknown,
) {
  const { headers = {} } = fields
  const shown = target.length > 60 ? `${target.slice(0, 40)}…` : target
  const lines = [name, `  ${shown}`, ...Object.entries(headers).map(([key, value]) => `  ${key}: ${value}`)]
  return [
    ...lines,
    `  ${steps.map(([step, answer]) => (answer ? step : `-${step}`)).join(' ')}`,
    `  → ${end}`,
  ].join('\n')
}

describe('the ways through the graph', () => {
  it('are those that ways.txt tells; `vitest -u` writes it anew', async () => {
    const told: string[] = []
    for (const [name, target, fields = {}] of ways) {
      const { steps, end } = await follow(app, target, fields)
      told.push(tell(name, target, fields, steps, end))
    }
    await expect(`${told.join('\n\n')}\n`).toMatchFileSnapshot('./ways.txt')
  })
})
