import { RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, json, quiet } from '../../decisions/asking.ts'

let rendered = 0
const render = ({ result }: { readonly result: unknown }): string => {
  rendered++
  return JSON.stringify(result)
}

const DESCRIBED = {
  'Content-Type': 'text/x-note',
  'Content-Language': 'de',
  'Content-Encoding': 'x-none',
  'Content-Disposition': 'inline',
  'Content-Digest': 'sha-256=:AA==:',
  'Content-Location': '/described',
  'X-Version': '3',
}

const app = new RestApplication({ logger: quiet })
  .resource('/note', (note) =>
    note
      .get(() => ({ note: 1 }))
      .put(() => ({ note: 2 }), { provides: { 'application/json': render } })
      .patch(() => respond({ note: 3 }, 200, { 'x-version': '3' }))
      .delete(() => ({ deleted: true }))
      .post(() => respond({ note: 4 }, 201, { location: '/note/4' })),
  )
  .put('/created', () => ({ made: true }), { resourceExists: () => false, allowMissingPut: true })
  .put('/described', () => respond('note', 200, DESCRIBED))
  .post('/described', () => respond('note', 201, DESCRIBED))
  .put('/nothing', () => undefined)
  .post('/job', () => respond({ job: 1 }, 202, { location: '/job/1' }))
  .get('/job', () => respond({ job: 1 }, 202))
  .post('/refused', () => respond({ reason: 'full' }, 409))
  .post('/see-other', () => respond(undefined, 303, { location: '/note' }))
  .post('/web', () => new Response('web', { headers: { 'set-cookie': 'a=b' } }))
  .post('/wished', ({ preferences }) => preferences)
  .get('/wished', ({ preferences }) => preferences)

const prefer = (value: string) => ({ headers: { prefer: value } })
const MINIMAL = prefer('return=minimal')
const appliedIn = ({ headers }: Response) => headers.get('preference-applied')

describe('RFC 7240 §4.2, return=minimal', () => {
  it.for(['PUT', 'PATCH', 'DELETE'])('gets 204 for what is done: %s', async (method) => {
    rendered = 0
    const response = await expectStatus(app, `${method} /note`, 204, MINIMAL)
    assert.equal(appliedIn(response), 'return=minimal')
    assert.isNull(response.headers.get('content-type'))
    assert.equal(rendered, 0)
    if (method === 'PATCH') assert.equal(response.headers.get('x-version'), '3')
  })

  it('gets 201 without content for what is made, and its address', async () => {
    const posted = await expectStatus(app, 'POST /note', 201, MINIMAL)
    assert.equal(appliedIn(posted), 'return=minimal')
    assert.equal(posted.headers.get('location'), '/note/4')
    assert.equal(posted.headers.get('content-length'), '0')
    assert.equal(await posted.text(), '')
    const put = await expectStatus(app, 'PUT /created', 201, MINIMAL)
    assert.equal(appliedIn(put), 'return=minimal')
    assert.equal(await put.text(), '')
  })

  it('leaves out the fields of content that is not there, and keeps the others', async () => {
    for (const [target, status] of [
      ['PUT /described', 204],
      ['POST /described', 201],
    ] as const) {
      const whole = await ask(app, target)
      assert.equal(whole.headers.get('content-type'), 'text/x-note')
      assert.equal(whole.headers.get('content-language'), 'de')
      const { headers } = await expectStatus(app, target, status, MINIMAL)
      const names = [...headers.keys()].filter((name) => name !== 'content-length').toSorted()
      assert.deepEqual(names, ['content-location', 'preference-applied', 'x-version'])
    }
  })

  it('is honoured by what has no content anyway', async () => {
    assert.equal(appliedIn(await expectStatus(app, 'PUT /nothing', 204, MINIMAL)), 'return=minimal')
  })

  it('takes nothing away from a read, from an error, from a redirect and from a web Response', async () => {
    const read = await expectStatus(app, 'GET /note', 200, MINIMAL)
    assert.deepEqual(await read.json(), { note: 1 })
    const refused = await expectStatus(app, 'POST /refused', 409, MINIMAL)
    assert.deepEqual(await refused.json(), { reason: 'full' })
    const other = await expectStatus(app, 'POST /see-other', 303, MINIMAL)
    const web = await expectStatus(app, 'POST /web', 200, MINIMAL)
    assert.equal(web.headers.get('set-cookie'), 'a=b')
    assert.equal(await web.text(), 'web')
    for (const response of [read, refused, other, web]) assert.isNull(appliedIn(response))
  })
})

describe('RFC 7240 §4.2, return=representation', () => {
  it('gets what there is, and is told so', async () => {
    for (const [target, status] of [
      ['PUT /note', 200],
      ['POST /note', 201],
    ] as const) {
      const response = await expectStatus(app, target, status, prefer('return=representation'))
      assert.equal(appliedIn(response), 'return=representation')
      assert.containsAllKeys(await response.json(), ['note'])
    }
  })

  it('is not said to be honoured where there is nothing', async () => {
    assert.isNull(appliedIn(await expectStatus(app, 'PUT /nothing', 204, prefer('return=representation'))))
  })
})

describe('RFC 7240 §4.1, respond-async', () => {
  it('is honoured by 202', async () => {
    const response = await expectStatus(app, 'POST /job', 202, prefer('respond-async, wait=10'))
    assert.equal(appliedIn(response), 'respond-async')
    assert.deepEqual(await response.json(), { job: 1 })
    assert.equal(
      appliedIn(await expectStatus(app, 'GET /job', 202, prefer('respond-async'))),
      'respond-async',
    )
  })

  it('is not said to be honoured by anything else', async () => {
    assert.isNull(appliedIn(await expectStatus(app, 'PUT /note', 200, prefer('respond-async'))))
    assert.isNull(appliedIn(await expectStatus(app, 'POST /refused', 409, prefer('respond-async'))))
    assert.isNull(appliedIn(await expectStatus(app, 'POST /job', 202)))
    // What 202 tells is no representation of what is to come, and not as little as can be.
    for (const value of ['return=minimal', 'return=representation'])
      assert.isNull(appliedIn(await expectStatus(app, 'POST /job', 202, prefer(value))))
  })
})

describe('RFC 7240 §2, Prefer', () => {
  it('can be asked for by a handler', async () => {
    const wished = async (method: string, value: string) =>
      (await ask(app, `${method} /wished`, prefer(value))).json()
    assert.deepEqual(await wished('GET', 'respond-async, wait=100; a=b, handling=lenient, unknown'), {
      respondAsync: true,
      wait: 100,
      handling: 'lenient',
    })
    assert.deepEqual(await wished('POST', 'return="representation"'), {
      return: 'representation',
      respondAsync: false,
    })
    assert.deepEqual(await (await ask(app, 'GET /wished')).json(), { respondAsync: false })
  })

  it('counts the first of two, in one line or two', async () => {
    for (const headers of [
      [['prefer', 'return=representation, return=minimal']],
      [
        ['prefer', 'return=representation'],
        ['prefer', 'return=minimal'],
      ],
    ] as const)
      assert.equal(appliedIn(await expectStatus(app, 'PUT /note', 200, { headers })), 'return=representation')
  })

  it.for(['return=tiny', 'return', 'minimal', '', ',', 'return=minimal=1'])(
    'that is not understood is passed over: %j',
    async (value) => {
      const response = await expectStatus(app, 'PUT /note', 200, prefer(value))
      assert.isNull(appliedIn(response))
    },
  )

  it('refuses nobody, whatever comes with it', async () => {
    await expectStatus(
      app,
      'PUT /note',
      204,
      json({}, { prefer: 'return=minimal, handling=strict, wait=-1' }),
    )
  })
})
