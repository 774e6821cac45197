import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { createLog } from '../../application/asking.ts'
import { ask, expectStatus, quiet } from '../../decisions/asking.ts'

const choices = [
  { uri: '/page.de', type: 'text/html', language: 'de', title: 'Grüße' },
  { uri: '/größe und mehr', title: 'a "quoted" title' },
]
let handled = 0
const app = new RestApplication({ logger: quiet })
  .provides('text/html', () => '<p>page</p>')
  .resource('/page', (page) =>
    page
      .multipleChoices(() => choices)
      .get(() => {
        handled++
        return {}
      })
      .post(() => ({ made: true })),
  )
  .get('/address', () => ({}), { multipleChoices: () => '/grün' })
  .get('/none', () => ({ page: 1 }), { multipleChoices: () => [] })
  .get('/absent', () => ({ page: 1 }), { multipleChoices: () => undefined })
  .get('/later', () => ({}), { multipleChoices: async () => choices })
  .get('/missing', () => ({}), { resourceExists: () => false, multipleChoices: () => choices })

const LINK =
  `</page.de>; rel="alternate"; type="text/html"; hreflang="de"; title*=UTF-8''Gr%C3%BC%C3%9Fe, ` +
  '</gr%C3%B6%C3%9Fe%20und%20mehr>; rel="alternate"; title="a \\"quoted\\" title"'

describe('RFC 9110 §15.4.1, 300 Multiple Choices', () => {
  it.for(['/page', '/later'])('lists what there is, for programs: %s', async (path) => {
    const response = await expectStatus(app, `GET ${path}`, 300)
    assert.equal(response.headers.get('content-type'), 'application/json')
    assert.equal(response.headers.get('link'), LINK)
    assert.equal(response.headers.get('vary'), 'accept')
    assert.isNull(response.headers.get('location'))
    const [first, second] = choices
    assert.deepEqual(await response.json(), {
      choices: [first, { ...second, uri: '/gr%C3%B6%C3%9Fe%20und%20mehr' }],
    })
    assert.equal(handled, 0)
  })

  it('lists it for people who ask for HTML', async () => {
    const response = await expectStatus(app, 'GET /page', 300, { headers: { accept: 'text/html' } })
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(response.headers.get('link'), LINK)
    const page = await response.text()
    assert.include(page, '<a href="/page.de">Grüße</a> (text/html, de)')
    assert.include(page, '<a href="/gr%C3%B6%C3%9Fe%20und%20mehr">')
  })

  it('comes after negotiation: what no representation satisfies is 406, unless the route does not negotiate', async () => {
    const sent = { headers: { accept: 'text/html' } }
    const programs = new RestApplication({ logger: quiet })
      .get('/', () => ({}), { multipleChoices: () => choices })
      .get('/any', () => ({}), { multipleChoices: () => choices, skipContentNegotiation: true })
    await expectStatus(programs, 'GET /', 406, sent)
    const { headers } = await expectStatus(programs, 'GET /any', 300, sent)
    assert.equal(headers.get('content-type'), 'text/html; charset=utf-8')
  })

  it('gives HEAD the fields of GET', async () => {
    const [get, head] = [await ask(app, 'GET /page'), await expectStatus(app, 'HEAD /page', 300)]
    assert.deepEqual([...head.headers], [...get.headers])
    assert.equal((await head.bytes()).length, 0)
  })

  it('escapes what no URI has, so that nothing ends the address before its time', async () => {
    const uri = '/a>; rel="evil", </b'
    const odd = new RestApplication({ logger: quiet }).get('/', () => 1, { multipleChoices: () => [{ uri }] })
    const { headers } = await expectStatus(odd, 'GET /', 300)
    assert.equal(headers.get('link'), '</a%3E;%20rel=%22evil%22,%20%3C/b>; rel="alternate"')
  })

  it('names the preferred one in Location, when there is one', async () => {
    const response = await expectStatus(app, 'GET /address', 300)
    assert.equal(response.headers.get('location'), '/gr%C3%BCn')
  })

  it('is not the answer where there is nothing to choose, and not to a write', async () => {
    await expectStatus(app, 'GET /none', 200)
    await expectStatus(app, 'GET /absent', 200)
    await expectStatus(app, 'GET /missing', 404)
    await expectStatus(app, 'POST /page', 200)
  })

  it.for([
    [
      [{ url: '/page' }],
      'Cannot offer choices: each needs a uri, such as { uri: \'/page.de\' }, got {"url":"/page"}',
    ],
    [['/page'], 'Cannot offer choices: each needs a uri, such as { uri: \'/page.de\' }, got "/page"'],
    [[null], "Cannot offer choices: each needs a uri, such as { uri: '/page.de' }, got null"],
  ] as const)('that cannot be offered is a 500, whose reason is in the log: %j', async ([list, message]) => {
    const log = createLog()
    const wrong = new RestApplication({ logger: log }).get('/', () => 1, { multipleChoices: () => list })
    await expectStatus(wrong, 'GET /', 500)
    assert.deepEqual(
      log.lines.map(({ details }) => (details as Error).message),
      [message],
    )
  })
})
