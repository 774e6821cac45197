import { HttpError, RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, json, quiet } from '../../decisions/asking.ts'

const CREDIT = 'https://example.com/problems/out-of-credit'

const app = new RestApplication({ logger: quiet })
  .get('/plain/{status}', ({ status }) => {
    throw new HttpError(Number(status), 'For a reason')
  })
  .get('/credit', () => ({}), {
    // A decision before negotiation: whatever the client accepts, this is the answer.
    forbidden: () => {
      throw new HttpError(403, 'It costs 50, you have 30', {
        type: CREDIT,
        title: 'Out of credit',
        members: { balance: 30, accounts: ['/account/1'] },
      })
    },
  })
  .get('/lying', () => {
    throw new HttpError(403, 'The status', {
      members: { status: 200, title: 'Fine', type: 'x:y', instance: '/' },
    })
  })
  .post('/json', ({ jsonBody }) => jsonBody)

type Members = Readonly<Record<string, unknown>>
const problem = async (target: string) => (await (await ask(app, target)).json()) as Members

describe('RFC 9457 §3, members of a problem', () => {
  it('are those of the standard, with those of its type beside them (§3.2)', async () => {
    const { requestId, traceId, ...members } = await problem('GET /credit')
    assert.deepEqual(members, {
      type: CREDIT,
      title: 'Out of credit',
      status: 403,
      detail: 'It costs 50, you have 30',
      instance: '/credit',
      balance: 30,
      accounts: ['/account/1'],
    })
    assert.isString(requestId)
    assert.isString(traceId)
  })

  it('have about:blank for their type when it says no more than the status, and its title (§4.2.1)', async () => {
    for (const [status, title] of [
      [404, 'Not Found'],
      [409, 'Conflict'],
      [503, 'Service Unavailable'],
    ] as const)
      assert.include(await problem(`GET /plain/${status}`), { type: 'about:blank', title, status })
  })

  it('have the status of the answer, whatever else is said (§3.1.2)', async () => {
    const response = await ask(app, 'GET /lying')
    assert.include(await response.json(), { status: response.status, instance: '/lying' })
  })

  it('have an instance that is a reference to this very request (§3.1.5)', async () => {
    assert.equal((await problem('GET /plain/404?secret=1')).instance, '/plain/404')
  })
})

describe('RFC 9457 §3, application/problem+json', () => {
  it('is the type that comes, also to who asks for JSON', async () => {
    for (const accept of ['*/*', 'application/json', 'application/problem+json', 'application/*']) {
      const { headers } = await expectStatus(app, 'GET /credit', 403, { headers: { accept } })
      assert.equal(headers.get('content-type'), 'application/problem+json', accept)
    }
  })

  it('gives way to HTML or text for who wants that more, and says that it varies', async () => {
    for (const [accept, type] of [
      ['text/html, application/json;q=0.9', 'text/html; charset=utf-8'],
      ['text/plain', 'text/plain; charset=utf-8'],
    ] as const) {
      const response = await expectStatus(app, 'GET /credit', 403, { headers: { accept } })
      assert.equal(response.headers.get('content-type'), type)
      assert.equal(response.headers.get('vary'), 'accept')
      assert.include(await response.text(), 'It costs 50, you have 30')
    }
  })

  it('is well-formed whatever the detail is made of', async () => {
    const detail = '"<script>\u2028\u0000\\'
    const odd = new RestApplication({ logger: quiet }).get('/', () => {
      throw new HttpError(400, detail)
    })
    assert.include((await (await ask(odd, 'GET /')).json()) as object, { detail })
    const page = await (await ask(odd, 'GET /', { headers: { accept: 'text/html' } })).text()
    assert.notInclude(page, '<script>')
  })
})

describe('RFC 9457 §5, what a problem gives away', () => {
  it('is what the application says, and nothing of how it is made', async () => {
    const broken = new RestApplication({ logger: quiet }).get('/', () => {
      throw Object.assign(new Error('select * from users'), { code: 'E1' })
    })
    assert.sameMembers(Object.keys((await (await ask(broken, 'GET /')).json()) as object), [
      'type',
      'title',
      'status',
      'instance',
      'requestId',
      'traceId',
    ])
    const refused = await expectStatus(app, 'POST /json', 400, { ...json(0), body: '{"a":' })
    assert.notMatch(await refused.text(), /node_modules|\.ts|SyntaxError/)
  })
})
