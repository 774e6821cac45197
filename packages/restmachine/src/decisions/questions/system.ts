import { EXPECT } from '../../http/exchange.ts'
import { parseHost } from '../../http/host.ts'
import { must, mustNot, type Question, type QuestionMaker } from '../asking.ts'
import { noteDetail, noteRefusing } from '../notes.ts'
import type { Run } from '../run.ts'

const available = must('serviceAvailable', noteRefusing)
const uriAllowed = mustNot('uriTooLong', noteDetail)

/** Nothing about the resource yet: can this server take this message at all? */
export const system = {
  serviceAvailable: (facts) => facts.kind !== 'stopped' && available(facts),

  methodKnown: (facts) => facts.kind !== 'unknownMethod' && must('knownMethod')(facts),

  targetReadable: ({ kind }) => kind !== 'unreadable',

  uriFits: (facts) => {
    const allowed = uriAllowed(facts)
    const { uri } = facts.limits
    if (allowed === true) return ({ exchange }) => exchange.target.length <= uri
    return (run) => run.exchange.target.length <= uri && (allowed as Question)(run)
  },

  headersFit:
    ({ limits }) =>
    ({ exchange }) =>
      exchange.fieldCount <= limits.fields,

  hostReadable: () => {
    // Nearly every request brings the same value; one is remembered, so that it costs a comparison.
    let good: string | undefined
    return ({ exchange }: Run) => {
      const host = exchange.header('host')
      if (host === undefined || host === good) return true
      if (parseHost(host) === undefined) return false
      good = host
      return true
    }
  },

  hostServed: ({ serves }) =>
    serves === undefined || (({ exchange }) => serves(exchange.header('host') ?? '')),

  expectationKnown:
    () =>
    ({ exchange }) =>
      !exchange.has(EXPECT) || isContinue(exchange.header('expect')),
} satisfies Record<string, QuestionMaker>

function isContinue(expect: string | undefined): boolean {
  return expect === undefined || expect.toLowerCase() === '100-continue'
}
