import { EXPECT } from '../../http/exchange.ts'
import { parseHost } from '../../http/host.ts'
import { gated, must, mustNot, type Question, type QuestionMaker } from '../asking.ts'
import { FieldGate } from '../gates.ts'
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
    const { limits, usual } = facts
    const fits = ({ exchange }: Run): boolean => exchange.target.length <= limits.uri
    if (allowed === true) return gated(usual, true, fits)
    return (run) => fits(run) && (allowed as Question)(run)
  },

  headersFit: ({ limits, usual }) =>
    gated(usual, true, ({ exchange }) => exchange.fieldCount <= limits.fields),

  hostReadable: ({ usual }) =>
    gated(usual, true, ({ exchange }) => {
      const host = exchange.header('host')
      if (host === undefined || host === usual.knownHost) return true
      if (parseHost(host) === undefined) return false
      usual.knownHost = host
      return true
    }),

  hostServed: ({ serves }) =>
    serves === undefined || (({ exchange }) => serves(exchange.header('host') ?? '')),

  expectationKnown: () =>
    gated(new FieldGate(EXPECT), true, ({ exchange }) => isContinue(exchange.header('expect'))),
} satisfies Record<string, QuestionMaker>

function isContinue(expect: string | undefined): boolean {
  return expect === undefined || expect.toLowerCase() === '100-continue'
}
