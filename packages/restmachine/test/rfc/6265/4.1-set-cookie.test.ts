import { type CookieAttributes, RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet } from '../../decisions/asking.ts'
import { overWire } from '../over-wire.ts'

async function set(name: string, value: string, attributes: CookieAttributes = {}): Promise<string | null> {
  const app = new RestApplication({ logger: quiet }).get('/', ({ responseHeaders }) =>
    responseHeaders.setCookie(name, value, attributes),
  )
  const response = await ask(app, 'GET /')
  return response.status === 204 ? response.headers.get('set-cookie') : String(response.status)
}

const PAIR = /^[\w!#$%&'*+.^`|~-]+=[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/

describe('RFC 6265 §4.1.1, the syntax of Set-Cookie', () => {
  it('is a pair and attributes, parted by a semicolon and one space', async () => {
    const attributes = {
      path: '/a',
      domain: 'example.com',
      maxAge: 60,
      secure: true,
      httpOnly: true,
    } as const
    assert.equal(
      await set('sid', '31d4', { ...attributes, sameSite: 'lax' }),
      'sid=31d4; Domain=example.com; Path=/a; Max-Age=60; Secure; HttpOnly; SameSite=Lax',
    )
  })

  it.for(['a b', 'a;b', 'a,b', '"a"', 'a\\b', 'grün', '💥', '100%', 'a\r\nSet-Cookie: b=2', '\0', ''])(
    'has a value without what could end it, and the client sends it back to be what it was: %j',
    async (value) => {
      const pair = (await set('v', value)) ?? ''
      assert.match(pair, PAIR)
      const reading = new RestApplication().get('/', ({ cookies }) => cookies)
      assert.deepEqual(await (await ask(reading, 'GET /', { headers: { cookie: pair } })).json(), {
        v: value,
      })
    },
  )

  it.for(['', 'a b', 'a=b', 'a;b', 'ä', 'a\r\n', '"a"'])(
    'refuses a name that is no token: %j',
    async (name) => {
      assert.equal(await set(name, '1'), '500')
    },
  )

  it.for([{ path: '/a;b' }, { path: 'a' }, { domain: 'a b' }, { domain: 'a;b' }, { maxAge: 1.5 }] as const)(
    'refuses an attribute that would be read as something else: %j',
    async (attributes) => {
      assert.equal(await set('a', '1', attributes), '500')
    },
  )

  it('has each attribute once, and one line for each cookie, in the order in which they were set', async () => {
    const app = new RestApplication()
      .defaultHeaders(() => ({ 'set-cookie': 'theme=dark' }))
      .get('/', ({ responseHeaders }) => {
        responseHeaders.setCookie('a', '1')
        responseHeaders.setCookie('b', '2', { expires: new Date('2030-05-01T10:00:00Z') })
        return respond({}, 200, { 'set-cookie': ['c=3', 'd=4'] })
      })
    const { headers } = await overWire(app, 'GET /')
    assert.sameOrderedMembers(
      headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value),
      ['theme=dark', 'c=3', 'd=4', 'a=1', 'b=2; Expires=Wed, 01 May 2030 10:00:00 GMT'],
    )
  })
})

describe('RFC 6265 §4.1.2, what attributes mean', () => {
  it('without any of them the cookie is that of this host and this session (§4.1.2.1 to §4.1.2.4)', async () => {
    assert.equal(await set('a', '1'), 'a=1')
  })

  it('deletes by a time that is over, with the same path and domain (§4.1.2.2)', async () => {
    const app = new RestApplication().get('/', ({ responseHeaders }) =>
      responseHeaders.deleteCookie('sid', { path: '/a', secure: true }),
    )
    assert.equal((await ask(app, 'GET /')).headers.get('set-cookie'), 'sid=; Path=/a; Max-Age=0; Secure')
  })
})

describe('RFC 6265 §4.2, Cookie', () => {
  const reading = new RestApplication().get('/', ({ cookies }) => cookies)
  const seen = async (cookie: string) =>
    (await expectStatus(reading, 'GET /', 200, { headers: { cookie } })).json()

  it('is pairs alone: what looks like an attribute is a cookie like any other', async () => {
    assert.deepEqual(await seen('a=1; Path=/; $Version=1'), { a: '1', Path: '/', $Version: '1' })
  })

  it('may name a cookie twice: the first counts, which is that of the longest path (§5.4)', async () => {
    assert.deepEqual(await seen('a=inner; a=outer; b=2'), { a: 'inner', b: '2' })
  })

  it('has names whose case matters', async () => {
    assert.deepEqual(await seen('a=1; A=2'), { a: '1', A: '2' })
  })

  it('that is nonsense is nobody’s error: other sites may have set it', async () => {
    assert.deepEqual(await seen('; ;; a=1;b; =; "; __proto__=x'), { a: '1', ['__proto__']: 'x' })
  })
})
