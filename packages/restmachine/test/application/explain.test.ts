import {
  challenge,
  type Explanation,
  HttpError,
  html,
  RestApplication,
  respond,
  retryAfter,
} from 'restmachine'
import { assert, describe, it } from 'vitest'
import { z } from 'zod'
import type { DecisionName } from '../../src/decisions/graph.ts'
import { quiet, requestOf, type Sent } from '../decisions/asking.ts'

const HERE = /\(\/[^)]*explain\.test\.ts:\d+:\d+\)/g
const MODIFIED = new Date('2024-05-01T10:00:00Z')
const bearer = { authorization: 'Bearer s3cret' }

const app = new RestApplication({ logger: quiet, bodyLimit: 1000, maxHeaderFields: 5, maxUriLength: 40 })
  .validates('note', z.object({ text: z.string() }), ({ jsonBody }) => jsonBody)
  .resourceExists('unused', () => undefined)
  .get('/plain', () => ({ now: 42 }))
  .get('/bytes', () => new Uint8Array(10))
  .get('/empty', () => null)
  .get('/fast', () => 1, { bypassStateMachine: true })
  .get('/moved', () => 1, { resourceExists: () => false, movedPermanently: () => '/here' })
  .get('/gone', () => 1, { resourceExists: () => null, previouslyExisted: () => true })
  .get('/dated', () => 1, { lastModified: () => MODIFIED, provides: { 'text/plain': () => 'one' } })
  .post('/notes', ({ note }) => respond(note, 201))
  .put('/jobs/{id}', () => respond(undefined, 202), {
    resourceExists: () => false,
    allowMissingPut: true,
    conflict: () => 'somebody is at it',
  })
  .resource('/users/{userId}', (user) =>
    user
      .authorized('me', ({ requestHeaders }) =>
        requestHeaders.get('authorization') === bearer.authorization
          ? { token: 's3cret' }
          : challenge('Bearer', { realm: 'api' }),
      )
      .resourceExists('user', ({ userId }) => (userId === '7' ? { version: 3, name: 'Ada' } : undefined))
      .etag(({ user: { version } }) => version)
      .provides('text/html', () => html`<p>Ada</p>`)
      .get(({ me, user }) => respond(user, undefined, { 'set-cookie': `session=${me.token}; Path=/` }))
      .put(({ jsonBody }) => jsonBody, { preconditionRequired: true })
      .delete(() => undefined, { skipAuthCheck: true }),
  )

const varied = new RestApplication({ logger: quiet, hosts: ['localhost'] })
  .languages(['en', 'de'])
  .charsets(
    { 'utf-8': true, 'utf-16le': (text) => new Uint8Array(Buffer.from(text, 'utf16le')) },
    { strict: true },
  )
  .compression()
  .digests()
  .get('/', () => 'hello', { etag: 'auto' })
  .put('/', ({ textBody }) => textBody)
  .get('/file', () => respond('hello', 200, { etag: '"v1"' }))

async function explain(target: string, sent: Sent = {}): Promise<Explanation> {
  return app.explain(requestOf(target, sent))
}

/** Why a decision was answered as it was, without the places in this file. */
async function whyOf(
  decision: DecisionName,
  target: string,
  sent: Sent = {},
  asked: Pick<typeof app, 'explain'> = app,
): Promise<string | undefined> {
  const { steps } = await asked.explain(requestOf(target, sent))
  const step = steps.find((one) => one.decision === decision)
  return step && `${step.answer === true ? 'yes' : 'no'}: ${step.why.replace(HERE, '(here)')}`
}

describe('explainRoute', () => {
  it('names what is left to ask, and the ends', () => {
    const { asked, settled, ends } = app.explainRoute('GET', '/users/{userId}')
    assert.includeMembers([...asked], ['authorized', 'resourceExists', 'ifNoneMatchHolds'])
    assert.notInclude(asked, 'accessAllowed')
    assert.isTrue(settled.accessAllowed)
    assert.includeMembers([...ends], [200, 304, 401, 404, 406, 412])
    assert.notInclude(ends, 403)
  })

  it('names for each settled decision what settles it', () => {
    const { why, settled } = app.explainRoute('DELETE', '/users/{userId}')
    assert.deepEqual(Object.keys(why), Object.keys(settled))
    assert.equal(why.accessAllowed, 'nobody declares forbidden')
    assert.equal(why.authorized?.replace(HERE, '(here)'), 'the route declares skipAuthCheck (here)')
    assert.equal(why.hasContent, 'nothing on the route reads content')
    assert.equal(why.mayCreate, 'DELETE creates nothing')
    assert.equal(
      app.explainRoute('PUT', '/users/{userId}').why.mayCreate,
      'the route does not declare allowMissingPut',
    )
  })

  it('finds the decision with a name that the route forgot to use', () => {
    assert.equal(
      app.explainRoute('GET', '/plain').why.resourceExists?.replace(HERE, '(here)'),
      'resourceExists "unused" (here) acts where "unused" is used, and here it is not',
    )
  })

  it('has a reason for every settled decision of every route', () => {
    for (const { method, path } of app.routes) {
      for (const [name, why] of Object.entries(app.explainRoute(method, path).why))
        assert.notInclude(['', 'it is the same for every request'], why, `${method} ${path}: ${name}`)
    }
  })

  it('writes them one a line, in the order of the graph', () => {
    const lines = String(app.explainRoute('GET', '/plain')).split('\n')
    const at = (text: string): number => lines.findIndex((line) => line.includes(text))
    assert.isAbove(at('accessAllowed'), at('methodKnown'))
    assert.isAbove(at('isRead'), at('hasChoices'))
    assert.match(lines[at('withinRate')] ?? '', /^ {4}withinRate +yes {2}nobody declares rateLimited$/)
  })

  it('knows that a route without decisions is asked nothing', () => {
    const { asked, settled, ends } = app.explainRoute('GET', '/fast')
    assert.deepEqual([asked, settled, ends], [[], {}, ['given']])
  })

  it('says what a mistyped route may have been meant to be', () => {
    assert.throws(
      () => app.explainRoute('GET', '/plane'),
      'Cannot explain GET /plane: there is no such route; did you mean "GET /plain"?',
    )
  })
})

describe('explain', () => {
  it('tells each decision of a request with its question, and the end', async () => {
    const { steps, end, route } = await explain('GET /users/7', {
      headers: { ...bearer, 'if-none-match': '"3"' },
    })
    assert.equal(route, 'GET /users/{userId}')
    assert.equal(end, 304)
    assert.deepInclude(steps.at(-1), {
      decision: 'isRead',
      question: 'Does the method only read?',
      answer: true,
      settled: true,
      why: 'the method is GET',
      rfc: '9110 §13.1.2',
    })
  })

  it.each<[DecisionName, string, Sent, string]>([
    ['uriFits', `GET /${'x'.repeat(39)}`, {}, 'yes: 40 of at most 40 characters'],
    ['uriFits', `GET /${'x'.repeat(40)}`, {}, 'no: 41 of at most 40 characters'],
    ['headersFit', 'GET /plain', { headers: { a: '1', b: '2' } }, 'yes: 2 of at most 5 header field lines'],
    ['hostReadable', 'GET /plain', { headers: { host: 'a b' } }, 'no: Host: a b'],
    ['expectationKnown', 'GET /plain', { headers: { expect: 'tea' } }, 'no: Expect: tea'],
    ['routeFound', 'GET /nowhere', {}, 'no: no route has this path'],
    ['methodKnown', 'BREW /plain', {}, 'no: no standard has the method, and no route takes it'],
    ['methodAllowed', 'PUT /plain', {}, 'no: the routes of the path take other methods'],
    ['isOptions', 'OPTIONS /plain', {}, 'yes: no route of the path takes OPTIONS'],
    [
      'typeAcceptable',
      'GET /dated',
      { headers: { accept: 'text/html;q=0.5, application/json' } },
      'yes: Accept: text/html;q=0.5, application/json → application/json',
    ],
    ['typeAcceptable', 'GET /dated', {}, 'yes: no Accept → application/json'],
    [
      'typeAcceptable',
      'GET /dated',
      { headers: { accept: 'image/png' } },
      'no: Accept: image/png against application/json, text/plain',
    ],
    ['hasContent', 'POST /notes', {}, 'no: neither Content-Length nor Transfer-Encoding'],
    [
      'contentFits',
      'POST /notes',
      { body: '{}', headers: { 'content-length': '1001' } },
      'no: Content-Length: 1001 against a limit of 1000 bytes',
    ],
    [
      'contentTypeKnown',
      'POST /notes',
      { body: 'a', headers: { 'content-type': 'text/csv' } },
      'no: Content-Type: text/csv against application/json',
    ],
    [
      'contentCodingKnown',
      'POST /notes',
      { body: 'a', headers: { 'content-encoding': 'br' } },
      'no: Content-Encoding: br',
    ],
    [
      'contentProcessable',
      'POST /notes',
      { body: '{"text":1}', headers: { 'content-type': 'application/json' } },
      'no: /text: Invalid input: expected string, received number',
    ],
    [
      'resourceExists',
      'GET /users/8',
      { headers: bearer },
      'no: resourceExists "user" (here) answered undefined',
    ],
    [
      'resourceExists',
      'GET /users/7',
      { headers: bearer },
      'yes: resourceExists "user" (here) answered an object',
    ],
    ['movedPermanently', 'GET /moved', {}, 'yes: movedPermanently (here) answered /here'],
    ['previouslyExisted', 'GET /gone', {}, 'yes: previouslyExisted (here) answered true'],
    ['mayCreate', 'PUT /jobs/1', {}, 'yes: the route declares allowMissingPut (here)'],
    ['noConflict', 'PUT /jobs/1', {}, 'no: conflict (here) answered "somebody is at it"'],
    [
      'preconditionGiven',
      'PUT /users/7',
      { headers: bearer },
      'no: no precondition; preconditionRequired (here) answered true',
    ],
    ['preconditionGiven', 'PUT /users/7', { headers: { ...bearer, 'if-match': '*' } }, 'yes: If-Match: *'],
    [
      'ifMatchHolds',
      'DELETE /users/7',
      { headers: { 'if-match': '"2", "4"' } },
      'no: If-Match: "2", "4" against ETag "3" from etag (here)',
    ],
    [
      'ifMatchHolds',
      'PUT /jobs/1',
      { headers: { 'if-match': '*' } },
      // The conflict stands before it (RFC 9110 §13.2.1).
      'undefined',
    ],
    [
      'hasIfModifiedSince',
      'GET /dated',
      { headers: { 'if-modified-since': 'yesterday' } },
      'no: If-Modified-Since: yesterday is no date, and counts as none',
    ],
    [
      'modifiedSince',
      'GET /dated',
      { headers: { 'if-modified-since': 'Wed, 01 May 2024 10:00:00 GMT' } },
      'no: If-Modified-Since: Wed, 01 May 2024 10:00:00 GMT against Last-Modified Wed, 01 May 2024 10:00:00 GMT from lastModified (here)',
    ],
    ['created', 'GET /plain', {}, 'no: the handler chose no status'],
    ['hasAnswer', 'GET /empty', {}, 'no: the handler gave null'],
    ['rangeWanted', 'GET /bytes', {}, 'no: no Range'],
    [
      'rangeSatisfiable',
      'GET /bytes',
      { headers: { range: 'bytes=10-' } },
      'no: Range: bytes=10- of 10 bytes',
    ],
    [
      'ifRangeHolds',
      'GET /bytes',
      { headers: { range: 'bytes=1-2', 'if-range': '"a"' } },
      'no: If-Range: "a" against no ETag and no Last-Modified',
    ],
  ])('says what answers %s of %s', async (decision, target, sent, why) => {
    assert.equal(String(await whyOf(decision, target, sent)), why)
  })

  it.each<[DecisionName, string, Sent, string]>([
    ['hostServed', 'GET /', {}, 'yes: Host: localhost is on the list of hosts'],
    [
      'hostServed',
      'GET /',
      { headers: { host: 'rebound.example' } },
      'no: Host: rebound.example is not on the list of hosts',
    ],
    [
      'languageAcceptable',
      'GET /',
      { headers: { 'accept-language': 'fr, de;q=0.5' } },
      'yes: Accept-Language: fr, de;q=0.5 → de',
    ],
    ['languageAcceptable', 'GET /', {}, 'yes: no Accept-Language → en'],
    [
      'charsetAcceptable',
      'GET /',
      { headers: { 'accept-charset': 'utf-16le' } },
      'yes: Accept-Charset: utf-16le → utf-16le',
    ],
    [
      'charsetAcceptable',
      'GET /',
      { headers: { 'accept-charset': 'koi8-r' } },
      'no: Accept-Charset: koi8-r against utf-8, utf-16le',
    ],
    [
      'codingAcceptable',
      'GET /',
      { headers: { 'accept-encoding': 'gzip' } },
      'yes: Accept-Encoding: gzip → gzip',
    ],
    ['codingAcceptable', 'GET /', {}, 'yes: no Accept-Encoding → identity'],
    [
      'ifMatchHolds',
      'GET /',
      { headers: { 'if-match': '"x"' } },
      'yes: If-Match: "x" against an ETag that comes with the answer',
    ],
    [
      'answerMatches',
      'GET /file',
      { headers: { 'if-match': '"v2"' } },
      'no: If-Match: "v2" against ETag "v1"',
    ],
    [
      'answerCurrent',
      'GET /file',
      { headers: { 'if-none-match': '"v1"' } },
      'yes: If-None-Match: "v1" against ETag "v1"',
    ],
    ['contentIntact', 'PUT /', { body: 'a' }, 'yes: no digest to compare'],
    [
      'contentIntact',
      'PUT /',
      { body: 'a', headers: { 'content-digest': 'sha-256=:AAAA:' } },
      'no: Content-Digest: sha-256=:AAAA:',
    ],
  ])(
    'says what answers %s of %s where the application has more to offer',
    async (decision, target, sent, why) => {
      assert.equal(String(await whyOf(decision, target, sent, varied)), why)
    },
  )

  it('has a reason for every decision that a request is asked', async () => {
    const headers = { ...bearer, 'if-none-match': '"1"', 'if-unmodified-since': MODIFIED.toUTCString() }
    for (const target of [
      'GET /users/7',
      'GET /dated',
      'GET /bytes',
      'PUT /users/7',
      'POST /notes',
      'PUT /jobs/1',
    ]) {
      for (const { decision, why } of (await explain(target, { headers })).steps)
        assert.notInclude(['', 'the declaration answers it'], why, `${target}: ${decision}`)
    }
  })

  it.each<[string, Sent]>([
    ['GET /users/7', { headers: { ...bearer, accept: 'text/html' } }],
    ['GET /users/7', { headers: { ...bearer, 'if-none-match': '"3"' } }],
    ['GET /users/7', {}],
    ['GET /plain', { headers: { accept: 'text/css' } }],
    ['PUT /plain', {}],
    ['GET /moved', {}],
    ['GET /bytes', { headers: { range: 'bytes=2-4' } }],
    ['GET /bytes', { headers: { range: 'bytes=10-' } }],
    ['POST /notes', { body: '{', headers: { 'content-type': 'text/css' } }],
    ['GET /nowhere', {}],
  ])('ends %s as the request itself does', async (target, sent) => {
    const { response, end } = await explain(target, sent)
    const real = await app.fetch(requestOf(target, sent))
    assert.equal(end, real.status)
    assert.equal(response?.status, real.status)
    const told = response?.headers.map(([name, value]) => [name, value.replace('=…', '=s3cret')])
    const fields = [...real.headers].filter(([name]) => name !== 'content-length')
    assert.sameDeepMembers(
      (told ?? []).filter(([name]) => name !== 'content-length'),
      fields,
    )
    const problem = real.headers.get('content-type') === 'application/problem+json'
    if (problem) assert.equal(response?.detail, ((await real.json()) as { detail?: string }).detail)
  })

  it('does not run the handler of an unsafe method', async () => {
    let ran = false
    const careful = new RestApplication().delete('/', () => void (ran = true))
    const told = await careful.explain(requestOf('DELETE /'))
    assert.equal(told.end, 'handler')
    assert.isUndefined(told.response)
    assert.isFalse(ran)
    assert.match(
      String(told),
      /→ the handler of DELETE \/ \(.+explain\.test\.ts:\d+:\d+\) is next, and is not run here$/,
    )
  })

  it('rolls back whatever was opened, and ends what would be streamed', async () => {
    const seen: string[] = []
    const careful = new RestApplication({ logger: quiet })
      .dependency('transaction', function* () {
        try {
          yield 'open'
          seen.push('committed')
        } catch (error) {
          seen.push(String(error))
        }
      })
      .defaultHeaders(({ transaction }) => ({ 'x-transaction': transaction }))
      .get(
        '/',
        () =>
          new ReadableStream({
            cancel: () => void seen.push('cancelled'),
          }),
      )
    const { response } = await careful.explain(requestOf('GET /'))
    assert.deepInclude([...(response?.headers ?? [])], ['x-transaction', 'open'])
    assert.deepEqual(seen, ['cancelled', 'Error: The request was only explained'])
  })

  it('asks each decision once', async () => {
    let asked = 0
    const limited = new RestApplication().rateLimited(() => void asked++).get('/', () => 1)
    await limited.explain(requestOf('GET /'))
    assert.equal(asked, 1)
  })

  it('names which of several guards refused', async () => {
    const layered = new RestApplication({ logger: quiet })
      .authorized('user', () => 'Ada')
      .resource('/club', (club) => club.authorized(() => false).get(({ user }) => user))
    const { steps } = await layered.explain(requestOf('GET /club'))
    assert.equal(
      steps.find(({ decision }) => decision === 'authorized')?.why.replace(HERE, '(here)'),
      'authorized "user" (here) answered a value, which is not shown; authorized (here) answered false',
    )
  })

  it('tells what was thrown, and where', async () => {
    const failing = new RestApplication({ logger: quiet })
      .get('/boom', () => Promise.reject(new TypeError('no\nluck')))
      .get('/teapot', () => {
        throw new HttpError(418, 'I am one')
      })
    const boom = await failing.explain(requestOf('GET /boom'))
    assert.equal(boom.end, 500)
    assert.deepInclude(boom.steps.at(-1), {
      decision: 'enacted',
      answer: 'threw',
      why: 'TypeError: no\\u000aluck',
    })
    const teapot = await failing.explain(requestOf('GET /teapot'))
    assert.equal(teapot.steps.at(-1)?.why, 'HttpError 418: I am one')
    assert.deepInclude(teapot.response, { status: 418, detail: 'I am one' })
  })

  it('tells that an error handler chose another status', async () => {
    const kind = new RestApplication().handlesError(404, () => respond('gone fishing', 200))
    const told = await kind.explain(requestOf('GET /'))
    assert.equal(told.end, 404)
    assert.include(String(told), '→ 200 OK, by an error handler in place of 404\n')
  })

  it('keeps secrets', async () => {
    const leaky = new RestApplication({ logger: quiet })
      .authorized(({ requestHeaders }) => {
        throw new Error(`cannot read ${requestHeaders.get('authorization')}`)
      })
      .get('/', () => 1)
    const cookie = { cookie: 'session=s3cret' }
    for (const told of [
      await explain('GET /users/7', { headers: { ...bearer, ...cookie } }),
      await explain('GET /users/7', { headers: { authorization: 'Bearer s3cret-but-wrong' } }),
      await leaky.explain(requestOf('GET /', { headers: { ...bearer, ...cookie } })),
    ]) {
      assert.notInclude(JSON.stringify(told), 's3cret')
      assert.notInclude(told.toString({ all: true }), 's3cret')
    }
    assert.equal(
      await whyOf('authorized', 'GET /users/7', { headers: bearer }),
      'yes: authorized "me" (here) answered a value, which is not shown',
    )
    assert.equal(
      await whyOf('authorized', 'GET /users/7'),
      'no: authorized "me" (here) refused with WWW-Authenticate: Bearer realm="api"',
    )
  })

  it('shows what came from outside on one line, and not all of what is long', async () => {
    const accept = `text/css, \x1b[2J\x9b${'x'.repeat(300)}`
    const why = await whyOf('typeAcceptable', 'GET /plain', { headers: { accept } })
    assert.equal(
      why,
      `no: Accept: text/css, \\u001b[2J\\u009b${'x'.repeat(185)}… (315 characters) against application/json`,
    )
  })
})

describe('an explanation as text', () => {
  const careful = new RestApplication({ logger: quiet })
    .serviceAvailable(() => retryAfter(9))
    .get('/', () => 1)

  it('has a line for each decision that was asked, and one for settled neighbours', async () => {
    const lines = String(await explain('PUT /plain')).split('\n')
    assert.deepEqual(lines, [
      '(wrongMethod) /plain',
      '  … 3 decisions settled by the declaration: serviceAvailable, methodKnown, targetReadable',
      '  uriFits           Is the request target short enough?  yes    6 of at most 40 characters  (RFC 9110 §15.5.15)',
      '  headersFit        Are the header fields few enough?    yes    0 of at most 5 header field lines  (RFC 6585 §5)',
      '  hostReadable      Can Host be read?                    yes    Host: localhost  (RFC 9112 §3.2)',
      '  … 1 decision settled by the declaration: hostServed',
      '  expectationKnown  Can the expectation be met?          yes    no Expect  (RFC 9110 §10.1.1)',
      '  … 2 decisions settled by the declaration: routeFound, isPreflight (no)',
      '  methodAllowed     Does the path take this method?      no     the routes of the path take other methods  (RFC 9110 §15.5.6)',
      '  → 405 Method Not Allowed',
      '    detail:       PUT is not among GET, HEAD, OPTIONS',
      '    content-type: application/problem+json',
      '    allow:        GET, HEAD, OPTIONS',
      '    vary:         accept',
    ])
  })

  it('has a line for every decision when asked for all', async () => {
    const told = await explain('GET /plain')
    const lines = told.toString({ all: true }).split('\n')
    assert.deepEqual(
      lines.slice(1, 1 + told.steps.length).map((line) => line.trim().split(' ')[0]),
      told.steps.map(({ decision }) => decision),
    )
    assert.notInclude(told.toString({ all: true }), '…')
  })

  it('says why it ends where the first decision refuses', async () => {
    const text = String(await careful.explain(requestOf('GET /'))).replace(HERE, '(here)')
    assert.deepEqual(text.split('\n'), [
      'GET /',
      '  serviceAvailable  Is the service available?  no     serviceAvailable (here) refused with Retry-After: 9  (RFC 9110 §15.6.4)',
      '  → 503 Service Unavailable',
      '    content-type: application/problem+json',
      '    retry-after:  9',
      '    vary:         accept',
    ])
  })

  it('says that a route without decisions goes on to its handler', async () => {
    const text = String(await explain('GET /fast')).replace(HERE, '(here)')
    assert.equal(
      text,
      'GET /fast\n  → no decision is asked (bypassStateMachine): the handler of GET /fast (here) is next, and is not run here',
    )
  })
})
