import { type RequestOptions, request } from 'node:http'
import fc from 'fast-check'
import { HttpError, type HttpErrorOptions, RestApplication } from 'restmachine'
import { serve } from 'restmachine/node'
import { assert, describe, it } from 'vitest'
import { toExchange } from '../../src/adapters/fetch.ts'
import { titleOf } from '../../src/http/status.ts'
import { ask, expectStatus, quiet, requestOf } from '../decisions/asking.ts'

const text = fc.string({ unit: 'binary' })
const status = fc.integer({ min: 400, max: 599 })
const IDS = /"requestId":"([\da-f-]{36})","traceId":"([\da-f]{32})"/

/** An application that throws what it is given, and has ids of its own. */
function throwing(ids: { requestId: string; traceId: string }) {
  const next: { error: HttpError } = { error: new HttpError(400) }
  const app = new RestApplication({ logger: quiet })
    .requestId(() => ids.requestId)
    .traceId(() => ids.traceId)
    .get('/', () => {
      throw next.error
    })
  return { app, next }
}

describe('a problem is the JSON of its members', () => {
  it('whatever its detail and its ids are, time after time', async () => {
    await fc.assert(
      fc.asyncProperty(
        status,
        fc.option(text, { nil: undefined }),
        text,
        text,
        async (status, detail, requestId, traceId) => {
          const { app, next } = throwing({ requestId, traceId })
          next.error = new HttpError(status, detail)
          const first = await (await expectStatus(app, 'GET /?query', status)).text()
          const told = (JSON.parse(first) as { detail?: string }).detail
          const members = {
            type: 'about:blank',
            title: titleOf(status),
            status,
            detail: detail ?? told,
            instance: '/',
            requestId,
            traceId,
          }
          assert.equal(first, JSON.stringify(members))
          next.error = new HttpError(status)
          const second = await (await ask(app, 'GET /')).text()
          const usual = detail === undefined ? told : (JSON.parse(second) as { detail?: string }).detail
          assert.equal(second, JSON.stringify({ ...members, detail: usual }))
        },
      ),
    )
  })

  it('whatever other members it has', async () => {
    const options: fc.Arbitrary<HttpErrorOptions> = fc.record(
      {
        type: text,
        title: text,
        members: fc.dictionary(text, fc.jsonValue()),
        errors: fc.array(fc.record({ pointer: text, message: text })),
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(status, text, options, async (status, detail, options) => {
        const { app, next } = throwing({ requestId: 'one', traceId: 'two' })
        next.error = new HttpError(status, detail, options)
        const { type = 'about:blank', title = titleOf(status), members, errors } = options
        const ids = { requestId: 'one', traceId: 'two' }
        assert.equal(
          await (await expectStatus(app, 'GET /', status)).text(),
          JSON.stringify({ ...members, type, title, status, detail, instance: '/', ...ids, errors }),
        )
      }),
    )
  })

  it('whatever the target is', async () => {
    const app = new RestApplication({ logger: quiet }).get('/', () => 'hello')
    const { port, close } = await serve(app, { port: 0, host: '127.0.0.1', signals: false })
    try {
      for (const path of ['/nowhere', '/a"b\\c', '/%22?"', '/', "/~!$&'()*+,;=:@[]^`{|}"]) {
        const { body, instance } = await get({ port, path, method: path === '/' ? 'PUT' : 'GET' })
        assert.equal(instance, path.split('?')[0])
        assert.equal(body, JSON.stringify(JSON.parse(body)))
        assert.match(body, IDS)
      }
    } finally {
      await close()
    }
  })
})

describe('a refusal', () => {
  const app = new RestApplication({ logger: quiet })
    .get('/', () => 'hello')
    .get('/closed', () => 'secret', { authorized: () => false })

  it('says the same to every request but for its ids, and the form that is wanted', async () => {
    const seen = new Set<string>()
    const bodies = new Set<string>()
    for (const accept of [undefined, '*/*', undefined, 'application/json', '*/*']) {
      const response = await expectStatus(
        app,
        'GET /closed',
        401,
        accept === undefined ? {} : { headers: { accept } },
      )
      assert.equal(response.headers.get('www-authenticate'), 'Bearer')
      assert.equal(response.headers.get('vary'), 'accept')
      assert.equal(response.headers.get('content-type'), 'application/problem+json')
      const body = await response.text()
      for (const id of IDS.exec(body)?.slice(1) ?? []) seen.add(id)
      bodies.add(body.replace(IDS, ''))
    }
    assert.equal(seen.size, 10)
    assert.equal(bodies.size, 1)
    const page = await expectStatus(app, 'GET /closed', 401, { headers: { accept: 'text/html' } })
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.include(await page.text(), '<h1>401 Unauthorized</h1>')
  })

  it('of a method tells the methods of its own target', async () => {
    const two = new RestApplication({ logger: quiet })
      .get('/{name}', () => 1)
      .put('/both', () => 2)
      .get('/both', () => 3)
    for (const [target, allow] of [
      ['POST /one', 'GET, HEAD, OPTIONS'],
      ['POST /both', 'GET, HEAD, OPTIONS, PUT'],
      ['PATCH /one', 'GET, HEAD, OPTIONS'],
    ] as const) {
      const response = await expectStatus(two, target, 405)
      assert.equal(response.headers.get('allow'), allow)
      const { detail } = (await response.json()) as { detail: string }
      assert.equal(detail, `${target.split(' ')[0]} is not among ${allow}`)
    }
  })

  it('is there at once, also where a function writes it that needs no time', async () => {
    const handled = new RestApplication({ logger: quiet })
      .handlesError(404, ({ requestId }) => ({ requestId }))
      .handlesError(405, async () => 'later')
      .get('/', () => 'hello')
    await Promise.all([app.startup(), handled.startup()])
    const answer = (one: typeof app, target: string) => one.answer(toExchange(requestOf(target)))
    assert.notInstanceOf(answer(app, 'GET /nowhere'), Promise)
    assert.notInstanceOf(answer(handled, 'GET /nowhere'), Promise)
    assert.instanceOf(answer(handled, 'PUT /'), Promise)
  })
})

/** Sends a target as it is: a web `Request` would encode it. */
function get(options: RequestOptions): Promise<{ readonly body: string; readonly instance: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', agent: false, ...options }, async (response) => {
      const body = Buffer.concat(await response.toArray()).toString()
      const { instance } = JSON.parse(body) as { readonly instance: string }
      resolve({ body, instance })
    })
    sent.on('error', reject).end()
  })
}
