import fc from 'fast-check'
import { RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { looking } from '../../src/decisions/asking.ts'
import { either, FieldGate, MessageGate } from '../../src/decisions/gates.ts'
import { type DecisionName, graph, START } from '../../src/decisions/graph.ts'
import { DEFAULT_LIMITS } from '../../src/decisions/limits.ts'
import type { Run } from '../../src/decisions/run.ts'
import { ACCEPT, type Exchange, RANGE } from '../../src/http/exchange.ts'
import { begin } from '../compile/following.ts'
import type { Sent } from './asking.ts'

const app = new RestApplication()
  .get('/plain', () => ({ hello: 'world' }))
  .get('/nothing', () => undefined)
  .get('/respond', () => respond({ a: 1 }, 200, { etag: '"a"' }))
  .get('/empty', () => respond(undefined, 200))
  .get('/made', () => respond({ a: 1 }, 201))
  .get('/elsewhere', () => respond(undefined, 303, { location: '/plain' }))
  .get('/web', () => new Response('text', { status: 418 }))
  .get('/items', () => ({ *[Symbol.iterator]() {}, next: () => ({ done: true, value: undefined }) }))
  .resource('/tagged', (tagged) =>
    tagged
      .etag(() => 'v1')
      .lastModified(() => new Date(0))
      .resourceExists(() => true)
      .get(() => 'text')
      .put(() => ({ put: true }))
      .delete(() => undefined),
  )
  .resource('/absent', (absent) =>
    absent.resourceExists(() => false).put(() => ({ made: true }), { allowMissingPut: true }),
  )
  .get('/in-two', () => ({ hello: 'world' }), { provides: { 'text/html': () => '<p>' } })

const values = fc.record({
  accept: fc.constantFrom('*/*', 'text/html', 'image/png', 'application/json;q=0.1, text/html'),
  expect: fc.constantFrom('100-continue', 'more'),
  'if-match': fc.constantFrom('*', '"v1"', '"v2"', 'broken'),
  'if-none-match': fc.constantFrom('*', '"v1"', 'W/"v1"', '"v2"', 'broken'),
  'if-modified-since': fc.constantFrom('Thu, 01 Jan 1970 00:00:00 GMT', 'yesterday'),
  'if-unmodified-since': fc.constantFrom('Thu, 01 Jan 1970 00:00:00 GMT', 'yesterday'),
  range: fc.constantFrom('bytes=0-1', 'bytes=90-', 'lines=1'),
  'if-range': fc.constantFrom('"v1"', '"v2"'),
  host: fc.constantFrom('localhost', 'a b', ''),
})
/** Few at a time: what is not there is what it is about. */
const fields = values.chain((all) =>
  fc
    .subarray(Object.entries(all), { maxLength: 3 })
    .map((some): Record<string, string> => Object.fromEntries(some)),
)
const targets = fc.constantFrom(
  ...[
    'plain',
    'nothing',
    'respond',
    'empty',
    'made',
    'elsewhere',
    'web',
    'items',
    'tagged',
    'in-two',
  ].flatMap((name) => [`GET /${name}`, `HEAD /${name}`]),
  'PUT /tagged',
  'DELETE /tagged',
  'PUT /absent',
  'OPTIONS /plain',
  `GET /plain?${'x'.repeat(DEFAULT_LIMITS.uri)}`,
)

/** Asks every question on the way, open or not; gives those whose gate was closed, and their answers. */
async function passed(
  target: string,
  sent: Sent,
): Promise<readonly { name: DecisionName; closed: boolean; answer: boolean }[]> {
  const { compiled, run } = begin(app, target, sent)
  // Somebody has asked before.
  run.facts.usual.knownHost = 'localhost'
  const found = []
  let name: DecisionName | undefined = START
  while (name !== undefined) {
    const question = compiled.answer(name)
    const shut = typeof question !== 'boolean' && question.gate?.isOpen(run) === false
    const answer: boolean = typeof question === 'boolean' ? question : await question(run)
    if (shut) found.push({ name, closed: question.closed === true, answer })
    const next: string | number = graph[name][answer ? 'yes' : 'no']
    name = next in graph ? (next as DecisionName) : undefined
  }
  return found
}

describe('a gate that is closed', () => {
  it('tells what its question would answer, whatever is asked for', async () => {
    const seen = new Set<DecisionName>()
    await fc.assert(
      fc.asyncProperty(targets, fields, async (target, headers) => {
        for (const { name, closed, answer } of await passed(target, {
          headers: headers as Record<string, string>,
        })) {
          seen.add(name)
          assert.equal(answer, closed, name)
        }
      }),
      { numRuns: 500 },
    )
    assert.sameMembers(
      [...seen],
      [
        'uriFits',
        'headersFit',
        'hostReadable',
        'expectationKnown',
        'typeAcceptable',
        'isConditional',
        'hasIfMatch',
        'hasIfUnmodifiedSince',
        'hasIfNoneMatch',
        'hasIfModifiedSince',
        'created',
        'seeOther',
        'statusGiven',
        'hasAnswer',
        'answerMatches',
        'answerCurrent',
        'rangeWanted',
      ],
    )
  })
})

describe('either', () => {
  const { run } = begin(app, 'GET /plain', { headers: { accept: '*/*' } })
  const open = { isOpen: (): boolean => true }
  const shut = { isOpen: (): boolean => false }

  it('is open where one of them is', () => {
    for (const [gates, isOpen] of [
      [[], false],
      [[shut], false],
      [[shut, shut], false],
      [[shut, open], true],
      [[open, shut, new FieldGate(RANGE)], true],
      [[shut, new FieldGate(RANGE)], false],
      [[new FieldGate(RANGE), shut, new FieldGate(ACCEPT)], true],
      [[new FieldGate(RANGE), new FieldGate(ACCEPT)], true],
    ] as const)
      assert.equal(either(gates).isOpen(run), isOpen)
  })

  it('looks once at what is given twice, and at all fields together', () => {
    let looks = 0
    const gate = {
      isOpen: (): boolean => {
        looks++
        return false
      },
    }
    either([gate, gate, gate]).isOpen(run)
    assert.equal(looks, 1)
    assert.instanceOf(either([new FieldGate(RANGE), new FieldGate(ACCEPT)]), FieldGate)
  })
})

describe('a question that is no more than a look', () => {
  it.each([true, false])('answers by its gate, closed: %s', (closed) => {
    for (const [sent, isOpen] of [
      [{ accept: '*/*' }, true],
      [{}, false],
    ] as const) {
      const { run } = begin(app, 'GET /plain', { headers: sent })
      const question = looking(new FieldGate(ACCEPT), closed)
      assert.equal(question(run), isOpen ? !closed : closed)
      assert.deepInclude(question, { closed, isLook: true })
    }
  })

  it('answers what the row of a conditional request is passed by', () => {
    const { compiled, run } = begin(app, 'GET /tagged', { headers: { 'if-none-match': '"v2"' } })
    const question = compiled.answer('isConditional')
    assert.isTrue(typeof question !== 'boolean' && question.isLook === true && question(run))
  })
})

describe('the gate of the message', () => {
  function opens(target: string, fieldCount: number, host?: string, knownHost?: string): boolean {
    const gate = new MessageGate({ uri: 10, fields: 3, content: 0 })
    gate.knownHost = knownHost
    const exchange = { target, fieldCount, header: () => host } as unknown as Exchange
    return gate.isOpen({ exchange } as Run)
  }

  it('is closed up to each limit and open beyond it', () => {
    assert.isFalse(opens('/123456789', 0))
    assert.isTrue(opens('/1234567890', 0))
    assert.isFalse(opens('/', 3))
    assert.isTrue(opens('/', 4))
  })

  it('is open until the host is known to be one', () => {
    assert.isTrue(opens('/', 1, 'example.com'))
    assert.isTrue(opens('/', 1, 'example.com', 'example.org'))
    assert.isFalse(opens('/', 1, 'example.com', 'example.com'))
    assert.isFalse(opens('/', 1, undefined, 'example.com'))
  })
})
