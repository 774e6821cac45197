import type { QuestionMaker } from './asking.ts'
import type { DecisionName } from './graph.ts'
import { authority } from './questions/authority.ts'
import { content } from './questions/content.ts'
import { effect } from './questions/effect.ts'
import { existence } from './questions/existence.ts'
import { negotiation } from './questions/negotiation.ts'
import { preconditions } from './questions/preconditions.ts'
import { request } from './questions/request.ts'
import { response } from './questions/response.ts'
import { system } from './questions/system.ts'

/** One question for each decision; a decision without one does not compile. */
export const questions: Readonly<Record<DecisionName, QuestionMaker>> = {
  ...system,
  ...request,
  ...authority,
  ...content,
  ...negotiation,
  ...existence,
  ...preconditions,
  ...effect,
  ...response,
}
