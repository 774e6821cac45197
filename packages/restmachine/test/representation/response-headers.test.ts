import { RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ResponseHeaders } from '../../src/representation/response-headers.ts'
import { ask, quiet } from '../decisions/asking.ts'

describe('ResponseHeaders', () => {
  it('sets one line, whatever the case of its name', () => {
    const headers = new ResponseHeaders()
    headers.set('X-Count', 1)
    headers.set('x-count', 2)
    assert.deepEqual(headers.lines, ['x-count', '2'])
    assert.equal(headers.get('X-COUNT'), '2')
    assert.isTrue(headers.has('X-Count'))
  })

  it('appends lines of one name, and sets them to one again', () => {
    const headers = new ResponseHeaders()
    headers.append('Set-Cookie', 'a=1')
    headers.append('set-cookie', 'b=2')
    assert.deepEqual(headers.lines, ['set-cookie', 'a=1', 'set-cookie', 'b=2'])
    assert.equal(headers.get('set-cookie'), 'a=1')
    headers.set('set-cookie', 'c=3')
    assert.deepEqual(headers.lines, ['set-cookie', 'c=3'])
  })

  it('deletes every line of a name', () => {
    const headers = new ResponseHeaders()
    headers.append('a', '1')
    headers.append('b', '2')
    headers.append('A', '3')
    headers.delete('A')
    assert.deepEqual(headers.lines, ['b', '2'])
    assert.isNull(headers.get('a'))
    assert.isFalse(headers.has('a'))
  })

  it('refuses what would end the line or the field (RFC 9110 §5.5)', () => {
    const headers = new ResponseHeaders()
    for (const [name, value] of [
      ['x', 'a\r\nb'],
      ['x', '\0'],
      ['x', '€'],
      ['x y', 'a'],
      ['', 'a'],
    ] as const) {
      assert.throws(() => headers.set(name, value), TypeError, 'Cannot set header')
      assert.throws(() => headers.append(name, value), TypeError, 'Cannot set header')
    }
    assert.isEmpty(headers.lines)
  })

  it('takes a name that objects have, too', () => {
    const headers = new ResponseHeaders()
    headers.set('__proto__', 'a')
    assert.equal(headers.get('__proto__'), 'a')
    assert.isNull(headers.get('constructor'))
  })
})

describe('responseHeaders', () => {
  it('reach the response, and win over what the answer brings', async () => {
    const app = new RestApplication()
      .dependency('timer', function* ({ responseHeaders }) {
        yield 0
        responseHeaders.set('x-time', '1 ms')
      })
      .get('/', ({ timer, responseHeaders }) => {
        responseHeaders.set('x-own', timer)
        responseHeaders.append('set-cookie', 'b=2')
        return respond('a', 200, { 'x-own': 'lost', 'set-cookie': 'a=1' })
      })
    const { headers } = await ask(app, 'GET /')
    assert.equal(headers.get('x-own'), '0')
    assert.equal(headers.get('x-time'), '1 ms')
    assert.deepEqual(headers.getSetCookie(), ['a=1', 'b=2'])
  })

  it('reach an error, too', async () => {
    const app = new RestApplication({ logger: quiet }).get('/', ({ responseHeaders }) => {
      responseHeaders.set('x-seen', 'yes')
      throw new Error('broken')
    })
    const response = await ask(app, 'GET /')
    assert.equal(response.status, 500)
    assert.equal(response.headers.get('x-seen'), 'yes')
  })

  it('reach a web Response and an answer that is 304', async () => {
    const app = new RestApplication()
      .authorized(({ responseHeaders }) => {
        responseHeaders.set('x-seen', 'yes')
        return true
      })
      .etag(() => 'v1')
      .get('/', () => new Response('raw'))
    assert.equal((await ask(app, 'GET /')).headers.get('x-seen'), 'yes')
    const unchanged = await ask(app, 'GET /', { headers: { 'if-none-match': '"v1"' } })
    assert.equal(unchanged.status, 304)
    assert.equal(unchanged.headers.get('x-seen'), 'yes')
  })
})
