import { must, mustNot, type QuestionMaker } from '../asking.ts'
import { noteDetail, noteRefusing, noteWait } from '../notes.ts'

const authorized = must('authorized', noteRefusing)

/** Who asks, and may they? */
export const authority = {
  authorized: (facts) => facts.settings.skipAuthCheck || authorized(facts),

  accessAllowed: mustNot('forbidden', noteDetail),

  legallyAvailable: mustNot('unavailableForLegalReasons', noteDetail),

  withinRate: mustNot('rateLimited', noteWait),
} satisfies Record<string, QuestionMaker>
