import { HttpError, RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { quiet } from '../../decisions/asking.ts'
import { head, overWire, wireTo } from '../over-wire.ts'

const app = new RestApplication().get('/note', () => ({ note: 'milk' }))

describe('RFC 9110 §7.6.1, Connection', () => {
  it('may name several options, in any case, among them the one that closes', async () => {
    const wire = await wireTo(app)
    const answer = await wire.send(head('GET /note', 'Connection: x-own, CLOSE', 'X-Own: 1')).response()
    assert.deepEqual([answer.status, answer.header('connection')], [200, 'close'])
    await wire.closed()
  })

  it('is no concern of the next request', async () => {
    const wire = await wireTo(app)
    wire.send(head('GET /note', 'Connection: keep-alive, x-own') + head('GET /note'))
    assert.equal((await wire.response()).status, 200)
    assert.equal((await wire.response()).status, 200)
  })
})

describe('RFC 9110 §7.6.2, Max-Forwards, and §7.6.3, Via', () => {
  it('are for those on the way: an origin server answers as ever', async () => {
    const lines = ['Max-Forwards: 0', 'Via: 1.1 proxy.example']
    assert.equal((await overWire(app, 'OPTIONS /note', ...lines)).status, 204)
    assert.equal((await overWire(app, 'GET /note', ...lines)).status, 200)
  })
})

describe('RFC 9110 §7.8, Upgrade', () => {
  it.for(['websocket', 'h2c', 'TLS/1.0, HTTP/2.0', '?'])(
    'to %s is not made, and the answer is that of HTTP/1.1',
    async (to) => {
      const answer = await overWire(app, 'GET /note', 'Connection: Upgrade', `Upgrade: ${to}`)
      assert.deepEqual([answer.status, answer.header('upgrade')], [200, undefined])
    },
  )

  it('that is not made loses no request behind it unsaid: the connection ends', async () => {
    const wire = await wireTo(app)
    wire.send(head('GET /note', 'Connection: Upgrade', 'Upgrade: websocket') + head('GET /note'))
    assert.equal((await wire.response()).header('connection'), 'close')
    await wire.closed()
  })

  it('to h2c, which clients offer with every request, leaves the connection as it is', async () => {
    const wire = await wireTo(app)
    for (const _ of [1, 2]) {
      const lines = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQ']
      const answer = await wire.send(head('GET /note', ...lines)).response()
      assert.deepEqual([answer.status, answer.header('connection')], [200, 'keep-alive'])
    }
  })

  it.for([
    ['1.1', 'upgrade', false],
    ['1.0', 'upgrade, close', true],
  ] as const)('in an answer is named by Connection, too: HTTP/%s', async ([version, options, closes]) => {
    const needing = new RestApplication({ logger: quiet }).get('/', () => {
      throw new HttpError(426, 'Speak HTTP/3', { headers: { upgrade: 'HTTP/3.0' } })
    })
    const wire = await wireTo(needing)
    const answer = await wire.ask(`GET / HTTP/${version}`, 'Host: localhost').response()
    assert.deepEqual(
      [answer.status, answer.header('upgrade'), answer.header('connection')],
      [426, 'HTTP/3.0', options],
    )
    if (closes) await wire.closed()
    else assert.equal((await wire.send(head('GET /')).response()).status, 426)
  })

  it('of content is not made either, and the content is read', async () => {
    const taking = new RestApplication().post('/', ({ textBody }) => ({ textBody }))
    const wire = await wireTo(taking)
    const lines = ['Connection: Upgrade', 'Upgrade: h2c', 'Content-Type: text/plain', 'Content-Length: 4']
    assert.deepEqual((await wire.send(`${head('POST /', ...lines)}milk`).response()).json(), {
      textBody: 'milk',
    })
  })
})
