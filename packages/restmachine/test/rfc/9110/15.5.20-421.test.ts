import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { expectStatus, quiet } from '../../decisions/asking.ts'
import { wireTo } from '../over-wire.ts'

const app = new RestApplication({
  logger: quiet,
  hosts: ['api.example.com', 'localhost:8000', '*.example.org'],
})
  .get('/', () => ({ ok: true }))
  .get('/bypassed', () => ({ ok: true }), { bypassStateMachine: true })

const statusOver = async (start: string, ...lines: readonly string[]): Promise<number> => {
  const wire = await wireTo(app)
  return (await wire.send(`${[start, ...lines].join('\r\n')}\r\n\r\n`).response()).status
}

describe('RFC 9110 §7.4 and §15.5.20, 421 Misdirected Request', () => {
  it.for([
    ['api.example.com', 200],
    ['API.EXAMPLE.COM:8080', 200],
    ['localhost:8000', 200],
    ['a.example.org', 200],
    ['localhost', 421],
    ['localhost:8001', 421],
    ['example.org', 421],
    ['evil.test', 421],
    ['127.0.0.1', 421],
    ['', 400],
    ['a b', 400],
  ] as const)('is the answer to a request for another host: %s is %i', async ([host, status]) => {
    assert.equal(await statusOver('GET / HTTP/1.1', `Host: ${host}`), status)
  })

  it('is the answer for paths that lead nowhere, too', async () => {
    assert.equal(await statusOver('GET /absent HTTP/1.1', 'Host: evil.test'), 421)
    assert.equal(await statusOver('GET /absent HTTP/1.1', 'Host: api.example.com'), 404)
    assert.equal(await statusOver('OPTIONS / HTTP/1.1', 'Host: evil.test'), 421)
  })

  it('says so as a problem', async () => {
    const wire = await wireTo(app)
    const response = await wire.ask('GET / HTTP/1.1', 'Host: evil.test').response()
    assert.equal(response.header('content-type'), 'application/problem+json')
    assert.equal(response.json().title, 'Misdirected Request')
  })

  it('does not concern HTTP/1.0, which need not name a host, whoever asked before', async () => {
    for (let time = 0; time < 2; time++) {
      assert.equal(await statusOver('GET / HTTP/1.0'), 200)
      assert.equal(await statusOver('GET / HTTP/1.1', 'Host: api.example.com'), 200)
    }
    assert.equal(await statusOver('GET / HTTP/1.0', 'Host: evil.test'), 421)
  })

  it('is decided by the address of a web request, where there is no Host', async () => {
    const ask = async (url: string, headers = {}) => (await app.fetch(new Request(url, { headers }))).status
    assert.equal(await ask('https://api.example.com/'), 200)
    assert.equal(await ask('https://API.example.com:444/?a=b'), 200)
    assert.equal(await ask('http://localhost:8000/'), 200)
    assert.equal(await ask('http://localhost/'), 421)
    assert.equal(await ask('https://evil.test/'), 421)
    assert.equal(await ask('https://evil.test?api.example.com'), 421)
    // Where it is there, it counts: the address may be that of a proxy.
    assert.equal(await ask('https://evil.test/', { host: 'api.example.com' }), 200)
    assert.equal(await ask('https://api.example.com/', { host: 'evil.test' }), 421)
  })

  it('is decided by the target in absolute form, whatever Host says (RFC 9112 §3.2.2)', async () => {
    const good = 'Host: api.example.com'
    for (const [target, host, status] of [
      ['http://evil.test/', good, 421],
      ['HTTP://evil.test:80?a=b', good, 421],
      ['http://localhost:8001/', 'Host: localhost:8000', 421],
      ['http://api.example.com/', 'Host: evil.test', 200],
      ['http://API.example.com:8080/', 'Host: evil.test', 200],
      ['http://evil.test/bypassed', 'Host: evil.test', 200],
      ['http://evil.test@api.example.com/', good, 400],
      ['//evil.test', good, 404],
      // What is wrong with Host is wrong with the message (RFC 9112 §3.2).
      ['http://api.example.com/', 'Host: a b', 400],
      ['http://api.example.com/', 'Host:', 400],
      ['http://api.example.com/', `${good}\r\n${good}`, 400],
      ['http://api.example.com/', 'X-Host: api.example.com', 400],
    ] as const)
      assert.equal(await statusOver(`GET ${target} HTTP/1.1`, host), status, `${target} with ${host}`)
    assert.equal(await statusOver('GET http://evil.test/ HTTP/1.0'), 421)
    assert.equal(await statusOver('GET http://api.example.com/ HTTP/1.0', 'X-A: b'), 200)
  })

  it('goes by one host only: that of the target is what handlers see, too', async () => {
    const wire = await wireTo(
      new RestApplication({ logger: quiet }).get('/', ({ request, requestHeaders }) => ({
        host: requestHeaders.get('host'),
        all: [...requestHeaders].filter(([name]) => name === 'host'),
        raw: [request.raw.url, request.raw.headers.get('host')],
      })),
    )
    const response = await wire.ask('GET http://there:81/ HTTP/1.1', 'hOST: here', 'X-A: here').response()
    assert.deepEqual(response.json(), {
      host: 'there:81',
      all: [['host', 'there:81']],
      raw: ['http://there:81/', 'there:81'],
    })
  })

  it('does not exist where no hosts are named', async () => {
    await expectStatus(
      new RestApplication({ logger: quiet }).get('/', () => 1),
      'GET /',
      200,
    )
  })

  it('cannot be had for what is no host', () => {
    for (const host of ['https://api.example.com', '*', 'a b'])
      assert.throws(
        () => new RestApplication({ hosts: [host] }).get('/', () => 1).startup(),
        TypeError,
        `Cannot serve hosts: "api.example.com", "localhost:8000" or "*.example.com" is needed, got "${host}"`,
      )
  })
})
