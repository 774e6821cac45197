import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import type { DecisionName } from '../../src/decisions/graph.ts'
import type { Sent } from '../decisions/asking.ts'
import { asked, begin } from './following.ts'

/** What stands in the way of every request, whatever a route declares. */
const ALWAYS: readonly DecisionName[] = [
  'uriFits',
  'headersFit',
  'hostReadable',
  'expectationKnown',
  'typeAcceptable',
  'isConditional',
  'enacted',
  'created',
  'seeOther',
  'statusGiven',
  'hasAnswer',
]
/** What is asked once there is an answer to a read. */
const OF_READS: readonly DecisionName[] = [...ALWAYS, 'answerMatches', 'answerCurrent']
const OF_GETS: readonly DecisionName[] = [...OF_READS, 'rangeWanted']
/** What is asked once there is an answer to a write. */
const OF_WRITES: readonly DecisionName[] = [...ALWAYS, 'answerWanted']

describe('a route that declares nothing', () => {
  const app = new RestApplication()
    .get('/', () => 'hello')
    .post('/', () => 'made')
    .put('/', () => 'kept')

  it('is asked what only the request can tell, and nothing else', async () => {
    assert.deepEqual(await asked(app, 'GET /'), OF_GETS)
    assert.deepEqual(await asked(app, 'HEAD /'), OF_READS)
    assert.deepEqual(await asked(app, 'POST /'), OF_WRITES)
  })

  it('is asked less where it negotiates nothing', async () => {
    const skipping = new RestApplication().get('/', () => 'hello', { skipContentNegotiation: true })
    assert.deepEqual(
      await asked(skipping, 'GET /'),
      OF_GETS.filter((name) => name !== 'typeAcceptable'),
    )
  })

  it('has its preconditions folded to one look, until a request has any', async () => {
    const conditional = await asked(app, 'GET /', { headers: { 'if-none-match': '"a"' } })
    assert.includeMembers(
      [...conditional],
      ['isConditional', 'hasIfMatch', 'hasIfNoneMatch', 'ifNoneMatchHolds'],
    )
  })
})

describe('what a declaration adds to the questions', () => {
  const added = async (app: RestApplication, target: string, sent?: Sent) =>
    (await asked(app, target, sent)).filter((name) => ![...OF_GETS, ...OF_WRITES].includes(name))

  it('is one row for each decision, where it stands in the graph', async () => {
    const app = new RestApplication()
      .serviceAvailable(() => true)
      .malformedRequest(() => false)
      .authorized(() => true)
      .forbidden(() => false)
      .resourceExists(() => true)
      .conflict(() => false)
      .get('/', () => 'hello')
      .put('/', () => 'kept')
    const both: DecisionName[] = [
      'serviceAvailable',
      'requestWellFormed',
      'authorized',
      'accessAllowed',
      'resourceExists',
    ]
    assert.deepEqual(await added(app, 'GET /'), both)
    assert.deepEqual(await added(app, 'PUT /'), [
      'serviceAvailable',
      'requestWellFormed',
      'authorized',
      'accessAllowed',
      'hasContent',
      'resourceExists',
      'noConflict',
    ])
  })

  it('is nothing for a decision that acts on another method, or not on this route', async () => {
    const app = new RestApplication()
      .resourceExists('found', () => undefined)
      .get('/', () => 'hello', { conflict: () => true, preconditionRequired: true })
    assert.deepEqual(await added(app, 'GET /'), [])
  })

  it('is nothing for authorized where the route skips it', async () => {
    const app = new RestApplication().authorized(() => false).get('/', () => 'hello', { skipAuthCheck: true })
    assert.deepEqual(await added(app, 'GET /'), [])
  })

  it('is a look for content where something reads it, and the rest where it is there', async () => {
    const app = new RestApplication().post('/', ({ jsonBody }) => jsonBody)
    assert.deepEqual(await added(app, 'POST /'), ['hasContent'])
    assert.deepEqual(
      await added(app, 'POST /', { headers: { 'content-type': 'application/json' }, body: '{}' }),
      ['hasContent', 'contentFits', 'contentCodingKnown', 'contentTypeKnown'],
    )
  })
})

describe('a path without a route', () => {
  it('is refused as soon as the message is readable', async () => {
    const app = new RestApplication().authorized(() => true).get('/', () => 'hello')
    const message = ALWAYS.slice(0, 4)
    assert.deepEqual(await asked(app, 'GET /nowhere'), message)
    assert.deepEqual(await asked(app, 'PUT /'), message)
    assert.deepEqual(await asked(app, 'BREW /'), [])
    assert.deepEqual(await asked(app, 'OPTIONS /'), [...message, 'authorized'])
  })
})

describe('the compiled form', () => {
  const answerOf = (app: RestApplication, target: string) => {
    const { compiled, run } = begin(app, target)
    return compiled.pipeline(run)
  }

  it('answers at once where nothing takes time: no promise to the last byte', () => {
    const app = new RestApplication()
      .authorized(() => true)
      .resource('/', (note) =>
        note
          .resourceExists('text', () => 'milk')
          .etag(({ text }) => text.length)
          .get(({ text }) => ({ text }))
          .delete(() => undefined),
      )
    for (const target of ['GET /', 'HEAD /', 'DELETE /', 'OPTIONS /'])
      assert.notInstanceOf(answerOf(app, target), Promise, target)
  })

  it('answers with a promise where one decision takes time', async () => {
    const app = new RestApplication().forbidden(async () => false).get('/', () => 'hello')
    const outcome = answerOf(app, 'GET /')
    assert.instanceOf(outcome, Promise)
    assert.equal((await outcome).status, 200)
  })
})
