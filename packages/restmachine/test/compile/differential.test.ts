import fc from 'fast-check'
import { HttpError, html, RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import type { CallbackName } from '../../src/declaration/callbacks.ts'
import { quiet, requestOf, type Sent } from '../decisions/asking.ts'

/** The decisions that a generated resource may answer. */
const DECISIONS = [
  'serviceAvailable',
  'knownMethod',
  'methodAllowed',
  'malformedRequest',
  'authorized',
  'forbidden',
  'unavailableForLegalReasons',
  'rateLimited',
  'validContentHeaders',
  'resourceExists',
  'multipleChoices',
  'previouslyExisted',
  'movedPermanently',
  'movedTemporarily',
  'conflict',
  'preconditionRequired',
  'etag',
  'lastModified',
] as const satisfies readonly CallbackName[]

const METHODS = ['GET', 'HEAD', 'QUERY', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE', 'BREW'] as const

const MODIFIED = new Date('2024-05-01T10:00:00Z')

/** What a decision answers with, and whether at once. */
interface Answer {
  readonly value: unknown
  readonly later: boolean
  readonly throws: boolean
}

interface Declaration {
  readonly answers: Readonly<Record<string, Answer>>
  readonly options: Readonly<Record<string, boolean>>
  readonly result: string
  readonly reads: boolean
  readonly html: boolean
}

// What comes into play only when others say so before it.
const OFTEN: readonly string[] = [
  'resourceExists',
  'previouslyExisted',
  'movedPermanently',
  'movedTemporarily',
]

/** Mostly nothing: where every decision has a say, hardly a request passes them all. */
function rarely<Value>(arbitrary: fc.Arbitrary<Value>, odds: number): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ weight: odds, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
}

/** Fields of which each is there rarely. */
function sometimes<Value>(
  fields: Readonly<Record<string, fc.Arbitrary<Value>>>,
): fc.Arbitrary<Readonly<Record<string, Value>>> {
  const entries = Object.entries(fields).map(([name, arbitrary]) =>
    rarely(
      arbitrary.map((value) => [name, value] as const),
      OFTEN.includes(name) ? 1 : 5,
    ),
  )
  return fc.tuple(...entries).map((all) => Object.fromEntries(all.filter((entry) => entry !== undefined)))
}

const yesOrNo = fc.constantFrom<unknown>(true, false, undefined, 'text')
// Validators that cannot be had are a failure of writing the answer, which the table does not know of.
const NEVER_FAIL: readonly string[] = ['etag', 'lastModified']

const values: Partial<Record<CallbackName, fc.Arbitrary<unknown>>> = {
  resourceExists: fc.boolean(),
  etag: fc.constantFrom<unknown>('v1', 'W/"v1"', undefined),
  lastModified: fc.constantFrom<unknown>(MODIFIED, undefined),
  movedPermanently: fc.constantFrom<unknown>('/there', { location: '/there', status: 301 }, undefined),
  movedTemporarily: fc.constantFrom<unknown>('/there', { location: '/there', status: 302 }, undefined),
}

// Most decisions say what lets a request pass: otherwise nearly all would end at the first.
const passing: Partial<Record<CallbackName, unknown>> = {
  serviceAvailable: true,
  knownMethod: true,
  methodAllowed: true,
  authorized: true,
  validContentHeaders: true,
  resourceExists: true,
}

function answerOf(name: CallbackName): fc.Arbitrary<Answer> {
  const value =
    values[name] ??
    fc.oneof({ weight: 4, arbitrary: fc.constant(passing[name]) }, { weight: 1, arbitrary: yesOrNo })
  const throws = fc.oneof(
    { weight: 30, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  )
  return fc.record({
    value,
    later: fc.boolean(),
    throws: NEVER_FAIL.includes(name) ? fc.constant(false) : throws,
  })
}

const declarations: fc.Arbitrary<Declaration> = fc.record({
  answers: sometimes(Object.fromEntries(DECISIONS.map((name) => [name, answerOf(name)]))),
  options: fc.record({
    allowMissingPut: fc.boolean(),
    allowMissingPost: fc.boolean(),
    skipContentNegotiation: fc.boolean(),
    skipAuthCheck: fc.boolean(),
  }),
  result: fc.constantFrom(
    'data',
    'nothing',
    'zero',
    'made',
    'accepted',
    'other',
    'teapot',
    'response',
    'refuses',
    'throws',
    'later',
  ),
  reads: fc.boolean(),
  html: fc.boolean(),
})

const TAGS = ['"v1"', '"v1~html"', '"v0"', 'W/"v1"', '"v0", "v1"', '*', 'v1']
const DATES = ['Wed, 01 May 2024 09:59:59 GMT', 'Wed, 01 May 2024 10:00:00 GMT', 'yesterday']
const requests = fc.record({
  method: fc.constantFrom(...METHODS),
  path: fc.constantFrom('/', '/', '/', '/', '/nowhere', '/%zz'),
  headers: sometimes({
    accept: fc.constantFrom('*/*', 'text/html', 'application/json;q=0.5, text/html', 'image/png', 'nonsense'),
    'if-match': fc.constantFrom(...TAGS),
    'if-none-match': fc.constantFrom(...TAGS),
    'if-modified-since': fc.constantFrom(...DATES),
    'if-unmodified-since': fc.constantFrom(...DATES),
    expect: fc.constantFrom('100-continue', 'miracles'),
    'content-type': fc.constantFrom('application/json', 'text/plain', 'nonsense'),
    'content-encoding': fc.constantFrom('identity', 'gzip'),
    'content-range': fc.constantFrom('bytes 0-1/2'),
  }),
  body: fc.constantFrom('{}', undefined),
})

const results: Readonly<Record<string, () => unknown>> = {
  data: () => ({ data: true }),
  nothing: () => undefined,
  zero: () => 0,
  made: () => respond('made', 201),
  accepted: async () => respond(undefined, 202),
  other: () => respond(undefined, 303, { location: '/there' }),
  teapot: () => respond('tea', 418),
  response: () => new Response('raw', { status: 206 }),
  refuses: () => {
    throw new HttpError(402)
  },
  throws: async () => {
    throw new Error('no')
  },
  later: async () => ['later'],
}

function build({ answers, options, result, reads, html: asHtml }: Declaration): RestApplication {
  const app = new RestApplication({ logger: quiet })
  const decisions = Object.entries(answers).map(([name, { value, later, throws }]) => [
    name,
    () => {
      if (throws) throw new Error(`${name} failed`)
      return later ? Promise.resolve(value) : value
    },
  ])
  const give = results[result] as () => unknown
  const reading = ({ jsonBody }: { jsonBody: unknown }): unknown => jsonBody === 'never' || give()
  const handler = reads ? reading : give
  const provides = asHtml ? { 'text/html': () => html`<p>page</p>` } : {}
  for (const method of ['GET', 'QUERY', 'PUT', 'POST', 'DELETE'])
    app.route(method, '/', handler, { ...Object.fromEntries(decisions), ...options, provides })
  return app
}

describe('the compiled form and the table', () => {
  it('send every request the same way', async () => {
    const ends = new Map<number, number>()
    await fc.assert(
      fc.asyncProperty(
        declarations,
        fc.array(requests, { minLength: 1, maxLength: 5 }),
        async (declaration, asked) => {
          const app = build(declaration)
          for (const { method, path, headers, body } of asked) {
            const hasBody = body !== undefined && method !== 'GET' && method !== 'HEAD'
            const sent: Sent = { headers, ...(hasBody ? { body } : {}) }
            const target = `${method} ${path}`
            const explained = await app.explain(requestOf(target, sent))
            const { status } = await app.fetch(requestOf(target, sent))
            ends.set(status, (ends.get(status) ?? 0) + 1)
            if (explained.end === 'handler')
              assert.notInclude([404, 405, 406, 412, 428], status, String(explained))
            else assert.equal(status, explained.end, `${target} ${JSON.stringify(headers)}\n${explained}`)
          }
        },
      ),
      { numRuns: 1500, seed: 20240501 },
    )
    // A comparison that only ever met refusals at the door would prove little.
    for (const status of [
      200, 201, 202, 204, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405,
    ])
      assert.isAbove(ends.get(status) ?? 0, 0, `no request ended with ${status}`)
    for (const status of [406, 409, 410, 412, 415, 417, 428, 429, 451, 500, 501, 503])
      assert.isAbove(ends.get(status) ?? 0, 0, `no request ended with ${status}`)
  })
})
