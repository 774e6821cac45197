import { readFileSync } from 'node:fs'
import { assert, describe, it } from 'vitest'
import type { Ending, Row } from '../../src/decisions/define-graph.ts'
import { type DecisionName, graph, START } from '../../src/decisions/graph.ts'
import { authority } from '../../src/decisions/questions/authority.ts'
import { content } from '../../src/decisions/questions/content.ts'
import { effect } from '../../src/decisions/questions/effect.ts'
import { existence } from '../../src/decisions/questions/existence.ts'
import { negotiation } from '../../src/decisions/questions/negotiation.ts'
import { preconditions } from '../../src/decisions/questions/preconditions.ts'
import { request } from '../../src/decisions/questions/request.ts'
import { response } from '../../src/decisions/questions/response.ts'
import { system } from '../../src/decisions/questions/system.ts'
import { questions } from '../../src/decisions/questions.ts'
import { callbackKinds } from '../../src/declaration/callbacks.ts'

const rows: Readonly<Record<DecisionName, Row<DecisionName>>> = graph
const names = Object.keys(graph) as DecisionName[]
const groups = [
  system,
  request,
  authority,
  content,
  negotiation,
  existence,
  preconditions,
  effect,
  response,
] as const

// Each ending once: one that is missing here, or is none, does not compile.
const endings = {
  200: true,
  201: true,
  202: true,
  204: true,
  206: true,
  300: true,
  303: true,
  304: true,
  307: true,
  308: true,
  400: true,
  401: true,
  403: true,
  404: true,
  405: true,
  406: true,
  409: true,
  410: true,
  411: true,
  412: true,
  413: true,
  414: true,
  415: true,
  416: true,
  417: true,
  421: true,
  422: true,
  428: true,
  429: true,
  431: true,
  451: true,
  501: true,
  503: true,
  given: true,
} satisfies Record<Ending, true>

type Equal<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false
type NamesOf<Group> = Group extends unknown ? keyof Group : never

/** The targets of a row, yes first. */
function targetsOf(name: DecisionName): readonly (DecisionName | Ending)[] {
  return [rows[name].yes, rows[name].no]
}

function isDecision(target: DecisionName | Ending): target is DecisionName {
  return Object.hasOwn(graph, target)
}

/** The decisions met from `name` on, each visited once; fails on a circle. */
function meet(
  name: DecisionName,
  above: readonly DecisionName[] = [],
  met = new Set<DecisionName>(),
): ReadonlySet<DecisionName> {
  assert(!above.includes(name), `circle: ${[...above, name].join(' → ')}`)
  if (met.has(name)) return met
  met.add(name)
  for (const target of targetsOf(name).filter(isDecision)) meet(target, [...above, name], met)
  return met
}

describe('graph', () => {
  it('has no circle, and no decision that no request can reach', () => {
    assert.deepEqual([...meet(START)].toSorted(), names.toSorted())
  })

  it('begins with its first row', () => {
    assert.equal(names[0], START)
  })

  it('stands in the order in which requests pass it: every arrow points down', () => {
    for (const [index, name] of names.entries()) {
      for (const target of targetsOf(name).filter(isDecision)) {
        assert.isAbove(names.indexOf(target), index, `${name} → ${target}`)
      }
    }
  })

  it('leads from each answer to a row or to a known ending', () => {
    for (const name of names) {
      for (const target of targetsOf(name)) {
        assert(isDecision(target) || Object.hasOwn(endings, target), `${name} → ${target}`)
      }
    }
  })

  it('reaches every ending there is', () => {
    const reached = new Set(names.flatMap(targetsOf).filter((target) => !isDecision(target)))
    assert.deepEqual([...reached].map(String).toSorted(), Object.keys(endings).toSorted())
  })

  it('has two different ways out of every row', () => {
    for (const name of names) assert.notEqual(rows[name].yes, rows[name].no, name)
  })

  it('names the section behind each decision', () => {
    for (const name of names)
      assert.match(rows[name].rfc, /^(\d{4} §\d+(\.\d+)*( step \d)?|Fetch §\d+(\.\d+)*)$/, name)
  })

  it('has nothing but an effect before 201, 202, 303 and 204 of a handler (RFC 9110 §9.2.1)', () => {
    for (const status of [201, 202, 303] as const) {
      const asking = names.filter((name) => targetsOf(name).includes(status))
      for (const name of asking) assert.property(effect, name)
    }
  })
})

describe('the order of the graph', () => {
  const at = (name: DecisionName): number => names.indexOf(name)

  it('asks preconditions after all that can answer with something other than 2xx or 412 (RFC 9110 §13.2.1)', () => {
    const afterwards = names.slice(at('hasIfMatch'))
    const refusing = afterwards.flatMap((name) =>
      targetsOf(name).filter((target) => typeof target === 'number' && target >= 400 && target !== 412),
    )
    // 400 (a digest) and 422 are found in the content, which preconditions come before; 416 is about the answer itself.
    assert.deepEqual(refusing, [400, 422, 416])
  })

  it('asks the preconditions in the order of RFC 9110 §13.2.2', () => {
    const order: DecisionName[] = [
      'hasIfMatch',
      'hasIfUnmodifiedSince',
      'hasIfNoneMatch',
      'hasIfModifiedSince',
    ]
    assert.deepEqual(
      order,
      order.toSorted((one, other) => at(one) - at(other)),
    )
  })

  it('skips If-Unmodified-Since behind If-Match, and If-Modified-Since behind If-None-Match', () => {
    assert.notInclude([...meet('ifMatchHolds')], 'hasIfUnmodifiedSince')
    assert.notInclude([...meet('ifNoneMatchHolds')], 'hasIfModifiedSince')
  })

  it('asks who it is before what is there, and how often before reading anything', () => {
    assert.isBelow(at('authorized'), at('resourceExists'))
    assert.isBelow(at('withinRate'), at('hasContent'))
  })
})

describe('questions', () => {
  it('are as many as the rows, one for each', () => {
    const matches: Equal<NamesOf<(typeof groups)[number]>, DecisionName> = true
    assert.isTrue(matches)
    assert.deepEqual(Object.keys(questions).toSorted(), names.toSorted())
    for (const name of names) assert.isFunction(questions[name], name)
  })

  it('stand in one block each, in the order of the rows', () => {
    assert.deepEqual(
      groups.flatMap((group) => Object.keys(group)),
      names,
    )
  })
})

describe('the table as it is written', () => {
  const source = readFileSync(new URL('../../src/decisions/graph.ts', import.meta.url), 'utf8')
  const lines = source.split('\n')
  const rowLines = lines.filter((line) => /^ {2}\w+: *\{/.test(line))

  it('has a heading for each block', () => {
    const headings = lines.flatMap((line) => /^ {2}\/\/ (.+)/.exec(line)?.[1] ?? [])
    const begins = [
      'System:',
      'Request:',
      'Authority:',
      'Content of',
      'Negotiation:',
      'Existence,',
      'The other checks',
      'Preconditions,',
      'The effect:',
      'The response:',
    ]
    assert.equal(headings.length, begins.length)
    for (const [index, heading] of headings.entries()) assert.match(heading, new RegExp(`^${begins[index]}`))
  })

  it('reads in columns', () => {
    assert.equal(rowLines.length, names.length)
    const columns = rowLines.map((line) => ['{', 'no:', 'rfc:'].map((mark) => line.indexOf(mark)).join())
    assert.equal(new Set(columns).size, 1, [...new Set(columns)].join(' / '))
  })
})

describe('the answers a user may give', () => {
  it('belong to a row each', () => {
    const rowOf: Readonly<Record<string, DecisionName>> = {
      knownMethod: 'methodKnown',
      uriTooLong: 'uriFits',
      malformedRequest: 'requestWellFormed',
      forbidden: 'accessAllowed',
      unavailableForLegalReasons: 'legallyAvailable',
      rateLimited: 'withinRate',
      validContentHeaders: 'contentHeadersValid',
      multipleChoices: 'hasChoices',
      conflict: 'noConflict',
      preconditionRequired: 'preconditionGiven',
    }
    // The validators are compared in the rows of the preconditions.
    const asked = Object.keys(callbackKinds).filter((name) => name !== 'etag' && name !== 'lastModified')
    for (const name of asked) assert.property(graph, rowOf[name] ?? name)
  })
})
