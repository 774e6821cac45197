import { html, RestApplication, respond, streams } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, json, quiet } from '../../decisions/asking.ts'

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const CHARSETS = { 'utf-8': true, 'ISO-8859-1': latin1 } as const

const app = new RestApplication({ logger: quiet })
  .charsets(CHARSETS)
  .resource('/text', (text) =>
    text
      .etag(() => 'v1')
      .get(() => 'grün', { provides: { 'text/plain': ({ result }) => result } })
      .put(() => undefined),
  )
  .get('/page', () => html`<p>grün</p>`, { etag: () => 'v1' })
  .get('/data', () => ({ colour: 'grün' }))
  .get('/own', () => respond('grün', 200, { 'content-type': 'text/plain; charset=utf-8' }))
  .get('/items', () => ['grün', 'blau'], {
    provides: {
      'text/plain': async function* ({ result }) {
        yield* result
      },
    },
  })
  .get(
    '/events',
    async function* () {
      yield { colour: 'grün' }
    },
    { provides: streams() },
  )
  .resource('/strict', (strict) => strict.charsets(CHARSETS, { strict: true }).get(() => 'grün'))
const without = new RestApplication({ logger: quiet }).get('/', () => html`<p>grün</p>`)

const asking = (charset: string, headers: Record<string, string> = {}) => ({
  headers: { 'accept-charset': charset, accept: 'text/*, */*;q=0.1', ...headers },
})
const LATIN1 = asking('iso-8859-1, utf-8;q=0.5')
const textOf = async (response: Response, charset: string) =>
  new TextDecoder(charset, { fatal: true }).decode(await response.bytes())

describe('RFC 9110 §12.5.2, Accept-Charset where charsets are declared', () => {
  it.for([
    ['/text', 'text/plain;charset=iso-8859-1', 'grün'],
    ['/page', 'text/html; charset=iso-8859-1', '<p>grün</p>'],
    ['/items', 'text/plain;charset=iso-8859-1', 'grünblau'],
  ] as const)('gets text in the charset that is wanted most: %s', async ([path, type, text]) => {
    const response = await expectStatus(app, `GET ${path}`, 200, LATIN1)
    assert.equal(response.headers.get('content-type'), type)
    assert.include(response.headers.get('vary') ?? '', 'accept-charset')
    assert.equal(await textOf(response, 'iso-8859-1'), text)
  })

  it('gets UTF-8 where nobody says otherwise, with the field in Vary', async () => {
    for (const response of [await ask(app, 'GET /page'), await ask(app, 'GET /page', asking('*'))]) {
      assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
      assert.include(response.headers.get('vary') ?? '', 'accept-charset')
      assert.equal(await textOf(response, 'utf-8'), '<p>grün</p>')
    }
  })

  it('gets the first when none fits, for that is better than nothing', async () => {
    const response = await expectStatus(app, 'GET /page', 200, asking('koi8-r'))
    assert.equal(await textOf(response, 'utf-8'), '<p>grün</p>')
  })

  it('gets 406 when none fits and that is what was declared', async () => {
    const response = await expectStatus(app, 'GET /strict', 406, asking('koi8-r', { accept: '*/*' }))
    const { detail } = (await response.json()) as { detail: string }
    assert.equal(detail, 'Charsets there are: utf-8, iso-8859-1')
    assert.include(response.headers.get('vary') ?? '', 'accept-charset')
    await expectStatus(app, 'GET /strict', 200, asking('koi8-r, *;q=0.1', { accept: '*/*' }))
  })

  it('leaves what is UTF-8 whatever anybody wants: JSON (RFC 8259 §8.1) and events (HTML §9.2.5)', async () => {
    const data = await expectStatus(app, 'GET /data', 200, LATIN1)
    assert.equal(data.headers.get('content-type'), 'application/json')
    assert.deepEqual(await data.json(), { colour: 'grün' })
    const headers = { ...LATIN1.headers, accept: 'text/event-stream' }
    const events = await expectStatus(app, 'GET /events', 200, { headers })
    assert.equal(events.headers.get('content-type'), 'text/event-stream;charset=utf-8')
    assert.equal(await textOf(events, 'utf-8'), 'data: {"colour":"grün"}\n\n')
  })

  it('leaves what names its own', async () => {
    const response = await expectStatus(app, 'GET /own', 200, LATIN1)
    assert.equal(await textOf(response, 'utf-8'), 'grün')
  })

  it('is passed over where none are declared', async () => {
    const response = await expectStatus(without, 'GET /', 200, asking('iso-8859-1'))
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.isNull(response.headers.get('vary'))
  })

  it('gives HEAD the fields of GET', async () => {
    const [get, head] = [await ask(app, 'GET /text', LATIN1), await ask(app, 'HEAD /text', LATIN1)]
    assert.deepEqual([...head.headers], [...get.headers])
    assert.equal(head.headers.get('content-length'), '4')
  })
})

describe('RFC 9110 §8.8.3.3, entity tags of charsets', () => {
  it.for(['/text', '/page'])('are others for other bytes: %s', async (path) => {
    const tags = []
    for (const sent of [asking('utf-8'), LATIN1])
      tags.push((await ask(app, `GET ${path}`, sent)).headers.get('etag') ?? '')
    assert.equal(tags[1], tags[0]?.replace(/"$/, '~iso-8859-1"'))
    const [plain = '', other = ''] = tags
    await expectStatus(app, `GET ${path}`, 304, asking('utf-8', { 'if-none-match': plain }))
    await expectStatus(app, `GET ${path}`, 304, asking('iso-8859-1', { 'if-none-match': other }))
    await expectStatus(app, `GET ${path}`, 200, asking('utf-8', { 'if-none-match': other }))
  })

  it('hold all the same for a write', async () => {
    for (const tag of ['"v1"', '"v1~iso-8859-1"', '"v1~plain~iso-8859-1"'])
      await expectStatus(app, 'PUT /text', 204, json({}, { 'if-match': tag }))
    await expectStatus(app, 'PUT /text', 412, json({}, { 'if-match': '"v1~koi8-r"' }))
  })
})

describe('charsets of a layer', () => {
  it('that cannot be had are refused', () => {
    const bad = new RestApplication()
    assert.throws(() => bad.charsets({}), TypeError, 'at least one is needed')
    assert.throws(() => bad.charsets({ 'koi8-r': true }), TypeError, '"koi8-r" needs a function')
  })

  it('whose function fails is a 500', async () => {
    const broken = new RestApplication({ logger: quiet })
      .charsets({
        'utf-8': true,
        'koi8-r': () => {
          throw new Error('no such letter')
        },
      })
      .get('/', () => html`<p>grün</p>`)
    const response = await expectStatus(broken, 'GET /', 500, asking('koi8-r'))
    assert.notInclude(await response.text(), 'no such letter')
  })
})
