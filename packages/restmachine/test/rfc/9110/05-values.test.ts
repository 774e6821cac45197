import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet, statusesOf } from '../../decisions/asking.ts'
import { overWire } from '../over-wire.ts'

const MODIFIED = new Date('2024-05-01T10:00:00Z')

const app = new RestApplication({ logger: quiet })
  .get('/page', () => ({ title: 'A page' }), {
    etag: () => 'v1',
    provides: { 'text/html': () => '<h1>A page</h1>' },
  })
  .get('/spoken', ({ language }) => ({ language }))
  .get('/dated', () => ({ dated: true }), { lastModified: () => MODIFIED })
  .post('/text', ({ textBody }) => ({ textBody }))
  .languages(['en', 'de'])

const typeFor = async (accept: string) =>
  (await ask(app, 'GET /page', { headers: { accept } })).headers.get('content-type')

const HTML = 'text/html;charset=utf-8'

describe('RFC 9110 §5.6.1, lists', () => {
  it('may have empty members, which count for nothing', async () => {
    assert.equal(await typeFor(', ,text/html,,'), HTML)
    assert.deepEqual(
      await statusesOf(
        app,
        ['GET /page', { headers: { 'if-none-match': ', ,"v0",, "v1" ,' } }],
        ['GET /page', { headers: { 'if-match': ',,"v0" , ,' } }],
      ),
      [304, 412],
    )
    const spoken = await ask(app, 'GET /spoken', { headers: { 'accept-language': ',,de, ,' } })
    assert.deepEqual(await spoken.json(), { language: 'de' })
  })

  it('that are sent have no empty member', async () => {
    const lists = ['allow', 'vary', 'accept-post', 'accept-patch']
    for (const target of ['GET /page', 'OPTIONS /page', 'POST /page', 'GET /absent', 'PUT /text']) {
      const { headers } = await ask(app, target)
      for (const name of lists) {
        const members = headers.get(name)?.split(',') ?? ['-']
        assert.notInclude(
          members.map((member) => member.trim()),
          '',
          `${name} of ${target}`,
        )
      }
    }
  })

  it('are parted by commas with or without white space', async () => {
    for (const list of ['"v0","v1"', '"v0" , "v1"', '"v0"\t,\t"v1"', '"v0",   "v1"'])
      await expectStatus(app, 'GET /page', 304, { headers: { 'if-none-match': list } })
  })
})

describe('RFC 9110 §5.6.4, quoted strings', () => {
  it('are not parted by the commas and semicolons within them', async () => {
    assert.equal(
      await typeFor('image/png;note="a, text/html;q=1, b", application/json;q=0.5'),
      'application/json',
    )
    await expectStatus(app, 'GET /page', 200, { headers: { 'if-none-match': '"v0,"' } })
  })

  it('mean what they mean without backslashes', async () => {
    const headers = { 'content-type': 'text/plain; charset="iso-8859\\-1"' }
    const answer = await expectStatus(app, 'POST /text', 200, { headers, body: new Uint8Array([0xfc]) })
    assert.deepEqual(await answer.json(), { textBody: 'ü' })
  })
})

describe('RFC 9110 §5.6.6, parameters', () => {
  it.for([
    'text/plain;charset=iso-8859-1',
    'text/plain; CHARSET=iso-8859-1',
    'text/plain ;\t charset=ISO-8859-1',
    'text/plain;charset="iso-8859-1"',
    'text/plain;; charset=iso-8859-1 ;',
  ])('have names in any case, values with or without quotes, and white space around: %s', async (type) => {
    const sent = { headers: { 'content-type': type }, body: new Uint8Array([0xfc]) }
    assert.deepEqual(await (await expectStatus(app, 'POST /text', 200, sent)).json(), { textBody: 'ü' })
  })
})

describe('RFC 9110 §5.6.7, dates', () => {
  const short = (years: number) => {
    const year = String((new Date().getUTCFullYear() + years) % 100).padStart(2, '0')
    return { headers: { 'if-modified-since': `Wednesday, 01-May-${year} 10:00:00 GMT` } }
  }

  it('with two digits for the year lie in the past when they would lie more than 50 years ahead', async () => {
    assert.deepEqual(await statusesOf(app, ['GET /dated', short(51)], ['GET /dated', short(49)]), [200, 304])
  })

  it('are case-sensitive', async () => {
    const dates = ['Wed, 01 May 2024 10:00:00 GMT', 'wed, 01 may 2024 10:00:00 gmt']
    const sent = dates.map((date) => ['GET /dated', { headers: { 'if-modified-since': date } }] as const)
    assert.deepEqual(await statusesOf(app, ...sent), [304, 200])
  })

  it('that are sent have the one form with four digits and GMT', async () => {
    const { headers } = await ask(app, 'GET /dated')
    assert.equal(headers.get('last-modified'), 'Wed, 01 May 2024 10:00:00 GMT')
    assert.match(
      (await overWire(app, 'GET /dated')).header('date') ?? '',
      /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z][a-z] \d{4} \d\d:\d\d:\d\d GMT$/,
    )
  })
})
