import { must, mustNot, type QuestionMaker } from '../asking.ts'
import { noteDetail } from '../notes.ts'

/** Is there anything at this target, and does it take this method? */
export const request = {
  routeFound: ({ kind }) => kind !== 'missing',

  // What it asks is answered at the end: for a method of the same path, with that one's policy.
  isPreflight: ({ kind }) => kind === 'preflight',

  methodAllowed: (facts) => facts.kind !== 'wrongMethod' && must('methodAllowed')(facts),

  requestWellFormed: mustNot('malformedRequest', noteDetail),
} satisfies Record<string, QuestionMaker>
