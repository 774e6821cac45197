import { RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, quiet } from '../../decisions/asking.ts'
import { head, overWire, repeatedFields, wireTo } from '../over-wire.ts'

const app = new RestApplication({ logger: quiet })
  .get('/page', () => ({ title: 'A page' }), {
    etag: () => 'v1',
    provides: { 'text/html': () => '<h1>A page</h1>' },
  })
  .get('/seen/{name}', ({ name, requestHeaders }) => ({ value: requestHeaders.get(name) }))
  .post('/json', ({ jsonBody }) => ({ jsonBody }))

describe('RFC 9110 §5.1, field names', () => {
  it('mean the same in any case', async () => {
    for (const name of ['If-None-Match', 'if-none-match', 'IF-NONE-MATCH', 'iF-nOnE-mAtCh'])
      assert.equal((await overWire(app, 'GET /page', `${name}: "v1"`)).status, 304, name)
  })

  it('that nobody knows change nothing', async () => {
    const plain = await ask(app, 'GET /page')
    const odd = await ask(app, 'GET /page', { headers: { 'x-unheard-of': '1', 'if-weather': 'sunny' } })
    assert.equal(odd.status, 200)
    assert.deepEqual([...odd.headers], [...plain.headers])
  })
})

describe('RFC 9110 §5.2, several lines of one field', () => {
  it('are one list, in the order in which they came', async () => {
    const seen = await overWire(
      app,
      'GET /seen/x-list',
      'X-List: a',
      'X-Other: -',
      'x-list: b',
      'X-LIST: c, d',
    )
    assert.deepEqual(seen.json(), { value: 'a, b, c, d' })
  })

  it('count as a whole: the second line of If-None-Match is compared, too', async () => {
    const lines = ['If-None-Match: "v0"', 'If-None-Match: "v1"']
    assert.equal((await overWire(app, 'GET /page', ...lines)).status, 304)
  })
})

describe('RFC 9110 §5.3, the order of fields', () => {
  it('does not matter between fields of different names', async () => {
    const lines = ['Accept: text/html', 'If-None-Match: "v1~html"', 'X-Other: 1']
    assert.equal((await overWire(app, 'GET /page', ...lines)).status, 304)
    assert.equal((await overWire(app, 'GET /page', ...lines.toReversed())).status, 304)
  })

  it('is over before the request is acted upon: a later line may be a condition', async () => {
    let handled = 0
    const counting = new RestApplication().put('/', () => void handled++, { etag: () => 'v2' })
    const wire = await wireTo(counting)
    const [start, rest] = [head('PUT /').slice(0, -2), 'If-Match: "v1"\r\n\r\n']
    wire.send(start)
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.equal(handled, 0)
    assert.equal((await wire.send(rest).response()).status, 412)
    assert.equal(handled, 0)
  })

  it('is not a choice between two lines of what can be only one: neither is believed', async () => {
    const content = (...types: readonly string[]) => types.map((type) => `Content-Type: ${type}`)
    const send = async (...lines: readonly string[]) => {
      const wire = await wireTo(app)
      return (await wire.send(`${head('POST /json', ...lines, 'Content-Length: 1')}1`).response()).status
    }
    assert.equal(await send(...content('application/json')), 200)
    assert.equal(await send(...content('application/json', 'application/json; charset=utf-16')), 415)
  })

  it('has one line for each field of an answer, whoever sets it; Set-Cookie alone has several', async () => {
    const layered = new RestApplication()
      .defaultHeaders(() => ({ 'cache-control': 'no-store', 'content-language': 'en', etag: '"default"' }))
      .dependency('stamped', ({ responseHeaders }) => {
        responseHeaders.set('Cache-Control', 'private')
        responseHeaders.setCookie('a', '1')
        responseHeaders.setCookie('b', '2')
      })
      .get('/', ({ stamped }) =>
        respond({ stamped }, 200, {
          'Content-Type': 'application/vnd.example+json',
          'Cache-Control': 'public',
          ETag: '"own"',
          Date: 'Wed, 01 May 2024 10:00:00 GMT',
        }),
      )
    const answer = await overWire(layered, 'GET /')
    assert.deepEqual(repeatedFields(answer), ['set-cookie'])
    assert.equal(answer.header('cache-control'), 'private')
    assert.equal(answer.header('etag'), '"own"')
    assert.equal(answer.header('content-type'), 'application/vnd.example+json')
  })
})

describe('RFC 9110 §5.5, field values', () => {
  it('begin and end without the white space around them', async () => {
    assert.deepEqual((await overWire(app, 'GET /seen/x-own', 'X-Own: \t  a b \t ')).json(), { value: 'a b' })
    assert.equal((await overWire(app, 'GET /page', 'If-None-Match:\t"v1"  ')).status, 304)
  })

  it.for(['\0', 'a\0b', 'a\rb', 'a\x01b', 'a\x7fb'])(
    'with control characters are refused: %j',
    async (value) => {
      assert.equal((await overWire(app, 'GET /page', `X-Own: ${value}`)).status, 400)
    },
  )

  it('may be empty', async () => {
    assert.deepEqual((await overWire(app, 'GET /seen/x-own', 'X-Own:')).json(), { value: '' })
  })
})
