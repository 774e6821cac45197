import { RestApplication, Router, respond } from 'restmachine'
import { assert, describe, it, onTestFinished } from 'vitest'
import { type Answering, ask, quiet } from '../../decisions/asking.ts'
import { look } from './kept.ts'

const store = { maxAge: 60, store: true } as const

/** Every path has an answer that is kept, and writes that end as their query says. */
function notes() {
  let runs = 0
  const write = ({ queryParams }: { readonly queryParams: URLSearchParams }) => {
    const headers = Object.fromEntries([...queryParams].filter(([name]) => name.endsWith('location')))
    return respond({ done: true }, Number(queryParams.get('status') ?? 200), headers)
  }
  return new RestApplication({ logger: quiet }).resource('/notes/{id}', (note) =>
    note
      .get(() => ({ run: ++runs }), { cacheResponse: store })
      .post(write)
      .put(write)
      .patch(write, { accepts: { 'text/plain': true } })
      .delete(write)
      .route('MOVE', write)
      .query(() => 'found'),
  )
}

/** Whether what was kept of a path is still there after a request. */
async function survives(app: Answering, target: string, kept = '/notes/1'): Promise<boolean> {
  const before = await look(app, `GET ${kept}`)
  const response = await ask(app, target)
  await response.text()
  const after = await look(app, `GET ${kept}`)
  assert.equal(after.isHit, after.text === before.text)
  return after.isHit
}

describe('RFC 9111 §4.4, a request that changes something', () => {
  it.for(['POST', 'PUT', 'PATCH', 'DELETE', 'MOVE'])('%s ends what was kept of its path', async (method) => {
    assert.isFalse(await survives(notes(), `${method} /notes/1`))
    assert.isFalse(await survives(notes(), `${method} /notes/1?status=303`))
    // With any query, each of them is a view of the same resource.
    assert.isFalse(await survives(notes(), `${method} /notes/1`, '/notes/1?view=full'))
    assert.isTrue(await survives(notes(), `${method} /notes/2`))
  })

  it.for(['GET', 'HEAD', 'OPTIONS', 'QUERY'])(
    'but %s, which asks for no change, does not',
    async (method) => {
      assert.isTrue(await survives(notes(), `${method} /notes/1`))
    },
  )

  it('does not when it is refused; when it fails nobody knows, so it does', async () => {
    for (const status of [400, 401, 403, 404, 409, 412, 422, 429])
      assert.isTrue(await survives(notes(), `PUT /notes/1?status=${status}`), String(status))
    for (const status of [500, 503])
      assert.isFalse(await survives(notes(), `PUT /notes/1?status=${status}`), String(status))
    assert.isTrue(await survives(notes(), 'LINK /notes/1'), 'no such method')
  })

  it.for(['location', 'content-location'])(
    'ends what was kept of its %s, on the same origin',
    async (name) => {
      const named = (value: string) =>
        survives(notes(), `POST /notes/2?${name}=${encodeURIComponent(value)}`, '/notes/1')
      assert.isFalse(await named('/notes/1'))
      assert.isFalse(await named('/notes/1?a#b'))
      assert.isFalse(await named('1'))
      assert.isFalse(await named('./1'))
      assert.isFalse(await named('http://localhost/notes/1'))
      assert.isFalse(await named('HTTPS://LOCALHOST/notes/%31'), 'a proxy may have ended TLS')
      assert.isFalse(await named('//localhost/notes/1'))
      assert.isTrue(await named('http://other.example/notes/1'))
      assert.isTrue(await named('//other.example/notes/1'))
      assert.isTrue(await named('http://localhost:81/notes/1'))
      assert.isTrue(await named('mailto:a@b.example'))
      assert.isTrue(await named('http://'))
    },
  )

  it('finds a path that is written with escapes', async () => {
    const target = 'POST /notes/2?location=/notes/gr%25C3%25BCn'
    assert.isFalse(await survives(notes(), target, '/notes/grün'))
    assert.isFalse(await survives(notes(), 'PUT /notes/gr%C3%BCn', '/notes/grün'))
  })

  it('does so across routers, also where its own route keeps nothing', async () => {
    let runs = 0
    const router = new Router().get('/list', () => ({ run: ++runs }), { cacheResponse: store })
    const app = new RestApplication({ logger: quiet })
      .mount('/in', router)
      .post('/add', () => respond(undefined, 303, { location: '/in/list' }))
    assert.isFalse(await survives(app, 'POST /add', '/in/list'))
  })

  it('has done so when its answer is there, a hundred times', async () => {
    let value = 0
    const app = new RestApplication({ logger: quiet }).resource('/value', (it) =>
      it.get(async () => ({ value }), { cacheResponse: store }).put(async () => ({ value: ++value })),
    )
    for (let round = 1; round <= 100; round++) {
      await ask(app, 'PUT /value')
      const [one, other] = await Promise.all([look(app, 'GET /value'), look(app, 'GET /value')])
      assert.deepEqual([one.text, other.text], [`{"value":${round}}`, `{"value":${round}}`])
    }
  })

  it('also ends an answer that is being made of what was there before', async () => {
    let value = 'old'
    const reading = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    onTestFinished(() => goOn.resolve())
    const app = new RestApplication({ logger: quiet }).resource('/value', (it) =>
      it
        .get(
          async () => {
            const read = value
            reading.resolve()
            if (read === 'old') await goOn.promise
            return { value: read }
          },
          { cacheResponse: store },
        )
        .put(() => {
          value = 'new'
        }),
    )
    const early = look(app, 'GET /value')
    await reading.promise
    await ask(app, 'PUT /value')
    // It does not wait for the old one either.
    assert.equal((await look(app, 'GET /value')).text, '{"value":"new"}')
    goOn.resolve()
    assert.equal((await early).text, '{"value":"old"}')
    const late = await look(app, 'GET /value')
    assert.equal(late.text, '{"value":"new"}')
  })
})
