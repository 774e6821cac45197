import { RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { quiet } from '../../decisions/asking.ts'
import { head, overWire, repeatedFields, wireTo } from '../over-wire.ts'

const app = new RestApplication({ logger: quiet })
  .get('/note', () => ({ note: 'milk' }), { etag: () => 'v1' })
  .get('/nothing', () => undefined)
  .get('/reset', () => respond({ ignored: true }, 205))
  .get('/stream', () => new Blob(['streamed']).stream())
  .get('/broken', () => {
    throw new Error('broken')
  })
  .get('/moved', () => undefined, { resourceExists: () => false, movedTemporarily: () => '/note' })
  .get('/dated', () => respond({}, 200, { date: 'Wed, 01 May 2024 10:00:00 GMT' }))
  .post('/fields', ({ textBody, requestHeaders }) => ({
    textBody,
    names: [...requestHeaders].map(([name]) => name),
  }))
  .put('/guarded', () => ({ written: true }), { etag: () => 'v2' })
  .post('/private', ({ requestHeaders }) => ({ key: requestHeaders.get('authorization') }), {
    authorized: ({ requestHeaders }) => requestHeaders.has('authorization'),
  })

describe('RFC 9110 §6.4.1, answers without content', () => {
  it('end with their head, and the next answer follows at once', async () => {
    const wire = await wireTo(app)
    const requests = [
      ['HEAD', '/note', 200],
      ['HEAD', '/stream', 200],
      ['HEAD', '/absent', 404],
      ['HEAD', '/broken', 500],
      ['GET', '/nothing', 204],
      ['GET', '/reset', 205],
      ['GET', '/note', 304],
      ['GET', '/note', 200],
    ] as const
    const fields = (status: number) => (status === 304 ? ['If-None-Match: "v1"'] : [])
    wire.send(requests.map(([method, path, status]) => head(`${method} ${path}`, ...fields(status))).join(''))
    for (const [method, path, status] of requests) {
      const answer = await wire.response(method)
      assert.equal(answer.status, status, `${method} ${path}`)
      if (status === 200 && method === 'GET') assert.deepEqual(answer.json(), { note: 'milk' })
    }
    assert.equal(wire.rest, '')
  })
})

const chunked = (target: string, trailers: readonly string[], ...lines: readonly string[]) =>
  [
    head(target, 'Transfer-Encoding: chunked', 'Content-Type: text/plain', ...lines),
    '4\r\nmilk\r\n0\r\n',
    ...trailers.map((line) => `${line}\r\n`),
    '\r\n',
  ].join('')

describe('RFC 9110 §6.5.1, trailer fields of a request', () => {
  it('are never taken for header fields', async () => {
    const wire = await wireTo(app)
    wire.send(chunked('POST /fields', ['X-Late: 1', 'Host: elsewhere'], 'Trailer: X-Late'))
    const { textBody, names } = (await wire.response()).json()
    assert.equal(textBody, 'milk')
    assert.deepEqual(names, ['host', 'transfer-encoding', 'content-type', 'trailer'])
  })

  it('can neither let somebody in nor state a condition', async () => {
    const status = async (request: string) => (await (await wireTo(app)).send(request).response()).status
    assert.equal(await status(chunked('POST /private', ['Authorization: Bearer secret'])), 401)
    assert.equal(await status(chunked('PUT /guarded', ['If-Match: "v1"'])), 200)
    assert.equal(await status(chunked('PUT /guarded', [], 'If-Match: "v1"')), 412)
  })

  it('do not disturb the next request', async () => {
    const wire = await wireTo(app)
    wire.send(chunked('POST /fields', ['X-Late: 1']) + head('GET /note'))
    assert.equal((await wire.response()).status, 200)
    assert.deepEqual((await wire.response()).json(), { note: 'milk' })
  })
})

describe('RFC 9110 §6.6.1, Date', () => {
  it.for([
    ['GET /note', 200],
    ['HEAD /note', 200],
    ['GET /nothing', 204],
    ['GET /moved', 307],
    ['GET /absent', 404],
    ['PUT /note', 405],
    ['GET /broken', 500],
    ['LOCK /note', 501],
  ] as const)('comes with the time of every answer: %s is %i', async ([target, status]) => {
    const before = Math.floor(Date.now() / 1000) * 1000
    const answer = await overWire(app, target)
    assert.equal(answer.status, status)
    const time = Date.parse(answer.header('date') ?? '')
    assert.isAtLeast(time, before - 1000)
    assert.isAtMost(time, Date.now())
  })

  it('comes with 304, whose stored answer is updated by it', async () => {
    const answer = await overWire(app, 'GET /note', 'If-None-Match: "v1"')
    assert.equal(answer.status, 304)
    assert.isString(answer.header('date'))
  })

  it('is that of the application when it says one', async () => {
    const answer = await overWire(app, 'GET /dated')
    assert.equal(answer.header('date'), 'Wed, 01 May 2024 10:00:00 GMT')
    assert.deepEqual(repeatedFields(answer), [])
  })

  it.for(['GET /a b HTTP/1.1', 'GET / HTTP/3.0', 'nonsense'])(
    'comes with a message that is none: %s',
    async (line) => {
      const wire = await wireTo(app)
      const answer = await wire.ask(line, 'Host: localhost').response()
      assert.isAtLeast(answer.status, 400)
      assert.isString(answer.header('date'))
    },
  )
})
