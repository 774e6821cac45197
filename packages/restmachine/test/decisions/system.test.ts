import { RestApplication, retryAfter } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, statusesOf } from './asking.ts'

const app = new RestApplication().get('/', () => 'hello').get('/*rest', ({ rest }) => rest)

describe('RFC 9110 §15.6.4, 503 Service Unavailable', () => {
  it('comes with Retry-After, also when the application gives no time', async () => {
    const closed = new RestApplication().serviceAvailable(() => false).get('/', () => 'hello')
    const response = await expectStatus(closed, 'GET /', 503)
    assert.equal(response.headers.get('retry-after'), '10')
  })

  it('tells the time that the application gives, as seconds or as a date', async () => {
    const seconds = new RestApplication().serviceAvailable(async () => retryAfter(120)).get('/', () => '')
    assert.equal((await expectStatus(seconds, 'GET /', 503)).headers.get('retry-after'), '120')
    const date = new RestApplication()
      .serviceAvailable(() => retryAfter(new Date('2030-01-02T03:04:05Z')))
      .get('/', () => '')
    assert.equal(
      (await expectStatus(date, 'GET /', 503)).headers.get('retry-after'),
      'Wed, 02 Jan 2030 03:04:05 GMT',
    )
  })

  it('is answered before anything else is asked, also where nothing is', async () => {
    const closed = new RestApplication()
      .serviceAvailable(() => undefined)
      .forbidden(() => true)
      .get('/', () => 'hello')
    assert.deepEqual(
      await statusesOf(closed, ['GET /'], ['GET /nowhere'], ['BREW /'], ['GET /%zz']),
      [503, 503, 503, 503],
    )
  })
})

describe('RFC 9110 §15.6.2, 501 Not Implemented', () => {
  it('answers a method that this server does not know', async () => {
    await expectStatus(app, 'BREW /', 501)
    await expectStatus(app, 'get2 /', 501)
  })

  it('knows a method that some route takes, and is case-sensitive about it (§9.1)', async () => {
    const kettle = new RestApplication().route('BREW', '/pot', () => 'tea').get('/', () => 'hello')
    assert.deepEqual(
      await statusesOf(kettle, ['BREW /pot'], ['BREW /'], ['brew /pot'], ['BREW /x']),
      [200, 405, 501, 404],
    )
  })

  it('answers where the application does not know a method', async () => {
    const strict = new RestApplication()
      .knownMethod(({ request }) => request.method !== 'PATCH')
      .get('/', () => 'hello')
      .patch('/', () => 'changed')
    assert.deepEqual(await statusesOf(strict, ['GET /'], ['PATCH /']), [200, 501])
  })
})

describe('RFC 9112 §3, 400 to a target that two readers could read differently', () => {
  it.for([
    ['a broken escape', '/%zz'],
    ['bytes that are no UTF-8', '/%ff'],
    ['a slash hidden in a segment', '/a%2Fb'],
    ['a backslash hidden in a segment', '/a%5Cb'],
    ['a control character', '/a%00'],
    ['dot segments hidden in escapes', '/a/%2e%2e%2Fb'],
  ])('refuses %s', async ([, path]) => {
    await expectStatus(app, `GET ${path}`, 400)
  })

  it('keeps the target out of the way of handlers once it is read', async () => {
    const response = await expectStatus(app, 'GET /caf%C3%A9/a%20b?x=%zz', 200)
    assert.equal(await response.json(), 'café/a b')
  })
})

describe('RFC 9110 §15.5.15, 414 URI Too Long', () => {
  const targetOf = (length: number): string => `/${'a'.repeat(length - 1)}`

  it('takes 8192 characters and not one more', async () => {
    await expectStatus(app, `GET ${targetOf(8192)}`, 200)
    const response = await expectStatus(app, `GET ${targetOf(8193)}`, 414)
    assert.equal((await response.json()).detail, 'At most 8192 characters are taken')
  })

  it('counts the query, too', async () => {
    await expectStatus(app, `GET /?${'q'.repeat(8190)}`, 200)
    await expectStatus(app, `GET /?${'q'.repeat(8191)}`, 414)
  })

  it('is asked where no route is, too', async () => {
    const small = new RestApplication({ maxUriLength: 10 }).get('/', () => 'hello')
    assert.deepEqual(await statusesOf(small, ['GET /123456789'], ['GET /1234567890']), [404, 414])
  })

  it('answers where the application finds a target too long', async () => {
    const strict = new RestApplication()
      .uriTooLong(async ({ queryParams }) => queryParams.size > 1)
      .get('/', () => 'hello')
    assert.deepEqual(await statusesOf(strict, ['GET /?a=1'], ['GET /?a=1&b=2']), [200, 414])
  })
})

describe('RFC 6585 §5, 431 Request Header Fields Too Large', () => {
  const fields = (count: number): (readonly [string, string])[] =>
    Array.from({ length: count }, (_, index) => [`x-field-${index}`, 'a'] as const)

  it('takes 100 field lines and not one more', async () => {
    await expectStatus(app, 'GET /', 200, { headers: fields(100) })
    const response = await expectStatus(app, 'GET /', 431, { headers: fields(101) })
    assert.equal((await response.json()).detail, 'At most 100 header field lines are taken')
  })

  it('takes as many as the application says', async () => {
    const small = new RestApplication({ maxHeaderFields: 3 }).get('/', () => 'hello')
    assert.deepEqual(
      await statusesOf(small, ['GET /', { headers: fields(3) }], ['GET /', { headers: fields(4) }]),
      [200, 431],
    )
  })
})

describe('RFC 9112 §3.2, 400 to a Host that is none', () => {
  it.for(['a, b', 'user@example.com', 'example.com/path', 'example.com:99999', '[::1', ''])(
    'refuses "%s"',
    async (host) => {
      await expectStatus(app, 'GET /', 400, { headers: { host } })
    },
  )

  it.for(['example.com', 'example.com:8080', '[::1]:80', 'EXAMPLE.com.'])('takes "%s"', async (host) => {
    await expectStatus(app, 'GET /', 200, { headers: { host } })
  })

  it('refuses a bad one between two good ones', async () => {
    const good = { headers: { host: 'example.com' } }
    const bad = { headers: { host: 'exa mple' } }
    assert.deepEqual(await statusesOf(app, ['GET /', good], ['GET /', bad], ['GET /', good]), [200, 400, 200])
  })
})

describe('RFC 9110 §10.1.1, 417 Expectation Failed', () => {
  it('knows 100-continue, in any case, and no other expectation', async () => {
    const expecting = (expect: string) => ['GET /', { headers: { expect } }] as const
    assert.deepEqual(
      await statusesOf(app, expecting('100-continue'), expecting('100-Continue'), expecting('miracles')),
      [200, 200, 417],
    )
  })
})

describe('RFC 9110 §15.5.1, 400 where the application finds the request malformed', () => {
  it('tells the sentence that the application gives, and no other', async () => {
    const strict = new RestApplication()
      .malformedRequest(({ queryParams }) => (queryParams.has('page') ? undefined : 'Which page?'))
      .get('/', () => 'hello')
    assert.equal((await (await expectStatus(strict, 'GET /', 400)).json()).detail, 'Which page?')
    await expectStatus(strict, 'GET /?page=1', 200)
    const silent = new RestApplication().malformedRequest(async () => true).get('/', () => 'hello')
    assert.notProperty(await (await expectStatus(silent, 'GET /', 400)).json(), 'detail')
  })
})

describe('RFC 9110 §15.5.5, 404 Not Found', () => {
  it('answers where no route is, whatever the method', async () => {
    const small = new RestApplication().get('/a', () => 'a')
    assert.deepEqual(
      await statusesOf(small, ['GET /b'], ['POST /b'], ['OPTIONS /b'], ['HEAD /b']),
      [404, 404, 404, 404],
    )
    assert.equal((await ask(small, 'HEAD /b')).body, null)
  })
})

describe('uriTooLong', () => {
  const refusing = (answer: unknown) => new RestApplication().uriTooLong(() => answer).get('/', () => 'hello')
  const detailOf = async (answer: unknown) => (await (await ask(refusing(answer), 'GET /')).json()).detail

  it('says what the application says, and nothing of a limit that was not met', async () => {
    assert.equal(await detailOf('No more than three segments'), 'No more than three segments')
    assert.isUndefined(await detailOf(true))
    assert.isUndefined(await detailOf(''))
  })
})
