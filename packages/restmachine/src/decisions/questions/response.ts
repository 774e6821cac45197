import type { QuestionMaker } from '../asking.ts'

/** Is the answer news to the client, and does the client want all of it? */
export const response = {
  // Comes alive with validators that are computed from the answer.
  answerCurrent: () => false,

  // These come alive with ranges.
  rangeWanted: () => false,
  ifRangeHolds: () => false,
  rangeSatisfiable: () => true,
} satisfies Record<string, QuestionMaker>
