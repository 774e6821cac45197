import { HttpError, RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { createLog } from '../../application/asking.ts'
import { ask, expectStatus, json, quiet, requestOf, type Sent, statusesOf } from '../../decisions/asking.ts'
import { head, wireTo } from '../over-wire.ts'

interface Note {
  text: string
}

const turn = (time = 5) => new Promise((resolve) => setTimeout(resolve, time))

/** Notes whose tags are made from what GET answers, and what came to pass. */
function notesApp(notes = new Map<string, Note>([['1', { text: 'one' }]])) {
  const ran: string[] = []
  const app = new RestApplication({ logger: quiet })
    .compression({ minimumSize: 1 })
    .resource('/{id}', (note) =>
      note
        .etag('auto')
        .resourceExists('note', ({ id }) => notes.get(id))
        .dependency('opened', function* ({ request }) {
          ran.push(`open ${request.method}`)
          yield request.method
          ran.push(`close ${request.method}`)
        })
        .get(
          ({ note, opened }) => {
            ran.push(`read by ${opened}`)
            return { ...note }
          },
          { provides: { 'text/html': ({ result }) => `<p>${result.text}</p>` } },
        )
        .put(
          async ({ id, jsonBody }) => {
            ran.push('write')
            await turn()
            notes.set(id, jsonBody as Note)
          },
          { allowMissingPut: true },
        )
        .patch(({ note, jsonBody }) => void Object.assign(note, jsonBody))
        .delete(({ id }) => void notes.delete(id)),
    )
  const tagOf = async (headers: Record<string, string> = {}): Promise<string> =>
    (await expectStatus(app, 'GET /1', 200, { headers })).headers.get('etag') ?? ''
  return { app, notes, ran, tagOf }
}

const text = (value: string, headers: Record<string, string> = {}): Sent => json({ text: value }, headers)
const OTHER = '"other"'

describe('RFC 9110 §13.1.1, If-Match where the tag is made from the answer', () => {
  it.for(['PUT', 'PATCH', 'DELETE'])('lets %s pass with the tag that GET gave', async (method) => {
    const { app, notes, tagOf } = notesApp()
    await expectStatus(app, `${method} /1`, 204, text('two', { 'if-match': await tagOf() }))
    assert.deepEqual(notes.get('1'), method === 'DELETE' ? undefined : { text: 'two' })
  })

  it.for(['PUT', 'PATCH', 'DELETE'])('refuses %s with any other tag, before the handler', async (method) => {
    const { app, notes, tagOf } = notesApp()
    const tag = await tagOf()
    for (const sent of [OTHER, `W/${tag}`, tag.replace(/"$/, '~br~br"'), '""'])
      await expectStatus(app, `${method} /1`, 412, text('two', { 'if-match': sent }))
    assert.deepEqual(notes.get('1'), { text: 'one' })
  })

  it('refuses the tag of a state that is over', async () => {
    const { app, notes, tagOf } = notesApp()
    const tag = await tagOf()
    const sent = (value: string) => ['PUT /1', text(value, { 'if-match': tag })] as const
    assert.deepEqual(await statusesOf(app, sent('two'), sent('three')), [204, 412])
    assert.deepEqual(notes.get('1'), { text: 'two' })
    await expectStatus(app, 'PUT /1', 204, text('three', { 'if-match': `${tag}, ${await tagOf()}` }))
  })

  it('lets one of two pass that write at once over a real server, with the same tag', async () => {
    const { app, notes, tagOf } = notesApp()
    for (let round = 0; round < 5; round++) {
      const tag = await tagOf()
      const wires = await Promise.all([wireTo(app), wireTo(app), wireTo(app)])
      const statuses = await Promise.all(
        wires.map(async (wire, index) => {
          const body = JSON.stringify({ text: `${round} by ${index}` })
          const fields = [
            `If-Match: ${tag}`,
            'Content-Type: application/json',
            `Content-Length: ${body.length}`,
          ]
          return (await wire.send(head('PUT /1', ...fields) + body).response('PUT')).status
        }),
      )
      assert.deepEqual(statuses.toSorted(), [204, 412, 412])
      assert.equal(notes.get('1')?.text, `${round} by ${statuses.indexOf(204)}`)
    }
  })

  it('keeps nobody waiting who writes to another path, or without a tag', async () => {
    const held = Promise.withResolvers<void>()
    const app = new RestApplication({ logger: quiet }).resource('/{id}', (note) =>
      note
        .etag('auto')
        .get(() => ({ a: 1 }))
        .put(async ({ id, jsonBody }) => void (id === 'slow' && jsonBody === 1 && (await held.promise))),
    )
    const tag = (await ask(app, 'GET /slow')).headers.get('etag') ?? ''
    const put = (target: string, value: number, headers = {}) =>
      ask(app, `PUT ${target}`, json(value, headers))
    const ended: string[] = []
    const slow = put('/slow', 1, { 'if-match': tag }).then(() => ended.push('slow'))
    const next = put('/slow', 2, { 'if-match': tag }).then(() => ended.push('next'))
    assert.equal((await put('/other', 2, { 'if-match': tag })).status, 204)
    assert.equal((await put('/slow', 2)).status, 204)
    assert.deepEqual(ended, [])
    held.resolve()
    await Promise.all([slow, next])
    assert.deepEqual(ended, ['slow', 'next'])
  })

  it('lets the next one go on when a write fails or takes too long', async () => {
    let calls = 0
    const app = new RestApplication({ logger: quiet, handlerTimeout: 20 }).resource('/', (note) =>
      note
        .etag('auto')
        .get(() => 'note')
        .put(async () => {
          calls++
          if (calls === 1) throw new Error('broken')
          if (calls === 2) await turn(40)
        }),
    )
    const tag = (await ask(app, 'GET /')).headers.get('etag') ?? ''
    const put = ['PUT /', { headers: { 'if-match': tag } }] as const
    assert.deepEqual(await statusesOf(app, put, put), [500, 503])
    await turn(40)
    assert.deepEqual(await statusesOf(app, put), [204])
  })

  it('is compared with the representation that the write would get by its Accept', async () => {
    const { app, tagOf } = notesApp()
    const [asJson, asHtml] = [await tagOf(), await tagOf({ accept: 'text/html' })]
    assert.notEqual(asJson, asHtml)
    const html = { accept: 'text/html;q=0.9, */*;q=0.1' }
    await expectStatus(app, 'PATCH /1', 412, text('two', { 'if-match': asHtml }))
    await expectStatus(app, 'PATCH /1', 412, text('two', { ...html, 'if-match': asJson }))
    await expectStatus(app, 'PATCH /1', 406, text('two', { accept: 'text/html', 'if-match': asHtml }))
    await expectStatus(app, 'PATCH /1', 204, text('two', { ...html, 'if-match': asHtml }))
  })

  it('is compared with the representation in any coding', async () => {
    const { app, tagOf } = notesApp()
    const tag = await tagOf({ 'accept-encoding': 'br' })
    assert.match(tag, /~br"$/)
    await expectStatus(app, 'PATCH /1', 412, text('one', { 'if-match': tag.replace('~br', '~deflate') }))
    await expectStatus(app, 'PATCH /1', 204, text('two', { 'accept-encoding': 'gzip', 'if-match': tag }))
  })

  it('asks nothing of a write that comes without tags', async () => {
    const { app, ran } = notesApp()
    await expectStatus(app, 'PUT /1', 204, text('two'))
    await expectStatus(app, 'PUT /1', 204, text('two', { 'if-match': '*' }))
    await expectStatus(app, 'PUT /new', 201, text('two', { 'if-none-match': '*' }))
    assert.deepEqual(ran, ['write', 'write', 'write'])
  })

  it('asks a GET of its own, which is over before the handler writes', async () => {
    const { app, ran, tagOf } = notesApp()
    const tag = await tagOf()
    ran.length = 0
    await expectStatus(app, 'PUT /1', 204, text('two', { 'if-match': tag }))
    assert.deepEqual(ran, ['open GET', 'read by GET', 'close GET', 'write'])
  })

  it('is 412 without a look where the resource is missing', async () => {
    const { app, ran } = notesApp()
    await expectStatus(app, 'PUT /2', 412, text('two', { 'if-match': OTHER }))
    assert.deepEqual(ran, [])
  })
})

describe('RFC 9110 §13.1.2, If-None-Match of a write where the tag is made from the answer', () => {
  it('lets the write pass as long as the tag is not that of the state', async () => {
    const { app, tagOf } = notesApp()
    const tag = await tagOf()
    await expectStatus(app, 'PUT /1', 412, text('two', { 'if-none-match': `${OTHER}, ${tag}` }))
    await expectStatus(app, 'PUT /1', 412, text('two', { 'if-none-match': `W/${tag}` }))
    await expectStatus(app, 'PUT /1', 204, text('two', { 'if-none-match': OTHER }))
    await expectStatus(app, 'PUT /1', 204, text('one', { 'if-none-match': tag }))
  })

  it('is asked after If-Match, with one look at the state for both (§13.2.2)', async () => {
    const { app, ran, tagOf } = notesApp()
    const tag = await tagOf()
    ran.length = 0
    await expectStatus(app, 'PUT /1', 412, text('two', { 'if-match': tag, 'if-none-match': tag }))
    assert.deepEqual(ran, ['open GET', 'read by GET', 'close GET'])
    await expectStatus(app, 'PUT /1', 204, text('two', { 'if-match': tag, 'if-none-match': OTHER }))
  })
})

describe('the GET that is asked for the tag', () => {
  const seen: (readonly [string, string])[][] = []
  let urls: string[] = []
  const app = new RestApplication({ logger: quiet }).etag('auto').resource('/seen', (one) =>
    one
      .get(({ requestHeaders, request, bytesBody }) => {
        seen.push([...requestHeaders].map(([name, value]) => [name, value] as const))
        urls.push(`${request.method} ${request.raw.method} ${request.raw.url} ${bytesBody.length}`)
        return 'seen'
      })
      .post(({ textBody }) => textBody)
      .put(({ jsonBody }) => jsonBody),
  )

  it('has the target and the fields of the write, but for its conditions, its content and its codings', async () => {
    const tag = (await ask(app, 'GET /seen')).headers.get('etag') ?? ''
    seen.length = 0
    urls = []
    const body = '{"a":1}'
    const wire = await wireTo(app)
    const lines = [
      `If-Match: ${tag}`,
      'If-Unmodified-Since: Thu, 02 May 2024 10:00:00 GMT',
      'Range: bytes=0-1',
      'Authorization: Bearer secret',
      'Cookie: a=b',
      'Accept: application/json',
      'Accept-Encoding: gzip',
      'Prefer: return=minimal',
      'X-Tenant: 7',
      'Content-Type: application/json',
      'Content-Language: en',
      `Content-Length: ${body.length}`,
    ]
    const response = await wire.send(head('PUT /seen?size=2&q=%20', ...lines) + body).response('PUT')
    assert.equal(response.status, 204)
    assert.deepEqual(seen, [
      [
        ['host', 'localhost'],
        ['authorization', 'Bearer secret'],
        ['cookie', 'a=b'],
        ['accept', 'application/json'],
        ['x-tenant', '7'],
      ],
    ])
    assert.deepEqual(urls, ['GET GET http://localhost/seen?size=2&q=%20 0'])
  })

  it('leaves the content to the write, chunks and all', async () => {
    const tag = (await ask(app, 'GET /seen')).headers.get('etag') ?? ''
    const lines = [`If-Match: ${tag}`, 'Content-Type: application/json', 'Transfer-Encoding: chunked']
    const wire = await wireTo(app)
    wire.send(`${head('PUT /seen', ...lines)}3\r\n{"a\r\n`)
    await turn(20)
    const response = await wire.send('4\r\n":1}\r\n0\r\n\r\n').response('PUT')
    assert.deepEqual([response.status, response.json()], [200, { a: 1 }])
  })

  it('is asked for POST as for any other method that writes', async () => {
    const tag = (await ask(app, 'GET /seen')).headers.get('etag') ?? ''
    const sent = (value: string) => ({
      headers: { 'if-match': value, 'content-type': 'text/plain' },
      body: 'x',
    })
    await expectStatus(app, 'POST /seen', 200, sent(tag))
    await expectStatus(app, 'POST /seen', 412, sent(OTHER))
  })

  it('is never an answer that was kept: the state may be another by now', async () => {
    let state = 1
    const kept = new RestApplication({ logger: quiet }).resource('/', (one) =>
      one
        .etag('auto')
        .get(() => ({ state }), { cacheResponse: { maxAge: 60, store: true } })
        .put(() => undefined),
    )
    const tag = (await ask(kept, 'GET /')).headers.get('etag') ?? ''
    await turn()
    state = 2
    assert.equal((await ask(kept, 'GET /')).headers.get('etag'), tag)
    await expectStatus(kept, 'PUT /', 412, { headers: { 'if-match': tag } })
  })

  it('starts no background tasks: nobody has read anything', async () => {
    const done: string[] = []
    const counting = new RestApplication({ logger: quiet }).resource('/', (one) =>
      one
        .etag('auto')
        .get(({ backgroundTasks }) => {
          backgroundTasks.add(() => void done.push('read'))
          return 'page'
        })
        .put(({ backgroundTasks }) => backgroundTasks.add(() => void done.push('written'))),
    )
    const tag = (await ask(counting, 'GET /')).headers.get('etag') ?? ''
    await expectStatus(counting, 'PUT /', 204, { headers: { 'if-match': tag } })
    await turn(20)
    assert.deepEqual(done, ['read', 'written'])
    await counting.shutdown()
  })

  it('gives back what it opened also where it streams', async () => {
    const events: string[] = []
    const streaming = new RestApplication({ logger: quiet }).resource('/', (one) =>
      one
        .etag('auto')
        .dependency('connection', function* ({ request }) {
          events.push(`open ${request.method}`)
          yield 1
          events.push(`close ${request.method}`)
        })
        .get(({ connection }) =>
          respond(
            (function* () {
              for (let part = connection; ; part++) yield part
            })(),
            200,
            { etag: '"stream"' },
          ),
        )
        .put(() => void events.push('write')),
    )
    await expectStatus(streaming, 'PUT /', 204, { headers: { 'if-match': '"stream"' } })
    assert.deepEqual(events, ['open GET', 'close GET', 'write'])
  })

  it('asks the guards of GET, with the credentials of the write', async () => {
    const guarded = new RestApplication({ logger: quiet }).resource('/', (one) =>
      one
        .etag('auto')
        .get(() => 'secret', {
          authorized: ({ requestHeaders }) => requestHeaders.get('authorization') === 'Bearer reader',
        })
        .put(() => undefined),
    )
    const reader = { authorization: 'Bearer reader' }
    const tag = (await ask(guarded, 'GET /', { headers: reader })).headers.get('etag') ?? ''
    await expectStatus(guarded, 'PUT /', 204, { headers: { ...reader, 'if-match': tag } })
    const refused = await expectStatus(guarded, 'PUT /', 412, { headers: { 'if-match': tag } })
    assert.equal(
      ((await refused.json()) as { detail: string }).detail,
      'The entity tag is that of GET, which is answered with 401',
    )
  })
})

describe('a GET that has no tag to give', () => {
  const log = createLog()
  const app = new RestApplication({ logger: log })
    .etag('auto')
    .put('/alone', () => undefined)
    .resource('/broken', (one) =>
      one
        .get((): string => {
          throw new Error('broken')
        })
        .put(() => undefined),
    )
    .resource('/forbidden', (one) => one.get(() => 'a', { forbidden: () => true }).put(() => undefined))
    .resource('/gone', (one) =>
      one
        .get((): string => {
          throw new HttpError(410)
        })
        .put(() => undefined),
    )
    .resource('/empty', (one) => one.get(() => undefined).put(() => undefined))
    .resource('/web', (one) => one.get(() => new Response('web')).put(() => undefined))
    .resource('/accepted', (one) => one.get(() => respond('a', 202, { etag: OTHER })).put(() => undefined))

  it.for([
    ['/alone', 412, 412, 'which is answered with 405'],
    ['/broken', 412, 412, 'which is answered with 500'],
    ['/forbidden', 412, 412, 'which is answered with 403'],
    ['/accepted', 412, 412, 'which is answered with 202'],
    ['/gone', 412, 204, 'which is answered with 410'],
    ['/empty', 412, 204, 'which is answered with 204'],
    ['/web', 412, 204, 'whose answer has none'],
  ] as const)(
    'lets no write pass that cannot be compared: %s is %i for If-Match, %i for If-None-Match',
    async ([path, match, noneMatch, why]) => {
      const refused = await expectStatus(app, `PUT ${path}`, match, { headers: { 'if-match': OTHER } })
      const { detail } = (await refused.json()) as { detail: string }
      assert.equal(detail, `The entity tag is that of GET, ${why}`)
      await expectStatus(app, `PUT ${path}`, noneMatch, { headers: { 'if-none-match': OTHER } })
    },
  )

  it('has its failure in the log, as any other', async () => {
    log.lines.length = 0
    await expectStatus(app, 'PUT /broken', 412, { headers: { 'if-match': OTHER } })
    assert.equal(log.lines.length, 1)
    assert.include(log.lines[0]?.message, 'GET /broken')
  })
})

describe('explain', () => {
  it('tells the tag that a write was compared with, and keeps no write waiting', async () => {
    const { app, tagOf } = notesApp()
    const tag = await tagOf()
    for (const [sent, answer] of [
      [OTHER, false],
      [tag, true],
    ] as const) {
      const { steps } = await app.explain(requestOf('PUT /1', text('two', { 'if-match': sent })))
      const step = steps.find(({ decision }) => decision === 'ifMatchHolds')
      assert.equal(step?.answer, answer)
      assert.include(step?.why ?? '', `If-Match: ${sent} against ETag ${tag}`)
    }
    await expectStatus(app, 'PUT /1', 204, text('two', { 'if-match': tag }))
  })
})
