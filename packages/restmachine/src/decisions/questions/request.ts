import { must, mustNot, type QuestionMaker } from '../asking.ts'
import { noteDetail } from '../notes.ts'

/** Is there anything at this target, and does it take this method? */
export const request = {
  routeFound: ({ kind }) => kind !== 'missing',

  // Comes alive with a CORS policy.
  isPreflight: () => false,

  methodAllowed: (facts) => facts.kind !== 'wrongMethod' && must('methodAllowed')(facts),

  requestWellFormed: mustNot('malformedRequest', noteDetail),
} satisfies Record<string, QuestionMaker>
