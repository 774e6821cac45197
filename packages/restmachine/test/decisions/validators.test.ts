import { html, RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet, statusesOf } from './asking.ts'

const asHtml = { provides: { 'text/html': ({ result }: { result: unknown }) => html`<p>${String(result)}` } }

const app = new RestApplication().resource('/note', (note) =>
  note
    .etag(() => 7)
    .lastModified(() => new Date('2024-05-01T10:00:00Z'))
    .get(() => 'note', asHtml)
    .query(() => 'found')
    .put(() => ({ kept: true }))
    .post(() => respond({ made: true }, 201))
    .delete(() => undefined),
)

const tagOf = async (accept: string, method = 'GET') =>
  (await ask(app, `${method} /note`, { headers: { accept } })).headers.get('etag')

describe('RFC 9110 §8.8, validators of an answer', () => {
  it('come with every answer to a read', async () => {
    for (const method of ['GET', 'HEAD']) {
      const { headers } = await expectStatus(app, `${method} /note`, 200)
      assert.equal(headers.get('etag'), '"7"')
      assert.equal(headers.get('last-modified'), 'Wed, 01 May 2024 10:00:00 GMT')
    }
  })

  it('do not come with the answer to a write, which is no representation of the resource (§9.3.4)', async () => {
    for (const method of ['PUT', 'POST', 'DELETE']) {
      const { headers } = await ask(app, `${method} /note`)
      assert.isNull(headers.get('etag'), method)
      assert.isNull(headers.get('last-modified'), method)
    }
  })

  it('do not come with an error, nor with what a handler refuses with', async () => {
    const refusing = new RestApplication()
      .etag(() => 'v1')
      .get('/gone', () => respond({ gone: true }, 410))
      .get('/empty', () => undefined)
    assert.isNull((await expectStatus(refusing, 'GET /gone', 410)).headers.get('etag'))
    assert.equal((await expectStatus(refusing, 'GET /empty', 204)).headers.get('etag'), '"v1"')
    const missing = new RestApplication()
      .etag(() => 'v1')
      .resourceExists(() => false)
      .get('/', () => 'never')
    assert.isNull((await expectStatus(missing, 'GET /', 404)).headers.get('etag'))
  })

  it('are asked once in a request', async () => {
    let asked = 0
    const counting = new RestApplication().etag(() => `v${++asked}`).get('/', () => 'note')
    await expectStatus(counting, 'GET /', 200, { headers: { 'if-match': '"v1"', 'if-none-match': '"v0"' } })
    assert.equal(asked, 1)
  })

  it('can be left open by a resource that has none at the moment', async () => {
    const open = new RestApplication()
      .etag(() => undefined)
      .lastModified(async () => null)
      .get('/', () => 'note')
    const { headers } = await expectStatus(open, 'GET /', 200, { headers: { 'if-none-match': '"a"' } })
    assert.isNull(headers.get('etag'))
    assert.isNull(headers.get('last-modified'))
  })

  it.for([
    ['v1', '"v1"'],
    ['"v1"', '"v1"'],
    ['W/"v1"', 'W/"v1"'],
    [0, '"0"'],
    [12n, '"12"'],
    ['', '""'],
    ['W/3a+b4c==', '"W/3a+b4c=="'],
  ] as const)('write the tag %s as %s', async ([tag, written]) => {
    const one = new RestApplication().etag(() => tag).get('/', () => 'note')
    assert.equal((await expectStatus(one, 'GET /', 200)).headers.get('etag'), written)
  })

  it('are 500 when they cannot be written, never a field that says something else', async () => {
    for (const tag of ['a b', 'a"b', 'ä€', {}, true]) {
      const bad = new RestApplication({ logger: quiet }).etag(() => tag as never).get('/', () => 'note')
      await expectStatus(bad, 'GET /', 500)
    }
    for (const date of [new Date('never'), '2024-05-01', Number.NaN]) {
      const bad = new RestApplication({ logger: quiet })
        .lastModified(() => date as never)
        .get('/', () => 'note')
      await expectStatus(bad, 'GET /', 500)
    }
  })

  it('tell no time that has not come yet (§8.8.2.1)', async () => {
    const early = new RestApplication().lastModified(() => Date.now() + 3_600_000).get('/', () => 'note')
    const { headers } = await expectStatus(early, 'GET /', 200)
    assert.isAtMost(Date.parse(headers.get('last-modified') ?? ''), Date.now())
  })
})

describe('RFC 9110 §8.8.3.3, entity tags of several representations', () => {
  it('differ: the first has the plain tag', async () => {
    assert.deepEqual(
      [
        await tagOf('*/*'),
        await tagOf('application/json'),
        await tagOf('text/html'),
        await tagOf('text/html', 'HEAD'),
      ],
      ['"7"', '"7"', '"7~html"', '"7~html"'],
    )
  })

  it('differ also where the subtype is the same', async () => {
    const twice = new RestApplication()
      .etag(() => 'v1')
      .get('/', () => 'note', {
        provides: {
          'text/xml': () => '<a/>',
          'application/xml': () => '<b/>',
          'application/xml;v=2': () => '<c/>',
        },
      })
    const tags = new Set<string | null>()
    for (const accept of ['application/json', 'text/xml', 'application/xml', 'application/xml;v=2'])
      tags.add((await ask(twice, 'GET /', { headers: { accept } })).headers.get('etag'))
    assert.equal(tags.size, 4)
  })

  it('answer 304 each to its own tag', async () => {
    const read = (accept: string, tag: string) =>
      ['GET /note', { headers: { accept, 'if-none-match': tag } }] as const
    assert.deepEqual(
      await statusesOf(
        app,
        read('application/json', '"7"'),
        read('application/json', '"7~html"'),
        read('text/html', '"7~html"'),
        read('text/html', '"7"'),
      ),
      [304, 200, 304, 200],
    )
  })

  it('answer 304 with the tag, and with Vary', async () => {
    const { headers } = await expectStatus(app, 'GET /note', 304, {
      headers: { accept: 'text/html', 'if-none-match': '"7~html"' },
    })
    assert.deepEqual(Object.fromEntries(headers), {
      etag: '"7~html"',
      'last-modified': 'Wed, 01 May 2024 10:00:00 GMT',
      vary: 'accept',
    })
  })

  it('let a write name the state by the tag of any of them, whatever it accepts itself', async () => {
    const write = (tag: string, accept: string) =>
      ['PUT /note', { headers: { 'if-match': tag, accept } }] as const
    assert.deepEqual(
      await statusesOf(
        app,
        write('"7"', '*/*'),
        write('"7~html"', '*/*'),
        write('"6", "7~html"', 'application/json'),
        write('"6~html"', '*/*'),
        write('W/"7~html"', '*/*'),
      ),
      [200, 200, 200, 412, 412],
    )
  })

  it('let a write that has the representations itself name the plain tag', async () => {
    const both = new RestApplication().resource('/', (note) =>
      note
        .provides('text/html', () => 'page')
        .etag(() => 'v1')
        .get(() => 'note')
        .put(() => 'kept'),
    )
    const write = (tag: string) => ['PUT /', { headers: { 'if-match': tag, accept: 'text/html' } }] as const
    assert.deepEqual(await statusesOf(both, write('"v1"'), write('"v1~html"')), [200, 200])
  })

  it('let no write pass that names another state, though it begins alike', async () => {
    const tilde = new RestApplication().resource('/', (note) =>
      note
        .etag(() => 'a')
        .get(() => 'note', asHtml)
        .put(() => undefined),
    )
    const write = (tag: string) => ['PUT /', { headers: { 'if-match': tag } }] as const
    assert.deepEqual(
      await statusesOf(tilde, write('"a~b"'), write('"a~html~html"'), write('"a~html"')),
      [412, 412, 204],
    )
    assert.deepEqual(await statusesOf(tilde, ['PUT /', { headers: { 'if-none-match': '"a~html"' } }]), [412])
  })
})
